"""From a routine and a listener's choices to the script that fits both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import takewhile
from typing import TypeAlias

from voiceguide.errors import WrongWish
from voiceguide.routine.choices import LESS_DETAIL, Choices, Detail
from voiceguide.routine.model import Routine
from voiceguide.script.compiler import Compiled, compile_routine
from voiceguide.script.cues import Cue, Script
from voiceguide.script.draft import Change, Plan
from voiceguide.timeline.fitting import stretch_to
from voiceguide.units import RATE, format_clock, format_duration, frames, milliseconds

TOLERANCE = RATE
"""A fitted session ends within this many frames, one second, of what was asked."""

LengthOf: TypeAlias = Callable[[Script], int]
"""How many frames a script lasts, by an estimate or by its finished clips."""


class ImpossibleLength(WrongWish):
    """No plan makes the session as long as asked. `ranges` holds the lengths that are possible, in milliseconds."""

    def __init__(self, asked_ms: int, ranges: list[tuple[int, int]]) -> None:
        self.asked_ms = asked_ms
        self.ranges = ranges
        possible = " or ".join(f"{format_clock(low)} to {format_clock(high)}" for low, high in ranges)
        super().__init__(f"This session cannot last {format_duration(asked_ms)}: it can last {possible} minutes.")


class NothingLeft(WrongWish):
    """The listener's choices leave no move of the routine. `changes` says what took each away."""

    def __init__(self, title: str, changes: tuple[Change, ...]) -> None:
        self.changes = changes
        why = " ".join(change.what for change in changes)
        super().__init__(f"Nothing is left of “{title}” with these choices. {why}".strip())


@dataclass(frozen=True, slots=True)
class Planned:
    """A script that fits, and what was done to make it fit."""

    script: Script
    changes: tuple[Change, ...]
    plan: Plan


def plan_session(routine: Routine, choices: Choices, detail: Detail, length_of: LengthOf) -> Planned:
    """Compile a routine for a listener; where they gave a length, fit it.

    Elastic holds stretch first, all to the same part of their range. Where even the shortest is too long, less is
    said; then optional steps go, in their declared order.

    Raises:
        ImpossibleLength: no plan is long or short enough.
        NothingLeft: the choices leave no move.
        UnknownName: a choice names a move that is not there.
    """
    usual = Plan(detail=detail)
    compiled = _compiled(routine, choices, usual)
    if choices.length_ms is None:
        return Planned(compiled.script, compiled.changes, usual)
    target = frames(choices.length_ms)
    ranges: list[tuple[int, int]] = []
    for plan in _plans(routine, detail):
        if plan.leave_out and not compile_routine(routine, choices, plan).has_moves:
            # Leaving out the last move is no way to save time.
            break
        shortest, longest = (length_of(_at(routine, choices, plan, end).script) for end in (0, 1))
        ranges.append((milliseconds(shortest), milliseconds(longest)))
        if shortest - TOLERANCE <= target <= longest + TOLERANCE:
            return _stretched(routine, choices, plan, target, length_of, fell_from=usual)
        if target > longest:
            break
    raise ImpossibleLength(choices.length_ms, _merged(ranges))


def fitted_cues(
    routine: Routine, choices: Choices, likely: Planned, length_of: LengthOf
) -> tuple[tuple[Cue, ...], Iterator[Cue]]:
    """A fitted session for live play: the cues before its first elastic length, and an iterator of all after it.

    The first can be heard at once. The iterator waits, through `length_of`, for every clip to be spoken, and only
    then settles the stretch. `likely` is the plan made by an estimate; its detail and steps are kept.
    """
    first, last = (_at(routine, choices, likely.plan, end).script.cues for end in (0, 1))
    settled = tuple(cue for cue, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=True)))

    def rest() -> Iterator[Cue]:
        target = frames(choices.length_ms or 0)
        fitted = _stretched(routine, choices, likely.plan, target, length_of, fell_from=likely.plan)
        yield from fitted.script.cues[len(settled) :]

    return settled, rest()


def _plans(routine: Routine, detail: Detail) -> Iterator[Plan]:
    """The plans to try, most to least said and done."""
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
    return Planned(compiled.script, (*compiled.changes, *_fall(fell_from, plan)), fitted)


def _fall(wanted: Plan, plan: Plan) -> list[Change]:
    """What was given up for the sake of the length."""
    changes = []
    if plan.detail != wanted.detail:
        changes.append(Change("", f"To fit the time, less is said: detail is {plan.detail}, not {wanted.detail}."))
    if plan.leave_out:
        changes.append(Change("", f"To fit the time, optional steps up to {plan.leave_out} are left out."))
    return changes


def _at(routine: Routine, choices: Choices, plan: Plan, stretch: int | Fraction) -> Compiled:
    return compile_routine(routine, choices, replace(plan, stretch=Fraction(stretch)))


def _compiled(routine: Routine, choices: Choices, plan: Plan) -> Compiled:
    compiled = compile_routine(routine, choices, plan)
    if routine.moves() and not compiled.has_moves:
        raise NothingLeft(routine.title.value, compiled.changes)
    return compiled


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that touch made one."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1000:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged
