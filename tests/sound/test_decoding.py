"""What is refused, as a bed, when it is decoded; and that what breaks the decoder breaks nothing else."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.sound.files import Floats, noise, write_floats, write_wav
from voiceguide.base.errors import FileError
from voiceguide.base.units import RATE
from voiceguide.sound.beds.files import load, patience


def spoiled(value: float) -> Floats:
    wave = noise(3)[:, 0]
    wave[RATE] = value
    return wave


def cut_flac(path: Path) -> None:
    soundfile.write(path, noise(5), RATE, format="FLAC")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def torn_flac(path: Path) -> None:
    soundfile.write(path, noise(5), RATE, format="FLAC")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 5000] = bytes(5000)
    path.write_bytes(data)


def cut_ogg(path: Path) -> None:
    soundfile.write(path, noise(5), RATE, format="OGG")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def cut_mp3(path: Path) -> None:
    soundfile.write(path, noise(5), RATE, format="MP3")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def long_flac(path: Path, rate: int = 8000) -> None:
    """Three hours of silence in half a megabyte."""
    with soundfile.SoundFile(path, "w", rate, 1, "PCM_16", format="FLAC") as file:
        for _ in range(180):
            file.write(np.zeros(60 * rate, np.int16))


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "shorter than 1 s": (lambda path: soundfile.write(path, noise(0.9), RATE, format="WAV"), "is shorter than 1 s"),
    "no frames": (lambda path: write_wav(path, b""), "is shorter than 1 s"),
    "silence": (lambda path: write_wav(path, bytes(6 * RATE)), "is silent"),
    "near silence": (lambda path: write_floats(path, 1e-5 * noise(3)), "is silent"),
    "channels that cancel": (
        lambda path: soundfile.write(path, noise(3, channels=2) * [1, -1], RATE, format="WAV"),
        "is silent",
    ),
    "not a number": (lambda path: write_floats(path, spoiled(np.nan)), "has samples that are no numbers"),
    "infinity": (lambda path: write_floats(path, spoiled(-np.inf)), "has samples that are no numbers"),
    "1 Hz": (lambda path: write_wav(path, bytes(100), rate=1), "has a sample rate or a number of channels"),
    "0 Hz": (lambda path: write_wav(path, bytes(100), rate=0), "is damaged and cannot be decoded"),
    "4 GHz": (lambda path: write_wav(path, bytes(100), rate=2**32 - 1), "is damaged and cannot be decoded"),
    "200 channels": (lambda path: write_wav(path, bytes(400), channels=200), "has a sample rate or a number of"),
    "65,535 channels": (lambda path: write_wav(path, bytes(100), channels=65_535), "is damaged and cannot be decoded"),
    "no channels": (lambda path: write_wav(path, bytes(100), channels=0), "is damaged and cannot be decoded"),
    "unknown coding": (lambda path: write_wav(path, bytes(9000), tag=0x55), "ends too early, or is damaged"),
    "cut FLAC": (cut_flac, "ends too early"),
    "torn FLAC": (torn_flac, "ends too early, or is damaged"),
    "cut OGG": (cut_ogg, "ends too early"),
    "cut MP3": (cut_mp3, "ends too early"),
    "an MP3 of one frame": (lambda path: path.write_bytes(b"\xff\xfb\x90\x64" + bytes(413)), "is"),
    "FLAC, but only its name": (lambda path: path.write_bytes(b"fLaC" + bytes(2000)), "is damaged and cannot be"),
    "three hours": (long_flac, "is longer than 2 hours"),
}


@pytest.mark.parametrize(("make", "fault"), REFUSED.values(), ids=REFUSED)
def test_refused_in_one_line(tmp_path: Path, make: Callable[[Path], object], fault: str) -> None:
    path = tmp_path / "bed.xyz"
    make(path)
    with pytest.raises(FileError) as caught:
        load(path)
    assert str(caught.value).startswith(f"The bed {path} {fault}")
    assert "\n" not in str(caught.value)


def test_samples_beyond_full_scale_are_cut_to_it(tmp_path: Path) -> None:
    write_floats(tmp_path / "loud.wav", 1e20 * noise(3))
    assert np.isfinite(load(tmp_path / "loud.wav").samples(0, 5 * RATE)).all()


@pytest.mark.parametrize("seed", range(6))
def test_damage_is_survived(tmp_path: Path, seed: int) -> None:
    """Damaged heads of OGG files can crash the decoder, or keep it busy; that must not reach this process."""
    path = tmp_path / "bed.ogg"
    soundfile.write(path, noise(2), RATE)
    rng = np.random.Generator(np.random.PCG64(seed))
    data = bytearray(path.read_bytes())
    for at in rng.integers(60, 4500, size=16):
        data[at] = rng.integers(256)
    path.write_bytes(data)
    with contextlib.suppress(FileError):
        load(path).samples(0, RATE)


BOMB = """
import resource, sys
from pathlib import Path
from voiceguide.base.errors import FileError
from voiceguide.sound.beds.files import load, patience
try:
    load(Path(sys.argv[1]))
