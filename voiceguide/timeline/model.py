"""A session with all its times known. Every output reads this one value, so all outputs agree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from voiceguide.base.source import Problem
from voiceguide.base.units import RATE
from voiceguide.script.cues import Role, Side
from voiceguide.sound.beds.bed import Bed
from voiceguide.sound.clip import Placed

EventKind = Literal["speech", "chime", "pause", "hold", "bed"]


@dataclass(frozen=True, slots=True)
class Event:
    """A sound or a silence from `start` to `end` (frames)."""

    start: int
    end: int
    kind: EventKind
    text: str = ""
    """Words as written, or the chime's name; empty for pauses and holds."""
    move: str = ""
    side: Side = ""
    role: Role | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named place to jump to. A chapter ends where the next one starts."""

    start: int
    """Frame at which the chapter starts."""
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A script with times."""

    title: str
    language: str
    length: int
    """Length in frames."""
    chapters: tuple[Chapter, ...]
    events: tuple[Event, ...]
    """Events in order of their start."""
    sounds: tuple[Placed, ...]
    """Clips to mix, in order of their start."""
    bed: Bed | None = None
    """Sound under the whole session; None for none."""
    problems: tuple[Problem, ...] = ()
    """Cues that do not fit into their holds."""
    rate: int = RATE
    """Frames per second."""

    def chapter_ends(self) -> tuple[int, ...]:
        """Return the frame at which each chapter ends: where the next chapter starts, or the session ends."""
        return (*(chapter.start for chapter in self.chapters), self.length)[1:]

    def over(self, bed: Bed, name: str) -> Timeline:
        """Return this session with a bed under all of it."""
        return replace(self, bed=bed, events=(Event(0, self.length, "bed", name), *self.events))
