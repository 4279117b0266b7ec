"""The shipped chimes: the script makes the same bytes, they sound as they should, and they load as documented."""

from __future__ import annotations

import subprocess
import sys
import wave
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from voiceguide.base.errors import FileError, UnknownName
from voiceguide.base.paths import shipped
from voiceguide.base.resources import chime_names
from voiceguide.base.units import RATE, frames
from voiceguide.sound.chimes import ChimeClip, chime

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
every_chime = pytest.mark.parametrize("expected", EXPECTED, ids=lambda each: each.name)


def samples_of(name: str) -> npt.NDArray[np.float64]:
    return chime(name).samples()[:, 0].astype(np.float64)


def decibels(level: float) -> float:
    return float(20 * np.log10(level))


def test_the_script_makes_the_same_bytes_as_are_shipped(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], check=True, capture_output=True, timeout=60)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in shipped("audio").glob("*.wav")}


@every_chime
def test_a_chime_has_its_length_and_its_level(expected: Expected) -> None:
    samples = samples_of(expected.name)
    assert samples.shape == (frames(expected.ms),)
    assert decibels(np.abs(samples).max()) == pytest.approx(expected.peak_dbfs, abs=0.01)


@every_chime
def test_the_peak_of_a_chime_between_samples_is_no_higher(expected: Expected) -> None:
    samples = samples_of(expected.name)
    between = 4 * np.fft.irfft(np.fft.rfft(samples), 4 * len(samples))
    assert decibels(np.abs(between).max()) < expected.peak_dbfs + 0.5


@every_chime
def test_a_chime_starts_without_a_step_and_ends_in_silence(expected: Expected) -> None:
    samples = samples_of(expected.name) * 32768
    assert samples[0] == 0
    assert np.abs(np.diff(samples[:3])).max() <= 4
    # The knock rises over milliseconds: in the first millisecond no frame jumps by a tenth of the peak.
    assert np.abs(np.diff(samples[: frames(1)])).max() < 0.1 * np.abs(samples).max()
    assert not samples[-SILENCE:].any()
    assert np.abs(samples[-SILENCE - frames(5) : -SILENCE]).max() <= 1


@every_chime
def test_a_chime_has_no_offset(expected: Expected) -> None:
    assert abs(samples_of(expected.name).mean()) * 32768 < 0.5


@every_chime
def test_a_chime_fades_away(expected: Expected) -> None:
    windows = np.array_split(samples_of(expected.name), 8)
    levels = [float(np.sqrt(np.mean(window**2))) for window in windows]
    # Beats may keep a window as loud as the one before it, but never make it louder.
    assert all(later < 1.05 * earlier for earlier, later in pairwise(levels))
    assert all(later < 0.7 * earlier for earlier, later in zip(levels, levels[2:], strict=False))
    assert levels[-1] < 0.01 * levels[0]


@every_chime
def test_the_fundamental_of_a_chime_is_its_loudest_partial(expected: Expected) -> None:
    samples = samples_of(expected.name)
    spectrum = np.abs(np.fft.rfft(samples, 8 * len(samples)))
    loudest = float(spectrum.argmax()) * RATE / (8 * len(samples))
    assert loudest == pytest.approx(expected.hz, rel=0.003)


def test_every_chime_shipped_is_tested() -> None:
    assert chime_names() == tuple(sorted(expected.name for expected in EXPECTED))


def test_placing_a_chime_needs_no_numpy() -> None:
    probe = (
        "import sys; from voiceguide.sound.chimes import chime; chime('bell').advance; sys.exit('numpy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", probe], check=True, timeout=60)


def test_a_chime_is_loaded_once_and_cannot_be_written_to() -> None:
    samples = chime("bell").samples()
    assert chime("bell").samples() is samples
    assert samples.dtype == np.float32
    assert samples.shape == (chime("bell").frames, 1)
    with pytest.raises(ValueError, match="read-only"):
        samples[0] = 1.0


@pytest.mark.parametrize("name", ["bel", "", "../audio/bell", "Bell"])
def test_an_unknown_chime_name_gets_the_nearest_names(name: str) -> None:
    with pytest.raises(UnknownName) as caught:
        chime(name)
    assert caught.value.kind == "chime"
    assert caught.value.name == name
    assert "bell" in caught.value.near


def test_the_next_cue_waits_for_a_chime_but_not_for_its_tail() -> None:
    assert {name: chime(name).advance for name in chime_names()} == {
        "bell": frames(1500),
        "bowl": frames(1500),
        "wood": frames(300),
    }


def write_wav(path: Path, channels: int = 1, width: int = 2, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(bytes(100 * channels * width))
    return path


def test_an_error_names_a_broken_chime_file_and_its_fault(tmp_path: Path) -> None:
    good = write_wav(tmp_path / "good.wav")
    assert ChimeClip(good, 100).samples().shape == (100, 1)
    (tmp_path / "cut.wav").write_bytes(good.read_bytes()[:-51])
    (tmp_path / "empty.wav").touch()
    (tmp_path / "other.wav").write_bytes(b"OggS" + bytes(100))
    for path, fault in {
        write_wav(tmp_path / "stereo.wav", channels=2): "has 2 channels of 16 bits at 44100 Hz, not 1 of 16 at 44100",
        write_wav(tmp_path / "slow.wav", rate=8000): "has 1 channels of 16 bits at 8000 Hz",
        write_wav(tmp_path / "coarse.wav", width=1): "has 1 channels of 8 bits",
        tmp_path / "cut.wav": "cannot be read: it ends early",
        tmp_path / "empty.wav": "cannot be read: it ends early",
        tmp_path / "other.wav": "cannot be read: file does not start with RIFF id",
        tmp_path / "gone.wav": "cannot be read",
    }.items():
        with pytest.raises(FileError) as caught:
            ChimeClip(path, 100).samples()
        assert caught.value.path == str(path)
        assert fault in caught.value.what
        assert caught.value.remedy == "Install voiceguide again."
