"""Files written with PyAV, in each of its formats, as players and third-party tools read them."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import require_command, require_module
from tests.disks import with_small_disk
from tests.output.sessions import export_options, ffmpeg, ffprobe, mixed, noisy, session
from voiceguide.base.atomic import replacing
from voiceguide.base.errors import FileError
from voiceguide.base.units import RATE, frames
from voiceguide.output import av_container, flac
from voiceguide.output.av_container import Extras
from voiceguide.output.formats import format_for
from voiceguide.sound.levels import to_db, to_int16
from voiceguide.timeline.model import Timeline

Heard = npt.NDArray[np.float32]

ENDINGS = [".m4b", ".opus", ".flac"]

RATES = {".opus": 48_000}

MOST_NOISE_DB = {".m4b": -20, ".opus": -12, ".flac": -75}
"""Most error in dB, relative to the sound. The words here are mostly noise, which Opus replaces by other noise."""

MOST_LEFT_DB = {".m4b": -200, ".opus": -54, ".flac": -200}
"""Most sound in a silence, in dB. In Opus a sound fades away over a tenth of a second."""

SLACK = frames(40)
"""Frames around each sound in which an encoder may leave echoes."""

every_format = pytest.mark.parametrize("ending", ENDINGS)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the session in each format."""
    require_module("av")
    folder = tmp_path_factory.mktemp("formats")
    for ending in ENDINGS:
        put(session(), folder / f"session{ending}")
    return folder


@pytest.fixture(autouse=True)
def av_is_here() -> None:
    require_module("av")


def put(timeline: Timeline, path: Path) -> Path:
    format_for(path).write(timeline, path, export_options(path))
    return path


def rate_of(path: Path) -> int:
    return RATES.get(path.suffix, RATE)


def by_ffmpeg(path: Path) -> Heard:
    return ffmpeg(path, rate_of(path))


def by_pyav(path: Path) -> Heard:
    import av

    with av.open(str(path)) as file:
        assert file.streams.audio[0].rate == rate_of(path)
        scale = 32768 if path.suffix == ".flac" else 1
        decoded = [frame.to_ndarray()[0] / np.float32(scale) for frame in file.decode(audio=0)]
    return np.concatenate(decoded) if decoded else np.zeros(0, np.float32)


def by_libsndfile(path: Path) -> Heard:
    require_module("soundfile")
    import soundfile

    samples, rate = soundfile.read(str(path), dtype="float32")
    assert rate == rate_of(path)
    return np.asarray(samples)


def by_miniaudio(path: Path) -> Heard:
    import miniaudio

    decoded = miniaudio.decode_file(str(path), miniaudio.SampleFormat.FLOAT32, nchannels=1, sample_rate=RATE)
    return np.array(decoded.samples, np.float32)


def by_faad(path: Path) -> Heard:
    """Decode with faad. It skips the encoder's own first frame but not the edit list, so the lead is cut off here."""
    done = subprocess.run([require_command("faad"), "-q", "-w", "-f", "2", str(path)], check=True, capture_output=True)
    # faad makes two channels out of one.
    left = np.frombuffer(done.stdout, "<i2")[::2]
    return (left[-session().length % 1024 :] / 32768).astype(np.float32)


DECODERS = [
    *((decode, ending) for ending in ENDINGS for decode in (by_ffmpeg, by_pyav)),
    *((by_libsndfile, ending) for ending in (".opus", ".flac")),
    (by_miniaudio, ".flac"),
    (by_faad, ".m4b"),
]

decoders = pytest.mark.parametrize(("decode", "ending"), DECODERS)


def meant(ending: str, timeline: Timeline) -> Heard:
    """Return the samples that a file of the session should have, at the file's rate."""
    samples = mixed(timeline)
    if ending not in RATES:
        return samples
    import soxr

    return np.asarray(soxr.resample(samples, RATE, RATES[ending]), np.float32)


