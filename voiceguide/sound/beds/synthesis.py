"""The shipped beds, made on request: noise and tones, shaped by frequency over the whole length of a loop.

A sum of sines has no seam if every sine has a whole number of periods in the loop. Each sound here is such a sum, or a
product of such sums, or continues from the loop's end at its start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from voiceguide.base.units import RATE, frames
from voiceguide.sound.levels import SPEECH_LUFS, from_db

LENGTH = 3 * 2**19
"""Frames of every loop, 35.7 s. Fourier transforms of this length are fast."""

SEED = 6
"""Seed of the random numbers. Of eight seeds tried, this one gives the waves with the lowest peaks."""

Wave: TypeAlias = npt.NDArray[np.float32]
"""Shape (frames,)."""

_Reals: TypeAlias = npt.NDArray[np.floating[Any]]

_HZ: Wave = np.fft.rfftfreq(LENGTH, 1 / RATE)[:-1].astype(np.float32)
"""The frequency of each bin of a loop's spectrum, without the last one."""


def sound(name: str) -> Wave:
    """Return one loop of the bed called `name`, shape (LENGTH,), as loud as speech. The samples are always the same."""
    make, lufs = _SOUNDS[name]
    wave = make(np.random.Generator(np.random.PCG64(SEED))).astype(np.float32, copy=False)
    wave *= from_db(SPEECH_LUFS - lufs)
    return wave


def _rain(rng: np.random.Generator) -> _Reals:
    """Soft rain on leaves: noise that is darker than real rain, and single drops that stand out from it."""
    wash = _noise(rng, _above(180) * _below(4500) * _below(9000) / np.sqrt(1 + _HZ / 500))
    gusts = 1 + 0.1 * _slow(rng, 0.25)
    rain: _Reals = wash * gusts + np.float32(0.75) * _drops(rng, per_second=30)
    return rain


def _waves(rng: np.random.Generator) -> _Reals:
    """A calm shore: four waves of 8 to 10 s, each a low roll and then the hiss of foam that runs back."""
    swell = np.concatenate([_swell(round(LENGTH * part), high) for part, high in _SWELLS])
    roll = _noise(rng, _above(90) * _below(420) / np.sqrt(1 + _HZ / 150))
    foam = _noise(rng, _above(600) * _below(2600) * _below(5000) / np.sqrt(1 + _HZ / 900))
    running_back = np.roll(swell, frames(1100))
    # The shore is never silent, so the listener does not wait for the next wave.
    return roll * (0.26 + 0.74 * swell) + np.float32(0.5) * foam * (0.10 + 0.90 * running_back**1.5)


_SWELLS = ((0.240, 0.90), (0.272, 1.0), (0.228, 0.82), (0.260, 0.94))
"""Share of the loop, and height, of each wave."""


def _brown(rng: np.random.Generator) -> _Reals:
    """Brown noise: it falls by 6 dB an octave, and has nothing so low that it only shakes a loudspeaker."""
    return _noise(rng, _above(30) * _above(30) / (1 + _HZ / 10))


def _drone(rng: np.random.Generator) -> _Reals:
    """A low A with its fifth and octaves. Each note is a few sines so close in pitch that they beat slowly."""
    bins = np.zeros(len(_HZ), np.complex64)
    for note, level in _NOTES:
        for harmonic, share in enumerate(_HARMONICS, 1):
            centre = round(note * harmonic * LENGTH / RATE)
            for offset, part in _CLUSTER:
                phase = np.exp(2j * np.pi * rng.random())
                bins[centre + offset * min(harmonic, 3)] += level * share * part * phase
    breath = 1 + 0.12 * _slow(rng, 0.1)
    return _unit(np.fft.irfft(bins, LENGTH)) * breath


_NOTES = ((110.0, 0.85), (165.0, 0.62), (220.0, 0.60), (277.2, 0.18), (330.0, 0.28))
_HARMONICS = (1.0, 0.28, 0.09, 0.035)
_CLUSTER = ((0, 1.0), (3, 0.45), (-4, 0.4), (9, 0.16))
"""Distance from a tone's own bin, in bins of 0.028 Hz, and amplitude. The beats last 4 to 12 s, less in overtones."""


_SOUNDS: Mapping[str, tuple[Callable[[np.random.Generator], _Reals], float]] = MappingProxyType(
    {"brown": (_brown, -1.45), "drone": (_drone, -1.26), "rain": (_rain, 1.41), "waves": (_waves, -3.68)}
)
"""The function that makes each bed, and the bed's loudness in LUFS. A test measures the loudness, because measuring
takes longer than making the bed."""


def _noise(rng: np.random.Generator, shape: _Reals) -> Wave:
    """Return noise with the given amplitude in each bin, at an RMS of 1."""
    bins = rng.standard_normal(LENGTH, dtype=np.float32).view(np.complex64)
    return _unit(np.fft.irfft(bins * shape, LENGTH))


def _slow(rng: np.random.Generator, fastest: float) -> Wave:
    """Return a random curve that contains no frequency above `fastest` Hz, at an RMS of 1."""
    count = int(fastest * LENGTH / RATE)
    bins = np.zeros(count + 1, np.complex64)
    bins[1:] = rng.standard_normal(2 * count, dtype=np.float32).view(np.complex64)
    return _unit(np.fft.irfft(bins, LENGTH))


def _unit(wave: _Reals) -> Wave:
    unit: Wave = (wave / np.sqrt(np.mean(np.square(wave)))).astype(np.float32)
    return unit


def _above(hz: float) -> _Reals:
    """Return the gain of each bin in a high pass of the second order."""
    square: _Reals = np.square(_HZ / hz)
    return 1 - 1 / (1 + square)


def _below(hz: float) -> _Reals:
    """Return the gain of each bin in a low pass of the second order."""
    return 1 - _above(hz)


def _swell(count: int, height: float) -> Wave:
    """Return one wave, shape (count,): up from 0 along half a cosine, and down to 0 along a longer one."""
    at = np.arange(count, dtype=np.float32) / count
    crest = 0.42
    turn = np.where(at < crest, at / crest, 1 + (at - crest) / (1 - crest))
    return (height * (0.5 - 0.5 * np.cos(np.pi * turn))).astype(np.float32)


def _drops(rng: np.random.Generator, per_second: int) -> Wave:
    """Return drops: short tones of many pitches, most of them faint."""
    count = per_second * LENGTH // RATE
    time = np.arange(frames(45), dtype=np.float32) / RATE
    pitch = np.geomspace(700, 3200, 40, dtype=np.float32)[:, None]
    # The tone of a bubble rises a little while it fades; low tones ring longer.
    ring = np.sin(2 * np.pi * pitch * time * (1 + 3 * time)) * np.exp(-time * pitch / 12)
    ring *= np.minimum(time / 0.0015, 1) * (1 - time / time[-1])
    which = rng.integers(len(pitch), size=count)
    level = rng.lognormal(0.0, 0.8, size=count).clip(max=5).astype(np.float32)
    start = rng.integers(LENGTH, size=count)
    wave = np.zeros(LENGTH + len(time), np.float32)
    for drop, at, loud in zip(which, start, level, strict=True):
        wave[at : at + len(time)] += loud * ring[drop]
    wave[: len(time)] += wave[LENGTH:]
    return wave[:LENGTH]
