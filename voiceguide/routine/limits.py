"""How long a routine may become, found by arithmetic before anything is expanded."""

from __future__ import annotations

from typing import TypeAlias

from voiceguide.routine.model import (
    BreatheStep,
    ChimeStep,
    Group,
    HoldStep,
    Length,
    MoveStep,
    PauseStep,
    SayStep,
    Section,
    Step,
)
from voiceguide.source import Problem, error
from voiceguide.units import format_clock

MAX_STEPS = 50_000
MAX_MS = 12 * 3_600_000

_Size: TypeAlias = tuple[int, int]
"""Steps, and milliseconds of silence and holds."""


def check_size(steps: tuple[Step, ...]) -> list[Problem]:
    """Refuse more than `MAX_STEPS` steps or `MAX_MS` after expansion, naming the step that passes the limit."""
    known: dict[int, _Size] = {}
    count = length = 0
    for step in steps:
        step_count, step_ms = _size(step, known)
        count, length = count + step_count, length + step_ms
        if count > MAX_STEPS:
            message = f"the routine has {count:,} steps from its start to here, more than {MAX_STEPS:,}"
            return [error(step.span, message, "repeat fewer times")]
        if length > MAX_MS:
            message = f"the routine lasts {format_clock(length)} from its start to here, more than 12 hours"
            return [error(step.span, message, "repeat fewer times, or shorten its holds")]
    return []


def _size(step: Step, known: dict[int, _Size]) -> _Size:
    """Size of one step. `known` holds what was counted, since an included part is one object however often used."""
    match step:
        case Group(times, steps):
            if id(steps) not in known:
                sizes = [_size(inner, known) for inner in steps]
                known[id(steps)] = sum(size[0] for size in sizes), sum(size[1] for size in sizes)
            count, ms = known[id(steps)]
            return times * max(count, 1), times * ms
        case PauseStep(length) | HoldStep(length):
            return 1, length.low_ms
        case BreatheStep(cycles=cycles, in_ms=in_ms, hold_ms=hold_ms, out_ms=out_ms):
            return cycles, cycles * (in_ms + hold_ms + out_ms)
        case MoveStep(move, hold):
            return (2, 2 * hold.low_ms) if move.sides == "each" else (1, hold.low_ms)
        case SayStep(pieces):
            return 1, sum(piece.low_ms for piece in pieces if isinstance(piece, Length))
        case Section() | ChimeStep():
            return 1, 0