@decoders
def test_a_decoded_file_has_every_sample_in_its_place(
    written: Path, decode: Callable[[Path], Heard], ending: str
) -> None:
    heard, wanted = decode(written / f"session{ending}"), meant(ending, session())
    assert len(heard) == len(wanted)
    spectrum = np.fft.rfft(heard, 2 * len(heard)) * np.conj(np.fft.rfft(wanted, 2 * len(heard)))
    assert np.fft.irfft(spectrum).argmax() == 0, "the best match is not where it should be"
    assert to_db(float(np.std(heard) / np.std(wanted))) == pytest.approx(0, abs=0.2)
    assert to_db(float(np.std(heard - wanted) / np.std(wanted))) < MOST_NOISE_DB[ending]


@decoders
def test_each_sound_begins_in_its_place(written: Path, decode: Callable[[Path], Heard], ending: str) -> None:
    heard, wanted = decode(written / f"session{ending}"), meant(ending, session())
    rate = rate_of(Path(f"a{ending}"))

    def onset(samples: Heard, start: int) -> int:
        begin = max(start * rate // RATE - frames(13, rate), 0)
        around = np.abs(samples[begin : begin + frames(40, rate)])
        return int(np.flatnonzero(around > 0.3 * around.max())[0])

    # Skip the event that begins under the tail of another.
    for event in session().events[:4] + session().events[5:]:
        assert abs(onset(heard, event.start) - onset(wanted, event.start)) <= frames(2, rate), event.text


@decoders
def test_silence_is_where_the_timeline_has_it(written: Path, decode: Callable[[Path], Heard], ending: str) -> None:
    heard = decode(written / f"session{ending}")
    rate, quiet = rate_of(Path(f"a{ending}")), np.ones(session().length, bool)
    for each in session().sounds:
        quiet[max(each.start - SLACK, 0) : each.start + each.clip.frames + SLACK] = False
    quiet = quiet[np.arange(len(heard)) * RATE // rate]
    assert quiet.mean() > 0.1
    assert to_db(float(np.abs(heard[quiet]).max())) < MOST_LEFT_DB[ending]


def test_flac_has_the_same_samples_as_a_wav_file(written: Path) -> None:
    assert np.array_equal(by_miniaudio(written / "session.flac") * 32768, to_int16(mixed(session())))


@every_format
@pytest.mark.parametrize("length", [0, 1, 1025, 2048, 100_000])
def test_a_file_is_exactly_as_long_as_the_session(ending: str, length: int, tmp_path: Path) -> None:
    path = put(noisy(length), tmp_path / f"noise{ending}")
    told = ffprobe(path)
    assert [stream["codec_type"] for stream in told["streams"]].count("audio") == 1
    if length >= 1024 or ending != ".m4b":
        # FFmpeg plays nothing of an AAC file that is shorter than a frame.
        wanted = (2 * length * rate_of(path) + RATE) // (2 * RATE)
        assert len(by_ffmpeg(path)) == len(by_pyav(path)) == wanted


@every_format
def test_two_processes_make_the_same_bytes(ending: str, written: Path, tmp_path: Path) -> None:
    path = tmp_path / f"session{ending}"
    done = subprocess.run(writer(path, 1), capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert path.read_bytes() == (written / path.name).read_bytes()


@every_format
def test_a_better_quality_gives_a_larger_file(ending: str, tmp_path: Path) -> None:
    sizes = []
    for quality in ("small", "good", "best"):
        path = tmp_path / f"{quality}{ending}"
        format_for(path).write(session(), path, export_options(path, quality))
        sizes.append(path.stat().st_size)
    if ending == ".flac":
        assert len(set(sizes)) == 1
    else:
        assert sizes == sorted(set(sizes))


@every_format
def test_progress_is_reported_to_the_end(ending: str, tmp_path: Path) -> None:
    told: list[int] = []
    path = tmp_path / f"session{ending}"
    format_for(path).write(session(), path, replace(export_options(path), on_progress=told.append))
    assert told == sorted(told)
    assert told[-1] == session().length


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.output.sessions import export_options, session
from voiceguide.base.errors import FileError
from voiceguide.output.formats import format_for
path = Path(sys.argv[1])
watched = replace(
    export_options(path.parent.parent / "elsewhere"), on_progress=lambda frames: print(frames, flush=True)
)
for number in range(int(sys.argv[2])):
    try:
        format_for(path).write(session(), path, watched)
    except FileError as failure:
        print(failure)
print([each.name for each in path.parent.iterdir()])
"""


def writer(path: Path, times: int) -> list[str]:
    """Return a command that writes the session to a file `times` times and prints its progress."""
    return [sys.executable, "-c", WRITER, str(path), str(times)]


@pytest.mark.parametrize(
    ("ending", "share"), [(".m4b", 0.1), (".m4b", 0.6), (".m4b", 0.9), (".opus", 0.9), (".flac", 0.05), (".flac", 0.99)]
)
def test_a_full_disk_is_reported_once_and_no_file_is_left(
    ending: str, share: float, written: Path, tmp_path: Path
) -> None:
    size = (written / f"session{ending}").stat().st_size
    folder = tmp_path / "disk"
    folder.mkdir()
    path = folder / f"session{ending}"
    # The small disk has pages of 4 kB.
    done = with_small_disk(folder, int(size * share) // 4096 * 4, writer(path, 1))
    *_, complaint, left = done.stdout.splitlines()
    what = f"{path} was not written: The disk is full."
    assert complaint == f"{what} Free some space, or name a file on another disk with -o."
    assert (left, done.stderr) == ("[]", "")


def test_a_writer_killed_at_any_moment_leaves_a_whole_file(written: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "session.m4b"
    path.write_bytes(b"old")
    # The first kill comes while the sound is being written, the second while the file is being finished.
    for lines in (7, 14):
        process = subprocess.Popen(writer(path, 100), stdout=subprocess.PIPE, text=True)
        assert process.stdout
        for _ in range(lines):
            process.stdout.readline()
        process.kill()
        process.communicate()
        assert path.read_bytes() in (b"old", (written / path.name).read_bytes())
    assert {each.suffix for each in folder.iterdir()} <= {".m4b", ".part"}


@every_format
def test_an_interrupted_write_leaves_the_old_file(
    ending: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"session{ending}"
    path.write_bytes(b"old")

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        format_for(path).write(session(), path, replace(export_options(path), on_progress=stop))
    assert path.read_bytes() == b"old"
    assert not list(tmp_path.glob("*.part"))
    assert capfd.readouterr() == ("", "")


class Stopped(BytesIO):
    """A file that raises KeyboardInterrupt when its first bytes are written, or when its header is corrected."""

    def __init__(self, moment: str) -> None:
        super().__init__()
        self.moment = moment
        self.stops = 0

    def stop(self) -> None:
        self.stops += 1
        raise KeyboardInterrupt

    def write(self, data: Any, /) -> int:
        if self.moment == "first":
            self.stop()
        return super().write(data)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if self.moment == "last" and offset < self.tell():
            self.stop()
        return super().seek(offset, whence)


@pytest.mark.parametrize("moment", ["first", "last"])
def test_ctrl_c_during_a_write_is_not_lost(moment: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = Stopped(moment)
    told: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        av_container.write(
            flac.FLAC, session(), replace(export_options(tmp_path / "a"), on_progress=told.append), file, Extras()
        )
    # After it, nothing more is written or encoded.
    assert file.stops == 1
    assert (session().length in told) == (moment == "last")
    assert capfd.readouterr() == ("", "")


def test_an_error_of_ffmpeg_is_reported_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    unknown = replace(flac.FLAC, muxer_options={"fflags": "nonsense"})
    with pytest.raises(FileError) as caught, replacing(path) as file:
        av_container.write(unknown, session(), export_options(path), file, Extras())
    assert str(caught.value) == (
        f"{path} was not written: FFmpeg failed (Invalid argument). Name another file with -o."
    )


def test_pictures_tell_all_of_their_sizes(tmp_path: Path) -> None:
    from mutagen.flac import FLAC, Picture
    from mutagen.oggopus import OggOpus

    tags = OggOpus(put(session(), tmp_path / "a.opus")).tags
    assert tags
    in_opus = Picture(b64decode(tags["METADATA_BLOCK_PICTURE"][0]))
    in_flac = FLAC(put(session(), tmp_path / "a.flac")).pictures[0]
    for picture in (in_opus, in_flac):
        assert (picture.width, picture.height, picture.depth, picture.colors) == (1000, 1000, 24, 0)
        assert picture.data.startswith(b"\xff\xd8")
