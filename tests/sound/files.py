"""Sound files for the tests."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voiceguide.base.units import RATE

Floats = npt.NDArray[np.floating]


def noise(seconds: float, rate: int = RATE, channels: int = 1) -> Floats:
    """Pink noise, the same in every channel."""
    rng = np.random.Generator(np.random.PCG64(7))
    bins = np.fft.rfft(rng.standard_normal(round(seconds * rate)))
    wave = np.fft.irfft(bins / np.sqrt(np.arange(1, len(bins) + 1)), round(seconds * rate))
    return np.repeat((0.1 * wave / wave.std()).reshape(-1, 1), channels, axis=1)


def write_wav(path: Path, data: bytes, *, tag: int = 1, channels: int = 1, rate: int = RATE, bits: int = 16) -> None:
    """A WAV file with any header."""
    frame = channels * bits // 8
    head = struct.pack("<HHIIHH", tag, channels, rate, rate * frame % 2**32, frame % 2**16, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(head)) + head + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)


def write_floats(path: Path, wave: Floats) -> None:
    """A WAV file of 32-bit floats, which may be anything."""
    write_wav(path, wave.astype("<f4").tobytes(), tag=3, bits=32)
