"""MP3 files as players and third-party tools read them."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import require_command, require_module
from tests.output.sessions import TITLE, export_options, ffmpeg, ffprobe, mixed, noisy, on_grid, session, words
from voiceguide.base.store import Store
from voiceguide.base.units import RATE, frames
from voiceguide.output.mp3.encoding import BLOCK, encode
from voiceguide.output.mp3.frames import FRAME, GRANULE, Stream, frames_for
from voiceguide.output.mp3.writer import APART, BITRATES, LONGEST, ahead, write
from voiceguide.output.options import ExportOptions, Quality
from voiceguide.sound.audio import Samples
from voiceguide.sound.chimes import chime
from voiceguide.sound.clip import Clip, End, Horizon, Placed
from voiceguide.sound.levels import to_db
from voiceguide.sound.mixer import mix
from voiceguide.sound.swells import SwellClip
from voiceguide.timeline.model import Chapter, Timeline
from voiceguide.timeline.placing import Arrival

Heard = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mp3") / "session.mp3"
    write(session(), path, export_options(path))
    return path


def soundfile(path: Path) -> Heard:
    require_module("soundfile")
    import soundfile

    samples, rate = soundfile.read(str(path), dtype="float32")
    assert rate == RATE
    return np.asarray(samples)


def miniaudio(path: Path) -> Heard:
    import miniaudio

    decoded = miniaudio.decode_file(str(path), miniaudio.SampleFormat.FLOAT32, nchannels=1, sample_rate=RATE)
    return np.array(decoded.samples, np.float32)


decoders = pytest.mark.parametrize("decode", [ffmpeg, soundfile, miniaudio])


@decoders
def test_a_decoded_mp3_has_every_sample_in_its_place(written: Path, decode: Callable[[Path], Heard]) -> None:
    heard, meant = decode(written), mixed(on_grid(session()))
    assert len(heard) == session().length
    spectrum = np.fft.rfft(heard, 2 * len(heard)) * np.conj(np.fft.rfft(meant, 2 * len(heard)))
    assert np.fft.irfft(spectrum).argmax() == 0, "the best match is not where it should be"
    assert to_db(float(np.std(heard) / np.std(meant))) == pytest.approx(0, abs=0.1)
    assert to_db(float(np.std(heard - meant) / np.std(meant))) < -20


@decoders
def test_each_sound_begins_within_seven_milliseconds(written: Path, decode: Callable[[Path], Heard]) -> None:
    heard, meant = decode(written), mixed(session())

    def onset(samples: Heard, start: int) -> int:
        around = np.abs(samples[start - frames(13) if start > frames(13) else 0 :][: frames(40)])
        return int(np.flatnonzero(around > 0.3 * around.max())[0])

    # Skip the event that begins under the tail of another.
    for event in session().events[:4] + session().events[5:]:
        assert abs(onset(heard, event.start) - onset(meant, event.start)) <= frames(7), event.text


def frames_start(data: bytes) -> int:
    """Return the byte at which a file's frames begin, after its tag."""
    return 10 + (data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9])


def frames_of(data: bytes) -> list[bytes]:
    """Return the MPEG frames of a file, found only by their headers."""
    at, found = frames_start(data), []
    while at < len(data):
        header = struct.unpack_from(">I", data, at)[0]
        assert header >> 16 == 0xFFFB, "no header of MPEG-1 layer III"
        assert (header >> 12 & 15, header >> 10 & 3, header >> 6 & 3) == (5, 0, 3), "not 64 kbit/s, 44.1 kHz, mono"
        end = at + 144 * 64 * 1000 // RATE + (header >> 9 & 1)
        found.append(data[at:end])
        at = end
    assert at == len(data), "the last frame is cut"
    return found


@pytest.mark.parametrize("length", [0, 1, 575, 576, 577, 1105, 1151, 1152, 1153, 11_519, 11_520, 11_521, 200_000])
def test_the_info_frame_describes_the_file(length: int, tmp_path: Path) -> None:
    path = tmp_path / "noise.mp3"
    write(noisy(length), path, export_options(path))
    info, *rest = frames_of(path.read_bytes())
    at = info.index(b"Info")
    flags, count, size = struct.unpack_from(">III", info, at + 4)
    assert flags == 0b1111
    assert count == len(rest)
    assert size == len(info) + sum(map(len, rest))
    table = info[at + 16 : at + 116]
    assert list(table) == sorted(table)
    assert info[at + 120 : at + 129] == b"LAME3.100"
    padded = int.from_bytes(info[at + 141 : at + 144], "big")
    delay, padding = padded >> 12, padded & 0xFFF
    assert len(rest) * 1152 - delay - padding == length
    # The padding must have room for a decoder's own delay.
    assert delay == 576
    assert padding >= 529
    assert struct.unpack_from(">H", info, at + 154)[0] == crc16(info[: at + 154])
    assert len(miniaudio(path)) == len(soundfile(path)) == len(ffmpeg(path)) == length


