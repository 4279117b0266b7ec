"""Sound files as beds: which are read, and what they sound like in a loop."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import lameenc
import numpy as np
import pyloudnorm
import pytest
import soundfile

from tests.sound.files import Floats, noise
from voiceguide.base.errors import FileError
from voiceguide.base.units import RATE
from voiceguide.sound.beds.bed import Bed
from voiceguide.sound.beds.files import CROSSFADE, _ffmpeg, load
from voiceguide.sound.clip import Placed
from voiceguide.sound.levels import from_db, to_int16
from voiceguide.sound.mixer import mix
from voiceguide.sound.sniffing import Kind

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="the program ffmpeg is missing")


def write_mp3(path: Path, wave: Floats, rate: int = RATE) -> None:
    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(1)
    encoder.set_bit_rate(128)
    encoder.silence()
    path.write_bytes(encoder.encode(to_int16(wave.astype(np.float32)).tobytes()) + encoder.flush())


def lufs(samples: Floats) -> float:
    return float(pyloudnorm.Meter(RATE).integrated_loudness(samples.astype(np.float64)))


def pure(hz: float, seconds: float, rate: int) -> Floats:
    return 0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


@pytest.mark.parametrize(
    ("name", "subtype", "rate", "channels"),
    [
        ("a.wav", "PCM_16", 44_100, 1),
        ("a.wav", "PCM_U8", 44_100, 1),
        ("a.wav", "PCM_24", 48_000, 2),
        ("a.wav", "FLOAT", 96_000, 6),
        ("a.wav", "DOUBLE", 44_100, 1),
        ("a.wav", "ULAW", 8_000, 1),
        ("a.aiff", "PCM_16", 22_050, 2),
        ("a.flac", "PCM_16", 44_100, 2),
        ("a.flac", "PCM_24", 192_000, 1),
        ("a.ogg", "VORBIS", 48_000, 2),
        # the name says nothing
        ("a.mp3", "PCM_16", 44_100, 1),
    ],
)
def test_formats(tmp_path: Path, name: str, subtype: str, rate: int, channels: int) -> None:
    path = tmp_path / name
    form = {".mp3": "WAV"}.get(path.suffix, path.suffix[1:].upper())
    wave = np.repeat(pure(1000, 4, rate).reshape(-1, 1), channels, axis=1)
    soundfile.write(path, wave, rate, subtype=subtype, format=form)
    samples = load(path).samples(0, 3 * RATE)
    assert samples.shape == (3 * RATE, 1)
    assert samples.dtype == np.float32
    assert lufs(samples) == pytest.approx(-37, abs=0.5)
    assert np.abs(np.fft.rfft(samples[:, 0])).argmax() == 3000


def test_mp3(tmp_path: Path) -> None:
    write_mp3(tmp_path / "a.mp3", pure(1000, 4, RATE))
    samples = load(tmp_path / "a.mp3").samples(0, 3 * RATE)
    assert lufs(samples) == pytest.approx(-37, abs=0.5)
    assert np.abs(np.fft.rfft(samples[:, 0])).argmax() == 3000


@needs_ffmpeg
@pytest.mark.parametrize(
    "name", ["a.m4a", "-a b'c.m4a", "concat:a|b.m4a", "a.opus", "a.webm", "a.aac", "a.wma", "a.caf"]
)
def test_formats_that_ffmpeg_reads(tmp_path: Path, name: str) -> None:
    soundfile.write(tmp_path / "a.wav", pure(1000, 4, RATE), RATE)
    path = tmp_path / name
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(tmp_path / "a.wav"), f"file:{path}"]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=60)
    samples = load(path).samples(RATE // 2, 3 * RATE)
    assert lufs(samples) == pytest.approx(-37, abs=0.5)
    assert np.abs(np.fft.rfft(samples[:, 0])).argmax() == pytest.approx(3000, abs=1)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with pytest.raises(FileError, match=r"is damaged|ends too early"):
        load(path)


def test_without_ffmpeg_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0\x20ftypM4A " + bytes(100))
    with pytest.raises(FileError, match=r"cannot be decoded without ffmpeg\. Install ffmpeg\. Give a WAV") as caught:
        load(tmp_path / "a.m4a")
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def rushing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of noise."""
    path = tmp_path_factory.mktemp("rushing") / "rushing.flac"
    soundfile.write(path, noise(10), RATE)
    return path


