"""From a routine and a listener's choices to the script that fits both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import takewhile
from typing import TypeAlias

from voiceguide.base.errors import WrongChoice
from voiceguide.base.units import RATE, format_clock, format_duration, frames, milliseconds
from voiceguide.choices.model import LESS_DETAIL, Choices, Detail
from voiceguide.routine.model import Routine
from voiceguide.script.compiler import Compiled, compile_routine
from voiceguide.script.cues import Cue, Script
from voiceguide.script.draft import Change, Plan
from voiceguide.script.passes.excess import TooLong
from voiceguide.timeline.fitting import stretch_to

TOLERANCE = RATE
"""Greatest difference between a fitted session and the length asked for: one second, in frames."""

LengthOf: TypeAlias = Callable[[Script], int]
"""Returns the length of a script in frames, by an estimate or from its finished clips."""


ANY_HOLD_MS = (30_000, 60_000)
"""Shortest and longest hold, in milliseconds, to suggest where the routine's own holds make a length impossible."""

_LESS: dict[Detail, str] = {
    "full": "",
    "brief": "one short line for each move, not where it is, how it is done and why",
    "cues": "only each move's name, side and warnings, not where it is or how it is done",
}
"""Words that tell the listener about each level of detail."""


class ImpossibleLength(WrongChoice):
    """No plan makes the session as long as asked. `ranges` holds the lengths that are possible, in milliseconds.

    `hold` holds the `Choices.hold` that would make the length possible, or None.
    """

    def __init__(self, asked_ms: int, ranges: list[tuple[int, int]], hold: tuple[int, int] | None = None) -> None:
        self.asked_ms = asked_ms
        self.ranges = ranges
        self.hold = hold
        possible = " or ".join(dict.fromkeys(_range_text(low, high) for low, high in ranges))
        remedy = f" To change that, give --hold {'..'.join(map(format_duration, hold))}." if hold else ""
        super().__init__(f"This session cannot last {format_duration(asked_ms)}: it can last {possible}.{remedy}")


class NothingLeft(WrongChoice):
    """The listener's choices leave no move of the routine. `changes` says why each move was removed."""

    def __init__(self, title: str, changes: tuple[Change, ...]) -> None:
        self.changes = changes
        why = " ".join(change.what for change in changes)
        super().__init__(f"Nothing is left of “{title}” with these choices. {why}".strip())


@dataclass(frozen=True, slots=True)
class Planned:
    """A script that fits, and the changes that made it fit."""

    script: Script
    changes: tuple[Change, ...]
    plan: Plan


def plan_session(routine: Routine, choices: Choices, detail: Detail, length_of: LengthOf) -> Planned:
    """Compile a routine for a listener, and fit it to the length they chose, if any.

    Elastic holds stretch first, all to the same part of their range. If the session is still too long, moves are
    explained more briefly; after that, optional steps are removed in their declared order.

    Raises:
        ImpossibleLength: no plan is long or short enough.
        NothingLeft: the choices leave no move.
        UnknownName: a choice names a move that the routine lacks.
    """
    usual = Plan(detail=detail)
    compiled = _compiled(routine, choices, usual)
    if choices.length_ms is None:
        return Planned(compiled.script, compiled.changes, usual)
    target = frames(choices.length_ms)
    plan, ranges = _search(routine, choices, detail, target, length_of)
    if plan:
        return _stretched(routine, choices, plan, target, length_of, fell_from=usual)
    hold = None
    # If other holds make the session too long for any plan, no hold is suggested.
    with suppress(TooLong):
        if not choices.hold and _search(routine, replace(choices, hold=ANY_HOLD_MS), detail, target, length_of)[0]:
            hold = ANY_HOLD_MS
    raise ImpossibleLength(choices.length_ms, _merged(ranges), hold)


