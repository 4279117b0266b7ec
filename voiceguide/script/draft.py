"""A session halfway between routine and script, on which the compiler's passes work."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeAlias

from voiceguide.base.source import Span
from voiceguide.choices.model import Choices, Detail
from voiceguide.routine.model import Cueing, Length, Move, MoveStep, Routine, Step, Text
from voiceguide.script.cues import Cue, Side
from voiceguide.script.wording import Wording


@dataclass(frozen=True, slots=True)
class Plan:
    """How to fit a session to the listener's time. The passes follow the plan and decide nothing themselves."""

    detail: Detail = "full"
    leave_out: int = 0
    """Optional steps with this order or a lower one are left out."""
    stretch: Fraction | None = None
    """Position in the range of every elastic length, from 0 (shortest) to 1 (longest); None for the usual length."""

    def ms(self, length: Length) -> int:
        """Return the length to use, in milliseconds, rounded half up."""
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
    """True if the other side of the move came earlier."""
    at_once: bool
    """True if the other side came directly before."""
    other_next: bool
    """True if the other side comes directly after."""
    cueing: Cueing
    place: int
    """Number of the move, from 1; both sides have the same number."""
    of: int
    span: Span


@dataclass(frozen=True, slots=True)
class Change:
    """A change to the routine made for this listener."""

    move: str
    """Key of the changed move; empty for the whole session."""
    what: str
    """Sentence shown on the screen."""
    spoken: tuple[Text, ...] = ()
    """Sentences about the change, spoken once before the first move."""


@dataclass(frozen=True, slots=True)
class Heeded:
    """A move of the routine after the listener's profiles were applied."""

    asked: Move
    """Move in the routine."""
    step: MoveStep | None
    """The step of the same move or of its replacement; None if the move is left out."""
    changes: tuple[Change, ...]

    @property
    def moves(self) -> tuple[Move, ...]:
        """The move of the routine, and its replacement if there is one."""
        return (self.asked, self.step.move) if self.step else (self.asked,)


Item: TypeAlias = Step | Heeded | Press | Cue


@dataclass(frozen=True, slots=True)
class Draft:
    """The state of a session between two passes. Each pass turns some steps into cues."""

    routine: Routine
    choices: Choices
    plan: Plan
    words: Wording
    items: tuple[Item, ...]
    changes: tuple[Change, ...] = field(default=())
    sore: frozenset[str] = frozenset()
    """Keys of the moves that come first, because the listener's body is sensitive there."""

    def having(self, items: list[Item], *changes: Change) -> Draft:
        """Return the draft with other items, and with `changes` added."""
        return replace(self, items=tuple(items), changes=(*self.changes, *changes))
