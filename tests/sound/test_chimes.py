"""The shipped chimes: that the script still makes them, that they sound as they should, and how they are loaded."""

from __future__ import annotations

import shutil
import subprocess
import sys
import wave
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import voiceguide.resources
from voiceguide.errors import UnknownName
from voiceguide.resources import shipped
from voiceguide.sound import chimes
from voiceguide.units import RATE, frames

SCRIPT = Path(__file__).parents[2] / "scripts" / "make-chimes"
SILENCE = frames(10)


@dataclass(frozen=True, slots=True)
class Expected:
    name: str
    ms: int
    peak_dbfs: float
    hz: float


EXPECTED = (
    Expected("bell", 1800, -12.0, 1320.0),
    Expected("bowl", 4500, -12.0, 220.0),
    Expected("wood", 300, -15.0, 660.0),
)
every_chime = pytest.mark.parametrize("chime", EXPECTED, ids=lambda chime: chime.name)


def samples_of(name: str) -> npt.NDArray[np.float64]:
    return chimes.load(name).samples()[:, 0].astype(np.float64)


def decibels(level: float) -> float:
    return float(20 * np.log10(level))


def test_the_script_makes_the_same_bytes_as_are_shipped(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], check=True, capture_output=True, timeout=60)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in shipped("audio").glob("*.wav")}


@every_chime
def test_it_lasts_its_time_at_its_level(chime: Expected) -> None:
    samples = samples_of(chime.name)
    assert samples.shape == (frames(chime.ms),)
    assert decibels(np.abs(samples).max()) == pytest.approx(chime.peak_dbfs, abs=0.01)


@every_chime
def test_its_peak_between_samples_is_no_higher(chime: Expected) -> None:
    samples = samples_of(chime.name)
    between = 4 * np.fft.irfft(np.fft.rfft(samples), 4 * len(samples))
    assert decibels(np.abs(between).max()) < chime.peak_dbfs + 0.5


@every_chime
def test_it_starts_without_a_step_and_ends_in_silence(chime: Expected) -> None:
    samples = samples_of(chime.name) * 32768
    assert samples[0] == 0
    assert np.abs(np.diff(samples[:3])).max() <= 4
    # the knock is a rise over milliseconds: no frame of the first one jumps by a tenth of the peak
    assert np.abs(np.diff(samples[: frames(1)])).max() < 0.1 * np.abs(samples).max()
    assert not samples[-SILENCE:].any()
    assert np.abs(samples[-SILENCE - frames(5) : -SILENCE]).max() <= 1


@every_chime
def test_it_has_no_offset(chime: Expected) -> None:
    assert abs(samples_of(chime.name).mean()) * 32768 < 0.5


@every_chime
def test_it_dies_away(chime: Expected) -> None:
    windows = np.array_split(samples_of(chime.name), 8)
    levels = [float(np.sqrt(np.mean(window**2))) for window in windows]
    # beating may hold a window at the level of the one before, never raise it
    assert all(later < 1.05 * earlier for earlier, later in pairwise(levels))
    assert all(later < 0.7 * earlier for earlier, later in zip(levels, levels[2:], strict=False))
    assert levels[-1] < 0.01 * levels[0]


@every_chime
def test_its_fundamental_is_its_loudest_partial(chime: Expected) -> None:
    samples = samples_of(chime.name)
    spectrum = np.abs(np.fft.rfft(samples, 8 * len(samples)))
    loudest = float(spectrum.argmax()) * RATE / (8 * len(samples))
    assert loudest == pytest.approx(chime.hz, rel=0.003)


def test_names_are_sorted_and_need_no_numpy() -> None:
    assert chimes.names() == ("bell", "bowl", "wood")
    probe = "import sys; from voiceguide.sound import chimes; chimes.names(); sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", probe], check=True, timeout=60)


def test_a_chime_is_loaded_once_and_cannot_be_written_to() -> None:
    clip = chimes.load("bell")
    assert chimes.load("bell") is clip
    assert clip.audio.rate == RATE
    with pytest.raises(ValueError, match="read-only"):
        clip.samples()[0] = 1.0


@pytest.mark.parametrize("name", ["bel", "", "../audio/bell", "Bell"])
def test_an_unknown_chime_gets_the_nearest(name: str) -> None:
    with pytest.raises(UnknownName) as caught:
        chimes.load(name)
    assert caught.value.kind == "chime"
    assert caught.value.name == name
    assert "bell" in caught.value.near


def test_what_follows_a_chime_waits_for_it_but_not_for_its_tail() -> None:
    assert {name: chimes.advance(name) for name in chimes.names()} == {
        "bell": frames(1500),
        "bowl": frames(1500),
        "wood": frames(300),
    }


Run = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package, away from the files it ships."""
    package = Path(voiceguide.resources.__file__).parent
    shutil.copytree(package, tmp_path / "voiceguide", ignore=shutil.ignore_patterns("shipped", "__pycache__"))
    return tmp_path


@pytest.fixture
def run(house: Path) -> Run:
    """Run a line of Python with that copy; it prints the line's value, or the FileError it raises."""

    def run_line(line: str) -> subprocess.CompletedProcess[str]:
        probe = (
            "from voiceguide import errors, resources\nfrom voiceguide.sound import chimes\n"
            f"try:\n    print({line})\nexcept errors.FileError as error:\n    print(error.path, error, sep=chr(10))\n"
        )
        command = [sys.executable, "-c", probe]
        return subprocess.run(command, cwd=house, check=True, capture_output=True, text=True, timeout=60)

    return run_line


def test_shipped_files_are_found_beside_the_package_and_first_inside_it(house: Path, run: Run) -> None:
    beside = house / "routines"
    beside.mkdir()
    assert run("resources.shipped('routines')").stdout.strip() == str(beside.resolve())
    inside = house / "voiceguide" / "shipped" / "routines"
    inside.mkdir(parents=True)
    assert run("resources.shipped('routines')").stdout.strip() == str(inside.resolve())


def test_a_missing_folder_is_named(house: Path, run: Run) -> None:
    path, text = run("chimes.names()").stdout.splitlines()
    assert path == str((house / "voiceguide" / "shipped" / "audio").resolve())
    assert "'audio' is missing" in text
    assert "Install voiceguide again." in text


def write_wav(path: Path, channels: int, width: int, rate: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(bytes(100 * channels * width))


def test_a_broken_chime_is_named_with_its_fault(house: Path, run: Run) -> None:
    audio = house / "audio"
    audio.mkdir()
    write_wav(audio / "stereo.wav", 2, 2, RATE)
    write_wav(audio / "slow.wav", 1, 2, 8000)
    write_wav(audio / "good.wav", 1, 2, RATE)
    (audio / "cut.wav").write_bytes((audio / "good.wav").read_bytes()[:-51])
    (audio / "empty.wav").write_bytes(b"")
    (audio / "other.wav").write_bytes(b"OggS" + bytes(100))
    assert run("chimes.load('good').frames").stdout == "100\n"
    for name, fault in {
        "stereo": "but 16-bit with channels: 2, at 44100 Hz",
        "slow": "but 16-bit with channels: 1, at 8000 Hz",
        "cut": "it ends early",
        "empty": "it ends early",
        "other": "does not start with RIFF",
    }.items():
        path, text = run(f"chimes.load('{name}')").stdout.splitlines()
        assert Path(path).name == f"{name}.wav"
        assert fault in text
