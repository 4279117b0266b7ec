"""What will be heard, untimed: `Script` and its cues."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from voiceguide.source import Span

Side = Literal["left", "right", "both", ""]
"""Which side of the body; empty where sides do not matter."""

Role = Literal["safety", "intro", "where", "how", "why", "cue", "count", "next", "closing", "say"]
"""What a sentence is there for."""


@dataclass(frozen=True, slots=True)
class Say:
    """One sentence to be spoken."""

    text: str
    role: Role = "say"
    move: str = ""
    """Key of the move it belongs to, such as `BL40`; empty outside moves."""
    side: Side = ""
    span: Span | None = None
    """Where the author wrote it; None for the program's own words."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence that lasts exactly its time, from the end of one sound to the start of the next."""

    ms: int
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Chime:
    """A struck sound from `audio/`, by name."""

    name: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A chapter begins here."""

    title: str
    move: str = ""
    side: Side = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment of a hold: `fraction` of its length, plus `offset_ms`.

    Start is (0, 0), end (1, 0), half (1/2, 0), five seconds before the end (1, -5000).
    """

    fraction: Fraction
    offset_ms: int = 0

    def at(self, length: int, offset: int) -> int:
        """The moment in a hold of `length`, rounded half up; `offset` is `offset_ms` in the unit of `length`."""
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
    """A soft tone that rises, stays or falls for exactly `ms`, to breathe by."""

    breath: Breath
    ms: int
    span: Span | None = None


Inner: TypeAlias = Say | Chime | Pause | Swell
"""What can be heard inside a hold."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A time that lasts exactly `ms`, whatever is heard inside it.

    Cues with one anchor sound one after another from that moment. Those at the end begin when the time is over,
    and what follows the hold waits for them; all others must be over before the next anchor and before the end.
    """

    ms: int
    cues: tuple[tuple[Anchor, Inner], ...] = ()
    move: str = ""
    side: Side = ""
    span: Span | None = None


Cue: TypeAlias = Say | Pause | Chime | Mark | Hold


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """How a word is said. `word` is matched whole, in its own case or any if it is all lower case."""

    word: str
    say: str
    """A respelling in ordinary letters, for every engine."""
    ipa: str = ""
    """IPA with stress marks, for engines that read it."""


@dataclass(frozen=True, slots=True)
class Script:
    """A session as it will be heard, without times."""

    title: str
    language: str
    """BCP 47."""
    cues: tuple[Cue, ...]
    pronunciations: tuple[Pronunciation, ...] = ()

    def unfolded(self) -> Iterator[Inner | Mark]:
        """Every cue in its order, those of a hold in the place of the hold."""
        for cue in self.cues:
            if isinstance(cue, Hold):
                yield from (inner for _, inner in cue.cues)
            else:
                yield cue
