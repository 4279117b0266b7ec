"""A session with all its times known. Every output reads this one value, so none can disagree with another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from voiceguide.script.cues import Role, Side
from voiceguide.sound.beds import Bed
from voiceguide.sound.clip import Placed
from voiceguide.source import Problem
from voiceguide.units import RATE

EventKind = Literal["speech", "chime", "pause", "hold", "bed"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing heard, or one silence kept, from `start` to `end` (frames)."""

    start: int
    end: int
    kind: EventKind
    text: str = ""
    """The words as written, or the chime's name; empty for pauses and holds."""
    move: str = ""
    side: Side = ""
    role: Role | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named place to jump to; it ends where the next one starts."""

    start: int
    """Frame."""
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Script plus time."""

    title: str
    language: str
    length: int
    """Frames."""
    chapters: tuple[Chapter, ...]
    events: tuple[Event, ...]
    """In order of their start."""
    sounds: tuple[Placed, ...]
    """The clips to mix, in order of their start."""
    bed: Bed | None = None
    """What sounds under everything."""
    problems: tuple[Problem, ...] = ()
    """What does not fit: a cue that is longer than the room its hold leaves."""
    rate: int = RATE
    """Hz."""

    def chapter_ends(self) -> tuple[int, ...]:
        """The frame at which each chapter ends: where the next one starts, or the session ends."""
        return (*(chapter.start for chapter in self.chapters), self.length)[1:]

    def over(self, bed: Bed, name: str) -> Timeline:
        """The same session with a bed under all of it."""
        return replace(self, bed=bed, events=(Event(0, self.length, "bed", name), *self.events))