def crc16(data: bytes) -> int:
    """Return the CRC-16/ARC, computed bit by bit with the reflected polynomial."""
    remainder = int.from_bytes(bytes(int(f"{byte:08b}"[::-1], 2) for byte in data), "big") << 16
    for bit in range(8 * len(data) - 1, -1, -1):
        if remainder >> (bit + 16) & 1:
            remainder ^= 0x18005 << bit
    return int(f"{remainder:016b}"[::-1], 2)


def test_the_checksum_in_this_test_is_crc_16_arc() -> None:
    assert crc16(b"123456789") == 0xBB3D


def test_a_long_session_has_as_many_frames_as_it_says(tmp_path: Path) -> None:
    path = tmp_path / "long.mp3"
    write(Timeline("Silence", "en-US", frames(15 * 60_000), (), (), ()), path, export_options(path))
    info, *rest = frames_of(path.read_bytes())
    assert struct.unpack_from(">I", info, info.index(b"Info") + 8)[0] == len(rest) == 34_455


def test_mutagen_reads_tags_and_length(written: Path) -> None:
    from mutagen.mp3 import MP3, BitrateMode

    file = MP3(written)
    assert file.info
    assert file.tags
    assert file.info.length == pytest.approx(20, abs=1e-6)
    assert (file.info.bitrate_mode, file.info.bitrate) == (BitrateMode.CBR, 64_000)
    assert file.info.encoder_info == "LAME 3.100.0+"
    assert file.tags["TIT2"] == TITLE


def test_ffprobe_reads_the_chapters(written: Path) -> None:
    told = ffprobe(written)
    assert told["format"]["tags"]["title"] == TITLE
    chapters = [(float(each["start_time"]), each["tags"]["title"]) for each in told["chapters"]]
    assert [title for _, title in chapters] == [each.title for each in session().chapters]
    assert [at for at, _ in chapters] == pytest.approx([each.start / RATE for each in session().chapters], abs=0.001)
    ends = [float(each["end_time"]) for each in told["chapters"]]
    assert ends == pytest.approx([*(at for at, _ in chapters[1:]), 20], abs=0.001)


def test_three_hundred_chapters_are_written(tmp_path: Path) -> None:
    many = tuple(Chapter(2939 * number, f"第{number}章") for number in range(300))
    path = tmp_path / "many.mp3"
    write(replace(session(), chapters=many), path, export_options(path))
    told = ffprobe(path)["chapters"]
    assert [each["tags"]["title"] for each in told] == [each.title for each in many]
    starts = [float(each["start_time"]) for each in told]
    assert starts == pytest.approx([each.start / RATE for each in many], abs=0.001)
    assert all(after - before > 0.065 for before, after in pairwise(starts))


def mp3val(path: Path) -> list[str]:
    """Return the complaints of mp3val."""
    done = subprocess.run([require_command("mp3val"), "-si", str(path)], check=True, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if line.startswith(("WARNING", "ERROR", "PROBLEM"))]


def test_mp3val_finds_no_fault(written: Path) -> None:
    assert mp3val(written) == []


