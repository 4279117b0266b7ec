"""The choices that a listener has: one table with a row for each.

The options of the command line, the keys of `config.toml` and of a routine's `defaults:`, the check that a script can
follow a choice, and the table in the README all come from it. To add a choice, add a field to `Choices` and a row here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from voiceguide.base.errors import UnknownName, VoiceguideError
from voiceguide.base.source import known_as, nearest
from voiceguide.choices.kinds import Level, Line, Lines, Minutes, Number, Range, Refused, Value, ValueKind, Word
from voiceguide.choices.model import (
    FASTEST,
    LONGEST_SESSION_MS,
    LOUDEST_BED_DB,
    QUIETEST_BED_DB,
    SHORTEST_HOLD_MS,
    SLOWEST,
    Choices,
    DetailChoice,
    MoveOrder,
)


class WrongValue(VoiceguideError, ValueError):
    """A choice cannot have this value. `key` names it, `message` says what was expected, `hint` what to write."""

    exit_code = 2

    def __init__(self, key: str, message: str, hint: str = "") -> None:
        self.key = key
        self.message = message
        self.hint = hint
        super().__init__(f"{message} ({hint})" if hint else message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing that a listener can choose."""

    name: str
    """Name of the option on the command line, without `--`, and of the key in `config.toml` and `defaults:`."""
    field: str
    """Name of the field of `Choices`."""
    kind: ValueKind
    metavar: str
    """Placeholder for the value in `--help`."""
    help: str
    """One or two sentences for `--help`."""
    example: Value
    kept: bool = True
    """Whether `config` and a routine's `defaults:` can set the choice."""
    needs_moves: bool = False
    """Whether the choice needs a routine with moves, so that a script cannot follow it."""

    @property
    def built_in(self) -> Value | None:
        """Value that applies where nobody chooses; None for the length, which results from the routine."""
        value: Value | None = getattr(Choices(), self.field)
        return value

    def read(self, raw: object) -> Value:
        """Return the value of a text, a number or a list of texts, or of a finished value.

        Raises:
            WrongValue: the choice cannot have this value.
        """
        expected, hint = self.kind.expected, ""
        try:
            value = self.kind.read(raw)
        except Refused as cause:
            value, expected, hint = None, cause.expected, cause.hint
        if value is not None:
            return value
        if isinstance(self.kind, Word) and isinstance(raw, str):
            # `expected` already lists all options, so the hint names only the nearest.
            near = nearest(raw, self.kind.options, 1)
            hint = f"did you mean `{near[0]}`?" if near else ""
        shown = repr(raw[:40] if isinstance(raw, str) else raw)
        raise WrongValue(self.name, f"`{self.name}` should be {expected}, not {shown[:60]}", hint)

    def line(self, value: Value) -> str:
        """Return the line of `config.toml` that sets the choice to this value."""
        return f"{self.name} = {self.kind.written(value)}"


_MOVES = Lines("the name of a move, or several with commas")

CHOICES = {
    choice.name: choice
    for choice in (
        Choice(
            name="only",
            field="only",
            kind=_MOVES,
            metavar="MOVES",
            help="Only these moves, as LI4,BL40.",
            example=("LI4", "BL40"),
            kept=False,
            needs_moves=True,
        ),
        Choice(
            name="skip",
            field="skip",
            kind=_MOVES,
            metavar="MOVES",
            help="Leave these moves out.",
            example="GV20",
            kept=False,
            needs_moves=True,
        ),
        Choice(
            name="sore",
            field="sore",
            kind=_MOVES,
            metavar="MOVES",
            help="The points that feel most sensitive: first, and held long.",
            example=("BL40", "LI4"),
            kept=False,
            needs_moves=True,
        ),
        Choice(
            name="order",
            field="order",
            kind=Word(get_args(MoveOrder)),
            metavar="HOW",
            help="routine (as written), side or posture: change as seldom as possible.",
            example="side",
            needs_moves=True,
        ),
        Choice(
            name="hold",
            field="hold",
            kind=Range(SHORTEST_HOLD_MS, LONGEST_SESSION_MS),
            metavar="TIME",
            help="Hold every move so long: 45s, or 30s..60s.",
            example=(30_000, 60_000),
            kept=False,
            needs_moves=True,
        ),
        Choice(
            name="minutes",
            field="length_ms",
            kind=Minutes(),
            metavar="TIME",
            help="End after so long: 12, or 12m30s. Holds stretch to fit.",
            example=720_000,
            kept=False,
            needs_moves=True,
        ),
        Choice(
            name="detail",
            field="detail",
            kind=Word(get_args(DetailChoice)),
            metavar="HOW",
            help="full, brief or cues; auto says less of what you have done three times.",
            example="brief",
        ),
        Choice(
            name="profile",
            field="profiles",
            kind=Lines("the name of a profile, or a list of names"),
            metavar="NAME",
            help="Whose body it is: pregnant, for example. May be repeated.",
            example="pregnant",
            needs_moves=True,
        ),
        Choice(
            name="engine",
            field="engine",
            kind=Line("the name of an engine, or auto", may_be_empty=False),
            metavar="NAME",
            help="Speech engine: auto, piper, system or tone.",
            example="piper",
        ),
        Choice(
            name="voice",
            field="voice",
            kind=Line("the name of a voice, on one line"),
            metavar="NAME",
            help="Voice, as `voiceguide voices` lists it.",
            example="en_US-joe-medium",
        ),
        Choice(
            name="pace",
            field="pace",
            kind=Number(SLOWEST, FASTEST),
            metavar="NUMBER",
            help="Pace of speech; 0.9 is slower. Holds and pauses keep their length.",
            example=0.9,
        ),
        Choice(
            name="bed",
            field="bed",
            kind=Line("the name of a bed or a sound file, on one line"),
            metavar="NAME",
            help="Sound underneath: rain, waves, brown, drone, or a sound file.",
            example="rain",
        ),
        Choice(
            name="bed-level",
            field="bed_level_db",
            kind=Level(QUIETEST_BED_DB, LOUDEST_BED_DB),
            metavar="LEVEL",
            help="How far the bed lies under the voice: -18dB.",
            example=-20.0,
        ),
    )
}
"""Every choice by its name, in the order of `--help`."""

KEPT = {name: choice for name, choice in CHOICES.items() if choice.kept}
"""The choices that can be kept as a default."""


def kept_choice(name: str) -> Choice:
    """Return the choice of that name, in any capitals, if it can be kept as a default.

    Raises:
        UnknownName: no such choice can be kept.
    """
    known = known_as(name, KEPT)
    if known is None:
        raise UnknownName("choice", name, KEPT, "See them all: voiceguide config")
    return KEPT[known]
