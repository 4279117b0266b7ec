"""A session without times: `Script` and its cues."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from voiceguide.base.source import Span

Side = Literal["left", "right", "both", ""]
"""Side of the body; empty if the move has no sides."""

Role = Literal["safety", "intro", "where", "how", "why", "cue", "count", "next", "closing", "say"]
"""Purpose of a sentence."""


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence to be spoken."""

    text: str
    role: Role = "say"
    move: str = ""
    """Key of the sentence's move, such as `BL40`; empty outside moves."""
    side: Side = ""
    span: Span | None = None
    """Where the author wrote the sentence; None if the program added it."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence of exactly `ms`, from the end of one sound to the start of the next."""

    ms: int
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Chime:
    """A struck sound from `audio/`, by name."""

    name: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """The start of a chapter."""

    title: str
    move: str = ""
    side: Side = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment in a hold: `fraction` of the hold's length, plus `offset_ms`.

    Start is (0, 0), end (1, 0), half (1/2, 0), five seconds before the end (1, -5000).
    """

    fraction: Fraction
    offset_ms: int = 0

    def at(self, length: int, offset: int) -> int:
        """Return the moment in a hold of `length`, rounded half up. `offset` is `offset_ms` in the unit of `length`."""
        return (2 * self.fraction.numerator * length + self.fraction.denominator) // (
            2 * self.fraction.denominator
        ) + offset


START = Anchor(Fraction(0))
HALF = Anchor(Fraction(1, 2))
END = Anchor(Fraction(1))


Breath = Literal["in", "hold", "out"]
BREATHS: tuple[Breath, ...] = get_args(Breath)


@dataclass(frozen=True, slots=True)
class Swell:
    """A soft tone that guides a breath: it rises, stays level or falls for exactly `ms`."""

    breath: Breath
    ms: int
    span: Span | None = None


Inner: TypeAlias = Say | Chime | Pause | Swell
"""A cue that may lie inside a hold."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A time of exactly `ms`, with or without sounds inside it.

    Cues with the same anchor sound one after another from that moment. Cues at the end begin when the hold is over, and
    the next cue waits for them. All other cues must end before the next anchor and before the end of the hold.
    """

    ms: int
    cues: tuple[tuple[Anchor, Inner], ...] = ()
    move: str = ""
    side: Side = ""
    span: Span | None = None


Cue: TypeAlias = Say | Pause | Chime | Mark | Hold


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """How to say a word. Only whole words match `word`; upper and lower case differ unless `word` is all lower case."""

    word: str
    say: str
    """Respelling in ordinary letters, for every engine."""
    ipa: str = ""
    """IPA with stress marks, for engines that can read it."""


@dataclass(frozen=True, slots=True)
class Script:
    """A session as it will be heard, without times."""

    title: str
    language: str
    """BCP 47 tag."""
    cues: tuple[Cue, ...]
    pronunciations: tuple[Pronunciation, ...] = ()

    def unfolded(self) -> Iterator[Inner | Mark]:
        """Yield every cue in order, with the cues of a hold in place of the hold."""
        for cue in self.cues:
            if isinstance(cue, Hold):
                yield from (inner for _, inner in cue.cues)
            else:
                yield cue
