"""A session between routine and script: what the compiler's passes work on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeAlias

from voiceguide.routine.choices import Choices, Detail
from voiceguide.routine.model import Cueing, Length, Move, MoveStep, Routine, Step, Text
from voiceguide.script.cues import Cue, Side
from voiceguide.script.wording import Wording
from voiceguide.source import Span


@dataclass(frozen=True, slots=True)
class Plan:
    """How a session is fitted to its listener's time. Passes obey it; they do not choose."""

    detail: Detail = "full"
    leave_out: int = 0
    """Optional steps of this order and below are left out."""
    stretch: Fraction | None = None
    """Where in its own range every elastic length is taken, 0 shortest to 1 longest; None for the usual one."""

    def ms(self, length: Length) -> int:
        """The length to take, in milliseconds, rounded half up."""
        if self.stretch is None:
            return length.usual_ms
        part = self.stretch * (length.high_ms - length.low_ms)
        return length.low_ms + (2 * part.numerator + part.denominator) // (2 * part.denominator)


@dataclass(frozen=True, slots=True)
class Press:
    """One side of a move, with its place among all moves of the session."""

    move: Move
    hold: Length
    side: Side
    second: bool
    """Whether its other side was done before."""
    at_once: bool
    """Whether its other side was done just before."""
    other_next: bool
    """Whether its other side comes next."""
    cueing: Cueing
    place: int
    """From 1, counting moves, not sides."""
    of: int
    span: Span


@dataclass(frozen=True, slots=True)
class Change:
    """Something done to the routine for this listener's sake."""

    move: str
    """Key of the move it concerns; empty for the session as a whole."""
    what: str
    """One sentence for the screen."""
    spoken: tuple[Text, ...] = ()
    """What is said of it, once, before the first move."""


@dataclass(frozen=True, slots=True)
class Heeded:
    """A move of the routine, and what the listener's profiles make of it."""

    asked: Move
    """The move as the routine has it."""
    step: MoveStep | None
    """What is done: the same move, or the one that takes its place; None for nothing."""
    changes: tuple[Change, ...]

    @property
    def moves(self) -> tuple[Move, ...]:
        """The move as the routine has it, and the one that is done."""
        return (self.asked, self.step.move) if self.step else (self.asked,)


Item: TypeAlias = Step | Heeded | Press | Cue


@dataclass(frozen=True, slots=True)
class Draft:
    """As pass follows pass, fewer items are steps and more are cues."""

    routine: Routine
    choices: Choices
    plan: Plan
    words: Wording
    items: tuple[Item, ...]
    changes: tuple[Change, ...] = field(default=())
    sore: frozenset[str] = frozenset()
    """Keys of the moves that come first, because the listener's body is sensitive there."""

    def having(self, items: list[Item], *changes: Change) -> Draft:
        """The draft with other items, and changes added."""
        return replace(self, items=tuple(items), changes=(*self.changes, *changes))