@pytest.mark.parametrize("level_db", [-14.0, -18.0, -30.0])
def test_a_bed_has_its_level_in_a_session(rushing: Path, level_db: float) -> None:
    nothing: tuple[Placed, ...] = ()
    session = np.concatenate(list(mix(nothing, 40 * RATE, bed=load(rushing, level_db))))
    assert lufs(session[4 * RATE : -4 * RATE]) == pytest.approx(-19 + level_db, abs=0.5)


def test_the_level_of_an_uneven_file_is_the_one_a_meter_shows(tmp_path: Path) -> None:
    """Three minutes, most of them faint: more than are measured."""
    wave = noise(180)[:, 0]
    wave *= np.interp(np.arange(len(wave)) / RATE, [0, 40, 44, 120, 124, 180], [0.02, 0.02, 1, 0.6, 0.1, 0.05])
    soundfile.write(tmp_path / "uneven.flac", wave, RATE)
    bed = load(tmp_path / "uneven.flac")
    assert lufs(bed.samples(0, len(wave) - CROSSFADE)) == pytest.approx(-37, abs=1)


def test_a_bed_starts_at_its_start_and_repeats(rushing: Path) -> None:
    bed = load(rushing)
    turn = 10 * RATE - CROSSFADE
    first = bed.samples(0, turn)
    original = noise(10)[:turn]
    assert np.corrcoef(first[:, 0], original[:, 0])[0, 1] > 0.9999
    # after the crossfade, every turn is like the first
    assert np.array_equal(bed.samples(turn + CROSSFADE, 1000), first[CROSSFADE : CROSSFADE + 1000])
    assert np.array_equal(bed.samples(2 * turn, turn), bed.samples(turn, turn))


def pieces(bed: Bed, start: int, count: int, size: int) -> Floats:
    return np.concatenate([bed.samples(at, min(size, start + count - at)) for at in range(start, start + count, size)])


@pytest.mark.parametrize("size", [1, 37, 1024, 441_000])
def test_pieces_of_any_size_are_the_same(rushing: Path, size: int) -> None:
    bed = load(rushing)
    turn = 10 * RATE - CROSSFADE
    for start, count in ((turn - 500, 2000), (turn + CROSSFADE - 1000, 2000)):
        assert np.array_equal(pieces(bed, start, count, size), bed.samples(start, count))
    assert np.array_equal(pieces(bed, 0, 3 * turn, max(size, 1024)), bed.samples(0, 3 * turn))


