"""What a timeline places: clips, without their samples. Needs no numpy, so that planning a session starts fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from voiceguide.sound.audio import Samples

LEAD_MS, TAIL_MS = 10, 40
"""Silence before and after the words of every finished phrase."""


class Clip(Protocol):
    """A finished piece of mono sound at the timeline's rate, whose samples are fetched when they are due.

    A timeline of hours holds clips, not samples, so its memory does not grow with its length.
    """

    @property
    def frames(self) -> int:
        """Length in frames at `units.RATE`."""
        ...

    @property
    def identity(self) -> str:
        """A text that differs wherever the samples do, so that what is made of them can be kept."""
        ...

    def samples(self) -> Samples:
        """Shape (frames, 1), full scale at ±1. May read a file.

        Raises:
            FileError: the samples are no longer where they were.
        """
        ...


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip at its place."""

    start: int
    """Frame at which it begins."""
    clip: Clip
    speech: bool = False
    """Whether it is words, under which a bed is lowered."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """A promise, among placed things that arrive one by one, that nothing else starts before `frame`."""

    frame: int


@dataclass(frozen=True, slots=True)
class End:
    """The session is over at this frame; nothing more comes."""

    frame: int
