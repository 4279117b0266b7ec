"""The chimes shipped in `audio/`, by name. Placing a chime is cheap: numpy is imported only for its samples."""

from __future__ import annotations

import hashlib
import wave
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.base.errors import FileError, UnknownName
from voiceguide.base.paths import shipped
from voiceguide.base.resources import chime_names
from voiceguide.base.units import RATE, frames

if TYPE_CHECKING:
    from voiceguide.sound.audio import Samples

MAX_ADVANCE_MS = 1500
"""Time in ms after which the next cue may start although the chime still rings. It is not shorter because Bluetooth
headphones drop up to 1.5 s of sound after a silence, and they should drop the chime, not words."""


@dataclass(frozen=True, slots=True)
class ChimeClip:
    """A chime as a `Clip`."""

    path: Path
    frames: int

    @property
    def advance(self) -> int:
        """Frames from the chime's start to the next cue: its length, but at most `MAX_ADVANCE_MS`."""
        return min(self.frames, frames(MAX_ADVANCE_MS))

    @property
    def identity(self) -> str:
        """SHA-256 of the samples, in hex."""
        return _hash(self.path)

    def samples(self) -> Samples:
        """Return samples of shape (frames, 1). Every call returns the same read-only array."""
        return _samples(self.path)


@cache
def chime(name: str) -> ChimeClip:
    """Return the chime called `name`.

    Raises:
        UnknownName: no chime has this name.
        FileError: the chime's file is missing, broken, or not 16-bit mono at `units.RATE`.
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
        # For a file that ends inside its header, wave raises an error without a message.
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