def test_the_seam_cannot_be_measured(tmp_path: Path) -> None:
    # noise so dark that a cut in it would be a click
    dark = np.cumsum(noise(10)[:, 0])
    dark -= np.convolve(np.pad(dark, 441, "wrap"), np.ones(883) / 883, "valid")
    soundfile.write(tmp_path / "dark.wav", 0.1 * dark / dark.std(), RATE)
    turn = 10 * RATE - CROSSFADE
    wave = load(tmp_path / "dark.wav").samples(0, 3 * turn)[:, 0].astype(np.float64)
    # one noise fades into another of the same power: its level stays, and no sample jumps
    tenths = 10 * np.log10(np.mean(wave[: len(wave) // 4410 * 4410].reshape(-1, 4410) ** 2, axis=1))
    crossing = tenths[turn // 4410 : (turn + CROSSFADE) // 4410]
    assert crossing.min() > tenths.min() - 1
    assert crossing.max() < tenths.max() + 1
    assert crossing.mean() == pytest.approx(tenths.mean(), abs=0.7)
    for order in (1, 2):
        steps = np.abs(np.diff(wave, order))
        for seam in (turn, turn + CROSSFADE, 2 * turn, 2 * turn + CROSSFADE):
            assert steps[seam - 3 : seam + 3].max() <= np.quantile(steps, 0.9999)


def test_a_short_file_crosses_over_a_quarter_of_itself(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "short.wav", noise(1.2), RATE)
    bed = load(tmp_path / "short.wav")
    turn = round(1.2 * RATE) * 3 // 4
    assert np.array_equal(bed.samples(2 * turn, turn), bed.samples(turn, turn))
    assert lufs(bed.samples(0, 10 * RATE)) == pytest.approx(-37, abs=1)


def test_crashes_in_silence_do_not_get_loud(tmp_path: Path) -> None:
    wave = 1e-4 * noise(10)[:, 0]
    wave[::RATE] = 0.9
    soundfile.write(tmp_path / "crashes.wav", wave, RATE)
    assert np.abs(load(tmp_path / "crashes.wav", -10).samples(0, 9 * RATE)).max() < from_db(-12)


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux, where open files can be counted")
def test_the_temporary_file_goes_with_the_bed(rushing: Path) -> None:
    before = open_files()
    bed = load(rushing)
    assert open_files() == before + 1
    del bed
    assert open_files() == before


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def asked(listener: socket.socket) -> bool:
    """Whether anybody has tried to connect since the last look."""
    with contextlib.suppress(BlockingIOError):
        listener.accept()[0].close()
        return True
    return False


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port that notices when somebody fetches a file from it."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.setblocking(False)
        yield made


REMOTE: dict[str, tuple[str, str]] = {
    "HLS": ("hls", "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}\n#EXT-X-ENDLIST\n"),
}


@needs_ffmpeg
@pytest.mark.parametrize(("kind", "text"), REMOTE.values(), ids=REMOTE)
def test_ffmpeg_fetches_no_file_that_a_playlist_names(
    tmp_path: Path, listener: socket.socket, kind: str, text: str
) -> None:
    path = tmp_path / "bed.m4a"
    path.write_text(text.format(address=f"http://127.0.0.1:{listener.getsockname()[1]}/rain.ts"))
    with pytest.raises(FileError, match="is a playlist, not sound"):
        load(path)
    assert not asked(listener)
    # Even if the list were taken for sound, ffmpeg would not be allowed to fetch files.
    command = _ffmpeg(path, cast("Kind", kind))
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60)
    assert not asked(listener)
    # If ffmpeg were allowed to use HTTP, it would fetch the file.
    allowed = [each.replace("file,pipe", "file,http,tcp") for each in command]
    process = subprocess.Popen(allowed, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        listener.settimeout(60)
        listener.accept()[0].close()
    finally:
        process.kill()
        process.wait()


@needs_ffmpeg
def test_ffmpeg_opens_nothing_but_files(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", pure(1000, 0.1, RATE), RATE)
    sound = b64encode((tmp_path / "a.wav").read_bytes()).decode()
    path = tmp_path / "list"
    path.write_text(f"ffconcat version 1.0\nfile 'data:audio/wav;base64,{sound}'\n")
    command = [*_ffmpeg(path, cast("Kind", "concat"))]
    at = command.index("-protocol_whitelist")
    command[at:at] = ["-safe", "0"]
    allowed = [each.replace("file,pipe", "file,data") for each in command]
    assert subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60).stdout == b""
    assert len(subprocess.run(allowed, stdin=subprocess.DEVNULL, capture_output=True, timeout=60).stdout) > 10_000


@needs_ffmpeg
@pytest.mark.parametrize("head", [b"\0\0\0\x20ftypM4A ", b"\x1aE\xdf\xa3\x83abc\x18S\x80g\xff", b"caff\0\1\0\0"])
def test_ffmpeg_reads_a_file_as_the_kind_its_first_bytes_tell(
    tmp_path: Path, listener: socket.socket, head: bytes
) -> None:
    text = REMOTE["HLS"][1].format(address=f"http://127.0.0.1:{listener.getsockname()[1]}/rain.ts")
    path = tmp_path / "bed.m3u8"
    path.write_bytes(head + b"\n" + text.encode())
    with pytest.raises(FileError):
        load(path)
    assert not asked(listener)
