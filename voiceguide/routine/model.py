"""A routine as its author wrote it. Every value knows its Span."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from voiceguide.routine.choices import Detail
from voiceguide.source import Span

Sides = Literal["each", "together", "single"]
CueKind = Literal["spoken", "chime", "both"]
CautionAction = Literal["drop", "warn", "replace"]

ROUND_HOLD_MS = 5_000
"""A hold chosen from a range is rounded to this, because a listener counts in fives."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words, and where they were written."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Default:
    """A value that an author proposes, and where it was written."""

    value: str | float | tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Length:
    """A duration, or the range within which one may be chosen."""

    low_ms: int
    high_ms: int
    span: Span
    chosen_ms: int = 0
    """The author's own choice from the range; 0 for its middle."""

    @property
    def usual_ms(self) -> int:
        """Taken when nobody asks for another: the author's choice, or the middle in steps of `ROUND_HOLD_MS`."""
        if self.chosen_ms:
            return self.chosen_ms
        middle = (self.low_ms + self.high_ms) // 2
        rounded = (middle + ROUND_HOLD_MS // 2) // ROUND_HOLD_MS * ROUND_HOLD_MS
        return min(max(rounded, self.low_ms), self.high_ms)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Press and release, over and over, inside a hold."""

    press_ms: int
    release_ms: int
    cue: CueKind = "spoken"


@dataclass(frozen=True, slots=True)
class Cueing:
    """What is said inside a hold of how far along it is."""

    halfway: bool = True
    last_ms: int = 5_000
    """When this much is left, it is said; 0 for never."""
    every_ms: int = 0
    """The time left is said at every multiple of this; 0 for never."""


@dataclass(frozen=True, slots=True)
class Caution:
    """What a move means for some bodies: left out, warned about, or replaced."""

    when: str
    """A profile, such as `pregnant`."""
    action: CautionAction
    say: Text
    use: str = ""
    """The move taken instead, for `replace`."""


@dataclass(frozen=True, slots=True)
class Pronounced:
    """How the author wants a word said."""

    word: str
    say: str
    ipa: str
    span: Span


@dataclass(frozen=True, slots=True)
class Move:
    """One thing to do with the body, from a move library."""

    key: str
    """Its short name, such as `BL40`."""
    name: str
    part: str
    """The part of the body, for headings: `knee`; may be empty."""
    where: tuple[Text, ...]
    how: tuple[Text, ...]
    care: tuple[Text, ...]
    """What must be heard whenever it is done, at every level of detail."""
    why: tuple[Text, ...]
    brief: tuple[Text, ...]
    """One short line for those who know the move, and for its second side."""
    hold: Length
    sides: Sides
    settle_ms: int
    """Time to find the place before the clock starts."""
    rhythm: Rhythm | None
    cueing: Cueing | None
    """None for the routine's."""
    posture: str
    cautions: tuple[Caution, ...]
    sources: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Section:
    """A heading: a chapter begins."""

    title: str
    span: Span


@dataclass(frozen=True, slots=True)
class SayStep:
    """Sentences, and pauses written among them as `[4s]`."""

    pieces: tuple[Text | Length, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class PauseStep:
    """Silence."""

    length: Length
    span: Span


@dataclass(frozen=True, slots=True)
class BreatheStep:
    """Breaths counted aloud."""

    cycles: int
    in_ms: int
    hold_ms: int
    out_ms: int
    cue: CueKind
    span: Span


@dataclass(frozen=True, slots=True)
class MoveStep:
    """A move of the library, perhaps with a hold of this routine's own."""

    move: Move
    hold: Length
    span: Span


@dataclass(frozen=True, slots=True)
class HoldStep:
    """A time that lasts exactly as long as written, with words at its start."""

    length: Length
    pieces: tuple[Text | Length, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ChimeStep:
    """A chime by name."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Group:
    """Steps done `times` times: a `repeat`, or an `include` (once)."""

    times: int
    steps: tuple[Step, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Qualified:
    """A step that is not always done."""

    step: Step
    optional: int
    """Left out when time is short, those with 1 first; 0 for a step that stays."""
    detail: Detail
    """The least detail at which it is said: `full` for what those who know the routine need not hear again."""
    span: Span


Step: TypeAlias = Qualified | Section | SayStep | PauseStep | BreatheStep | MoveStep | HoldStep | ChimeStep | Group


@dataclass(frozen=True, slots=True)
class Routine:
    """A whole routine file, its library's moves and included steps with it."""

    name: str
    """What the user calls it: the file's name without its ending."""
    title: Text
    summary: Text | None
    language: str
    tags: tuple[str, ...]
    chime: str
    """Opens and closes the session; empty for none."""
    safety: tuple[Text, ...]
    """Spoken first, at every level of detail."""
    steps: tuple[Step, ...]
    pronounce: tuple[Pronounced, ...]
    defaults: tuple[tuple[str, Default], ...]
    """What the author thinks best where the listener says nothing, by keys of `values.KEYS`."""
    cueing: Cueing
    library: tuple[Move, ...]
    """Every move of its libraries, for those that are replaced."""
    span: Span

    def moves(self) -> tuple[Move, ...]:
        """The moves in the order they are first done, each once."""
        by_key = {step.move.key: step.move for step in each_once(self.steps) if isinstance(step, MoveStep)}
        return tuple(by_key.values())

    def optional_orders(self) -> set[int]:
        """The orders in which optional steps go when time is short."""
        return {step.optional for step in each_once(self.steps) if isinstance(step, Qualified)} - {0}


@dataclass(frozen=True, slots=True)
class Library:
    """A file of moves, and of how their names are said."""

    moves: tuple[Move, ...]
    pronounce: tuple[Pronounced, ...]


@dataclass(frozen=True, slots=True)
class Profiles:
    """A file that names profiles: whose body a session can be for."""

    titles: tuple[tuple[str, str], ...]
    """Name and title of each."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of steps for routines to include."""

    steps: tuple[Step, ...]


def each_once(steps: tuple[Step, ...]) -> Iterator[Step]:
    """The steps with those inside repeats and includes, each as often as it was written, not as it is done."""
    seen: set[int] = set()

    def walk(inner: tuple[Step, ...]) -> Iterator[Step]:
        for step in inner:
            if isinstance(step, Qualified):
                yield step
                yield from walk((step.step,))
            elif not isinstance(step, Group):
                yield step
            elif id(step.steps) not in seen:
                # An included part is one object however often it is used.
                seen.add(id(step.steps))
                yield from walk(step.steps)

    return walk(steps)