def fitted_cues(
    routine: Routine, choices: Choices, likely: Planned, length_of: LengthOf
) -> tuple[tuple[Cue, ...], Iterator[Cue]]:
    """Return a fitted session for live play: the cues before its first elastic length, and an iterator of the rest.

    The first cues can be heard at once. The iterator waits, through `length_of`, until every clip is spoken, and only
    then decides the stretch. `likely` is the plan made from an estimate; its detail and steps are kept.
    """
    first, last = (_at(routine, choices, likely.plan, end).script.cues for end in (0, 1))
    settled = tuple(cue for cue, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=True)))

    def rest() -> Iterator[Cue]:
        target = frames(choices.length_ms or 0)
        fitted = _stretched(routine, choices, likely.plan, target, length_of, fell_from=likely.plan)
        yield from fitted.script.cues[len(settled) :]

    return settled, rest()


def _search(
    routine: Routine, choices: Choices, detail: Detail, target: int, length_of: LengthOf
) -> tuple[Plan | None, list[tuple[int, int]]]:
    """Return the first plan that can last `target` frames, and the shortest and longest milliseconds of those tried."""
    ranges: list[tuple[int, int]] = []
    for plan in _plans(routine, detail):
        if plan.leave_out and routine.moves() and not compile_routine(routine, choices, plan).has_moves:
            # A plan without any move is not offered.
            break
        shortest, longest = (length_of(_at(routine, choices, plan, end).script) for end in (0, 1))
        ranges.append((milliseconds(shortest), milliseconds(longest)))
        if shortest - TOLERANCE <= target <= longest + TOLERANCE:
            return plan, ranges
        if target > longest:
            break
    return None, ranges


def _plans(routine: Routine, detail: Detail) -> Iterator[Plan]:
    """Yield the plans to try, from the longest to the shortest."""
    for less in LESS_DETAIL[LESS_DETAIL.index(detail) :]:
        yield Plan(detail=less)
    for order in sorted(routine.optional_orders()):
        yield Plan(detail=LESS_DETAIL[-1], leave_out=order)


def _stretched(
    routine: Routine, choices: Choices, plan: Plan, target: int, length_of: LengthOf, fell_from: Plan
) -> Planned:
    stretch = stretch_to(target, lambda at: length_of(_at(routine, choices, plan, at).script))
    fitted = replace(plan, stretch=stretch)
    compiled = _compiled(routine, choices, fitted)
    changes = [*compiled.changes]
    if plan.detail != fell_from.detail:
        heard = f"{_LESS[plan.detail]} (detail {plan.detail}, not {fell_from.detail})"
        changes.append(Change("", f"To fit the time, less is said: {heard}."))
    if plan.leave_out:
        changes += _left_out(routine, compile_routine(routine, choices, replace(plan, leave_out=0)), compiled)
    return Planned(compiled.script, tuple(changes), fitted)


def _left_out(routine: Routine, whole: Compiled, rest: Compiled) -> list[Change]:
    """Return a change for each move that was removed; if none was, one for the words and silences that were."""
    gone = [key for key in whole.moves if key not in rest.moves]
    if not gone:
        return [Change("", "To fit the time, steps that are optional are left out.")]
    names = {move.key: move.name for move in (*routine.moves(), *routine.library)}
    called = {key: names[key] if names[key] == key else f"{names[key]} ({key})" for key in gone}
    return [Change(key, f"To fit the time, {called[key]} is left out.") for key in gone]


def _at(routine: Routine, choices: Choices, plan: Plan, stretch: int | Fraction) -> Compiled:
    return compile_routine(routine, choices, replace(plan, stretch=Fraction(stretch)))


def _compiled(routine: Routine, choices: Choices, plan: Plan) -> Compiled:
    compiled = compile_routine(routine, choices, plan)
    if routine.moves() and not compiled.has_moves:
        raise NothingLeft(routine.title.value, compiled.changes)
    return compiled


def _range_text(low_ms: int, high_ms: int) -> str:
    low, high = format_clock(low_ms), format_clock(high_ms)
    return low if low == high else f"{low} to {high}"


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the ranges in order, with those that touch merged."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1000:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged
