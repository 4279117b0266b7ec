"""The chimes shipped in `audio/`, by name. Placing one is cheap; numpy is imported when its samples are due."""

from __future__ import annotations

import hashlib
import wave
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.errors import FileError, UnknownName
from voiceguide.resources import chime_names, shipped
from voiceguide.units import RATE, frames

if TYPE_CHECKING:
    from voiceguide.sound.audio import Samples

MAX_ADVANCE_MS = 1500
"""A tail longer than this rings on under what follows. Not shorter: Bluetooth headphones swallow up to 1.5 s of what
comes after a silence, and the chime is there to be swallowed in place of words."""


@dataclass(frozen=True, slots=True)
class ChimeClip:
    """A chime as a clip."""

    path: Path
    frames: int

    @property
    def advance(self) -> int:
        """Frames that what follows waits: the chime's length, and no more than `MAX_ADVANCE_MS`."""
        return min(self.frames, frames(MAX_ADVANCE_MS))

    @property
    def identity(self) -> str:
        """The hash of its samples."""
        return _hash(self.path)

    def samples(self) -> Samples:
        """Shape (frames, 1); shared by all who ask, and read-only."""
        return _samples(self.path)


@cache
def chime(name: str) -> ChimeClip:
    """The chime called `name`.

    Raises:
        UnknownName: no chime is called that.
        FileError: its file is missing, broken, or not 16-bit mono at `units.RATE`.
    """
    if name not in chime_names():
        raise UnknownName("chime", name, chime_names())
    path = shipped("audio") / f"{name}.wav"
    return ChimeClip(path, len(_data(path)) // 2)


def _data(path: Path) -> bytes:
    try:
        with wave.open(str(path), "rb") as file:
            shape = (file.getnchannels(), 8 * file.getsampwidth(), file.getframerate())
            data = file.readframes(file.getnframes())
            whole = len(data) == file.getnframes() * file.getnchannels() * file.getsampwidth()
    except (OSError, EOFError, wave.Error) as failure:
        # wave says nothing at all of a file that ends inside its header
        raise _broken(path, f"cannot be read: {str(failure) or 'it ends early'}") from failure
    if shape != (1, 16, RATE):
        channels, bits, rate = shape
        raise _broken(path, f"has {channels} channels of {bits} bits at {rate} Hz, not 1 of 16 at {RATE}")
    if not whole:
        raise _broken(path, "cannot be read: it ends early")
    return data


@cache
def _hash(path: Path) -> str:
    return hashlib.sha256(_data(path)).hexdigest()


@cache
def _samples(path: Path) -> Samples:
    import numpy as np

    samples = (np.frombuffer(_data(path), dtype="<i2") / np.float32(32768)).astype(np.float32).reshape(-1, 1)
    samples.setflags(write=False)
    return samples


def _broken(path: Path, fault: str) -> FileError:
    return FileError(path, f"The chime {path} {fault}.", "Install voiceguide again.")
