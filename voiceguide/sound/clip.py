"""The clips that a timeline places, without their samples. This module needs no numpy, so planning starts fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from voiceguide.sound.audio import Samples

LEAD_MS, TAIL_MS = 10, 40
"""Silence before and after the words of every finished phrase."""


class Clip(Protocol):
    """A finished piece of mono sound at the timeline's rate. The mixer fetches its samples when they are due.

    A timeline holds clips, not samples, so a long session needs no more memory than a short one.
    """

    @property
    def frames(self) -> int:
        """Length in frames at `units.RATE`."""
        ...

    @property
    def identity(self) -> str:
        """A text that differs whenever the samples differ. It serves as a key for files made from the samples."""
        ...

    def samples(self) -> Samples:
        """Return samples of shape (frames, 1), full scale at ±1. May read a file.

        Raises:
            FileError: the file that held the samples is gone.
        """
        ...


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip and the frame at which it starts."""

    start: int
    """Frame at which the clip starts."""
    clip: Clip
    speech: bool = False
    """True if the clip is speech. The bed is quieter under speech."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """A promise, in a stream of placed clips, that no later clip starts before `frame`."""

    frame: int


@dataclass(frozen=True, slots=True)
class End:
    """The frame at which the session ends. Nothing follows it in the stream."""

    frame: int
