"""A routine as its author wrote it. Every value has a Span."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from voiceguide.base.source import Span
from voiceguide.choices.kinds import Value
from voiceguide.choices.model import Detail

Sides = Literal["each", "together", "single"]
CueKind = Literal["spoken", "chime", "both"]
CautionAction = Literal["drop", "warn", "replace"]

ROUND_HOLD_MS = 5_000
"""A hold chosen from a range is rounded to multiples of this, because a listener counts in fives."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words and their place in the file."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Default:
    """A value that an author proposes, and where it was written."""

    value: Value
    span: Span


@dataclass(frozen=True, slots=True)
class Length:
    """A duration, or a range from which one is chosen."""

    low_ms: int
    high_ms: int
    span: Span
    chosen_ms: int = 0
    """Author's choice from the range; 0 for its middle."""

    @property
    def usual_ms(self) -> int:
        """Default length: the author's choice, or the middle of the range in steps of `ROUND_HOLD_MS`."""
        if self.chosen_ms:
            return self.chosen_ms
        middle = (self.low_ms + self.high_ms) // 2
        rounded = (middle + ROUND_HOLD_MS // 2) // ROUND_HOLD_MS * ROUND_HOLD_MS
        return min(max(rounded, self.low_ms), self.high_ms)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Press and release, repeated inside a hold."""

    press_ms: int
    release_ms: int
    cue: CueKind = "spoken"


@dataclass(frozen=True, slots=True)
class Cueing:
    """The progress calls inside a hold."""

    halfway: bool = True
    last_ms: int = 5_000
    """Time left at the last call; 0 for no call."""
    every_ms: int = 0
    """Time between calls: the time left is said at every multiple of it; 0 for no calls."""


@dataclass(frozen=True, slots=True)
class Caution:
    """A rule that leaves out, warns about or replaces a move for some listeners."""

    when: str
    """Profile, such as `pregnant`."""
    action: CautionAction
    say: Text
    use: str = ""
    """Key of the move to take instead, for `replace`."""


@dataclass(frozen=True, slots=True)
class Pronounced:
    """The author's pronunciation of a word."""

    word: str
    say: str
    ipa: str
    span: Span


@dataclass(frozen=True, slots=True)
class Move:
    """An exercise, pressure point or stretch from a move library."""

    key: str
    """Short name, such as `BL40`."""
    name: str
    part: str
    """Part of the body, for headings, such as `knee`; may be empty."""
    where: tuple[Text, ...]
    how: tuple[Text, ...]
    care: tuple[Text, ...]
    """Safety sentences, spoken whenever the move is done, at every level of detail."""
    why: tuple[Text, ...]
    brief: tuple[Text, ...]
    """Short line for listeners who know the move, and for its second side."""
    hold: Length
    sides: Sides
    settle_ms: int
    """Time to find the point before the hold starts."""
    rhythm: Rhythm | None
    cueing: Cueing | None
    """Progress calls of this move; None for those of the routine."""
    posture: str
    cautions: tuple[Caution, ...]
    sources: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, which begins a chapter."""

    title: str
    span: Span


@dataclass(frozen=True, slots=True)
class SayStep:
    """Sentences with pauses between them, written as `[4s]`."""

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
    """A move of a library. The routine may give it another hold."""

    move: Move
    hold: Length
    span: Span


@dataclass(frozen=True, slots=True)
class HoldStep:
    """A hold of exactly the written length, with words at its start."""

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
    """Steps that are done `times` times: those of a `repeat`, or of an `include` (once)."""

    times: int
    steps: tuple[Step, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Qualified:
    """A step that is not always done."""

    step: Step
    optional: int
    """Order in which optional steps are left out when time is short, 1 first; 0 for a step that stays."""
    detail: Detail
    """Least detail at which the step is done: `full` for steps that experienced listeners need not hear."""
    span: Span


Step: TypeAlias = Qualified | Section | SayStep | PauseStep | BreatheStep | MoveStep | HoldStep | ChimeStep | Group


@dataclass(frozen=True, slots=True)
class Routine:
    """A whole routine file, with the moves of its libraries and its included steps."""

    name: str
    """Routine's name: the file's name without its ending."""
    title: Text
    summary: Text | None
    language: str
    tags: tuple[str, ...]
    chime: str
    """Name of the chime that opens and closes the session; empty for none."""
    safety: tuple[Text, ...]
    """Safety sentences, spoken first at every level of detail."""
    steps: tuple[Step, ...]
    pronounce: tuple[Pronounced, ...]
    defaults: tuple[tuple[str, Default], ...]
    """Choices of the author, by keys of `table.KEPT`, that apply where the listener makes none."""
    cueing: Cueing
    library: tuple[Move, ...]
    """All moves of the libraries, because a caution may replace one by another."""
    span: Span

    def moves(self) -> tuple[Move, ...]:
        """Return the moves, each once, in the order in which they first occur."""
        by_key = {step.move.key: step.move for step in each_once(self.steps) if isinstance(step, MoveStep)}
        return tuple(by_key.values())

    def optional_orders(self) -> set[int]:
        """Return the orders of all optional steps."""
        return {step.optional for step in each_once(self.steps) if isinstance(step, Qualified)} - {0}


@dataclass(frozen=True, slots=True)
class Library:
    """A file of moves, with the pronunciation of their names."""

    moves: tuple[Move, ...]
    pronounce: tuple[Pronounced, ...]


@dataclass(frozen=True, slots=True)
class Profiles:
    """A file of profiles, such as `pregnant`, that a listener can choose."""

    titles: tuple[tuple[str, str], ...]
    """Name and title of each profile."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of steps that routines can include."""

    steps: tuple[Step, ...]


def each_once(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield all steps, including those inside repeats and includes, once for each time they are written."""
    seen: set[int] = set()

    def walk(inner: tuple[Step, ...]) -> Iterator[Step]:
        for step in inner:
            if isinstance(step, Qualified):
                yield step
                yield from walk((step.step,))
            elif not isinstance(step, Group):
                yield step
            elif id(step.steps) not in seen:
                # An included part is a single object, even if it is included several times.
                seen.add(id(step.steps))
                yield from walk(step.steps)

    return walk(steps)