def test_progress_is_reported_to_the_end(tmp_path: Path) -> None:
    told: list[int] = []
    path = tmp_path / "session.mp3"
    write(session(), path, replace(export_options(path), on_progress=told.append))
    assert told == sorted(told)
    assert told[-1] == session().length


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of the same session, with sounds in the same places, encoded in one pass."""
    path = tmp_path_factory.mktemp("whole") / "whole.mp3"
    in_one_go(on_grid(session()), path, 64)
    return path


def in_one_go(timeline: Timeline, path: Path, bitrate: int) -> None:
    """Encode a whole session in one pass, as LAME does."""
    count, stream = max(frames_for(timeline.length), 2), Stream(bitrate)
    encoded = encode(mix(timeline.sounds, timeline.length, BLOCK), count, stream)
    audio = b"".join(frame for some in encoded for frame in some)
    path.write_bytes(stream.info(timeline.length, count, stream.info_bytes + len(audio)) + audio)


@decoders
def test_joined_frames_sound_like_a_session_encoded_in_one_pass(
    written: Path, whole: Path, decode: Callable[[Path], Heard]
) -> None:
    meant, heard, other = mixed(on_grid(session())), decode(written), decode(whole)
    sounding = np.convolve(np.abs(meant) > 0, np.ones(3 * 1152), "same") > 0
    error, its_error = (float(np.std((each - meant)[sounding])) for each in (heard, other))
    assert to_db(error / its_error) == pytest.approx(0, abs=0.3)
    # Two encodings of a sound may differ by their two errors, but not more.
    assert float(np.std((heard - other)[sounding])) < 1.2 * float(np.hypot(error, its_error))
    assert np.abs(heard - other).max() < 2 * np.abs(other - meant).max()


@decoders
def test_the_silence_between_sounds_has_only_zeros(written: Path, decode: Callable[[Path], Heard]) -> None:
    heard, meant = decode(written), mixed(on_grid(session()))
    # A codec may spread a sound over two frames before it and three after it.
    near = np.convolve(np.abs(meant) > 0, np.ones(6 * 1152), "same") > 0
    assert np.count_nonzero(~near) > RATE
    assert not heard[~near].any()


placements = st.lists(
    st.tuples(
        st.one_of(st.integers(-2000, 6000), st.sampled_from([APART - 1, APART, APART + 1, 20_000])),
        st.sampled_from([1, 576, 1152, 1153, 5000]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2000), placements, st.sampled_from([GRANULE // 2, 575, 3000]), st.sampled_from(list(BITRATES)))
def test_sounds_anywhere_are_heard_as_if_encoded_in_one_pass(
    tmp_path: Path, first: int, placed: list[tuple[int, int]], after: int, quality: Quality
) -> None:
    sounds, at, end = [], first, 0
    for gap, length in placed:
        sounds.append(Placed(at, words(length * 1000 // RATE + 1, length)))
        end = max(end, at + sounds[-1].clip.frames)
        at = max(at, end + gap)
    timeline = Timeline("Anywhere", "en-US", end + after, (), (), tuple(sounds))
    path, other = tmp_path / "session.mp3", tmp_path / "whole.mp3"
    write(timeline, path, export_options(path, quality))
    in_one_go(on_grid(timeline), other, BITRATES[quality])
    meant, heard, whole = mixed(on_grid(timeline)), ffmpeg(path), ffmpeg(other)
    assert len(heard) == len(soundfile(path)) == len(miniaudio(path)) == timeline.length
    error, its_error = (float(np.sqrt(np.mean(np.square(each - meant)))) for each in (heard, whole))
    assert error < 2 * its_error + 1e-4


@pytest.mark.parametrize(("quality", "bitrate"), [("small", 48), ("good", 64), ("best", 96)])
def test_each_quality_has_its_bitrate_throughout(quality: Quality, bitrate: int, tmp_path: Path) -> None:
    path = tmp_path / "session.mp3"
    write(session(), path, export_options(path, quality))
    told = ffprobe(path)["format"]
    assert len(ffmpeg(path)) == session().length
    assert to_db(float(np.std(ffmpeg(path)) / np.std(mixed(session())))) == pytest.approx(0, abs=0.15)
    audio = path.stat().st_size - frames_start(path.read_bytes())
    assert audio * 8 / float(told["duration"]) == pytest.approx(1000 * bitrate, rel=0.01)
    assert mp3val(path) == []


def test_a_session_written_again_is_copied_from_the_cache(tmp_path: Path) -> None:
    path = tmp_path / "session.mp3"
    write(session(), path, export_options(path))
    first = path.read_bytes()
    # From here on, asking a clip for its samples fails the test.
    unheard = tuple(replace(each, clip=Unheard(each.clip)) for each in session().sounds)
    write(replace(session(), sounds=unheard), path, export_options(path))
    assert path.read_bytes() == first


@dataclass(frozen=True)
class Wrapped:
    """A clip that passes everything on from another clip."""

    clip: Clip

    @property
    def frames(self) -> int:
        return self.clip.frames

    @property
    def identity(self) -> str:
        return self.clip.identity

    def samples(self) -> Samples:
        return self.clip.samples()


class Unheard(Wrapped):
    """A clip whose samples must not be needed."""

    def samples(self) -> Samples:
        raise AssertionError("asked for samples of a clip that was encoded before")


def test_a_piece_moved_by_whole_granules_is_not_encoded_again(tmp_path: Path) -> None:
    path = tmp_path / "session.mp3"
    write(session(), path, export_options(path))
    later = tuple(Placed(each.start + 5 * FRAME, Unheard(each.clip)) for each in session().sounds)
    write(replace(session(), sounds=later, length=session().length + 5 * FRAME), path, export_options(path))


def test_a_piece_encoded_ahead_is_not_encoded_again(tmp_path: Path) -> None:
    path = tmp_path / "session.mp3"
    arrivals: list[Arrival] = [*session().sounds, Horizon(session().length), End(session().length)]
    assert list(ahead(arrivals, export_options(path))) == arrivals
    unheard = tuple(replace(each, clip=Unheard(each.clip)) for each in session().sounds)
    write(replace(session(), sounds=unheard), path, export_options(path))
    ready = path.read_bytes()
    (tmp_path / "other").mkdir()
    write(session(), tmp_path / "other" / "session.mp3", export_options(tmp_path / "other" / "session.mp3"))
    assert ready == (tmp_path / "other" / "session.mp3").read_bytes()


def test_words_with_another_length_are_encoded_again(tmp_path: Path) -> None:
    path = tmp_path / "session.mp3"
    said = words(500, 1)

    def lasting(clip: Clip) -> Timeline:
        """Return a session that says the same words twice, in this length."""
        sounds = (Placed(0, Named(clip)), Placed(clip.frames + 2 * RATE, Named(clip)))
        return Timeline("Twice", "en-US", sounds[1].start + clip.frames, (), (), sounds)

    for clip in (said, words(1500, 1)):
        write(lasting(clip), path, export_options(path))
        heard = ffmpeg(path)
        assert len(heard) == lasting(clip).length
        second = clip.frames + 2 * RATE
        assert np.abs(heard[second - RATE : second - 2000]).max() < 1e-4 < np.abs(heard[second : second + 2000]).max()


class Named(Wrapped):
    """A clip whose identity is always the same, whatever its samples."""

    @property
    def identity(self) -> str:
        return "said"


def test_broken_frames_in_the_cache_are_made_again(tmp_path: Path) -> None:
    path = tmp_path / "session.mp3"
    write(session(), path, export_options(path))
    first = path.read_bytes()
    entries = [each for each in (tmp_path / "cache").rglob("*") if each.is_file()]
    assert len(entries) >= 5
    for number, entry in enumerate(entries):
        entry.write_bytes(entry.read_bytes()[: -1 - number])
    write(session(), path, export_options(path))
    assert path.read_bytes() == first


def test_a_file_is_written_although_the_cache_cannot_be(tmp_path: Path) -> None:
    path = tmp_path / "session.mp3"
    write(session(), path, export_options(path))
    first = path.read_bytes()
    (tmp_path / "file").write_text("where the folder should be")
    forgetful = ExportOptions(store=Store(tmp_path / "file"))
    clips = [Counted(each.clip) for each in session().sounds]
    timeline = replace(
        session(), sounds=tuple(replace(each, clip=clip) for each, clip in zip(session().sounds, clips, strict=True))
    )
    arrivals: list[Arrival] = [*timeline.sounds, End(timeline.length)]
    assert list(ahead(arrivals, forgetful)) == arrivals
    write(timeline, path, forgetful)
    assert path.read_bytes() == first
    # One piece may be encoded twice: the one encoded ahead before the cache was found to fail.
    assert sum(len(clip.asked) for clip in clips) <= len(clips) + 1


@dataclass(frozen=True)
class Counted(Wrapped):
    """A clip that counts how often it is asked for its samples."""

    asked: list[None] = field(default_factory=list)

    def samples(self) -> Samples:
        self.asked.append(None)
        return self.clip.samples()


def test_a_sound_too_long_to_keep_is_streamed_and_the_next_is_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "long.mp3"
    swell, chime_ = SwellClip("hold", LONGEST + 1001), chime("wood")
    sounds = (Placed(0, chime_), Placed(100_000, swell), Placed(100_000 + swell.frames + RATE, chime_))
    length = sounds[-1].start + chime_.frames + RATE
    timeline = Timeline("Long", "en-US", length, (), (), sounds)
    write(timeline, path, export_options(path))
    heard = ffmpeg(path)
    assert len(heard) == length
    for at in (0, sounds[-1].start):
        near = heard[max(at - 300, 0) : at + 2000]
        assert abs(int(np.argmax(np.abs(near) > 0.01)) + max(at - 300, 0) - at) < 400
    middle = heard[100_000 + RATE : 100_000 + swell.frames - RATE]
    meant = mixed(on_grid(timeline))[100_000 + RATE : 100_000 + swell.frames - RATE]
    assert to_db(float(np.std(middle) / np.std(meant))) == pytest.approx(0, abs=0.1)
    kept = [each for each in (tmp_path / "cache").rglob("*") if each.is_file()]
    assert sum(each.stat().st_size for each in kept) < 100_000


@given(st.sampled_from(list(BITRATES.values())), st.lists(st.integers(0, 300), max_size=5))
def test_silence_keeps_the_bitrate(bitrate: int, runs: list[int]) -> None:
    stream = Stream(bitrate)
    count = size = 0
    for run in runs:
        data = stream.silence(run, count, size)
        frames, rest = stream.whole_frames(data)
        assert (len(frames), rest) == (run, b"")
        count, size = count + run, size + len(data)
    assert -1 < size - count * 144_000 * bitrate / RATE <= 0