except FileError as refused:
    print(refused)
print(max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux, where memory is counted in kilobytes")
def test_a_bomb_is_stopped_at_two_hours_in_little_memory(tmp_path: Path) -> None:
    """A small file that does not say how long it is."""
    path = tmp_path / "bomb.flac"
    long_flac(path)
    data = bytearray(path.read_bytes())
    # the 36 bits for the number of samples
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    path.write_bytes(data)
    assert len(data) < 1_000_000
    # A process inherits the peak of the one that starts it: here a small one, not pytest.
    starter = "import subprocess, sys; subprocess.run(sys.argv[1:], check=True)"
    command = [sys.executable, "-c", starter, sys.executable, "-c", BOMB, str(path)]
    run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=100)
    refused, kilobytes = run.stdout.splitlines()
    assert "is longer than 2 hours" in refused
    assert int(kilobytes) < 150_000


def test_the_time_for_a_decoder_is_half_a_minute_and_a_second_for_each_megabyte() -> None:
    assert [patience(size) for size in (0, 1_000_000, 1_000_000_000)] == [30.0, 31.0, 1030.0]


HANGING = """\
import os, pathlib, time
pathlib.Path({pid!r}).write_text(str(os.getpid()))
while True:
    time.sleep(60)
"""

ENDLESS = """\
import os, pathlib, sys
pathlib.Path({pid!r}).write_text(str(os.getpid()))
while True:
    sys.stdout.buffer.write(bytes(4))
    sys.stdout.flush()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems where a text can be a program")
@pytest.mark.parametrize("program", [HANGING, ENDLESS], ids=["hangs", "gives a sample now and then"])
def test_a_decoder_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Another program in the place of ffmpeg, which decodes what is called mov."""
    pid, ffmpeg = tmp_path / "pid", tmp_path / "bin" / "ffmpeg"
    ffmpeg.parent.mkdir()
    (tmp_path / "ffmpeg.py").write_text(program.format(pid=str(pid)), encoding="utf-8")
    # The first line of a program cannot name a Python whose path has a space in it.
    command = shlex.join([sys.executable, str(tmp_path / "ffmpeg.py")])
    ffmpeg.write_text(f"#!/bin/sh\nexec {command}\n", encoding="utf-8")
    ffmpeg.chmod(0o755)
    monkeypatch.setenv("PATH", str(ffmpeg.parent), prepend=os.pathsep)
    path = tmp_path / "bed.m4a"
    path.write_bytes(b"\0\0\0\x20ftypM4A " + bytes(50))
    with pytest.raises(FileError, match="takes too long to decode"):
        load(path, patience=lambda _: 3.0)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux, where the limits of a process can be read")
def test_the_decoder_may_not_take_more_than_512_megabytes(tmp_path: Path) -> None:
    # Long enough to fill the pipe: then it waits, and can be looked at.
    soundfile.write(tmp_path / "bed.wav", noise(30), RATE)
    command = [sys.executable, "-m", "voiceguide.sound.decoding", "wav", str(tmp_path / "bed.wav")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout
        assert process.stdout.read(1000)
        limits = Path(f"/proc/{process.pid}/limits").read_text().splitlines()
        (space,) = (line.split()[3] for line in limits if line.startswith("Max address space"))
        assert space == str(512 * 1024 * 1024)
    finally:
        process.kill()
        process.communicate()
