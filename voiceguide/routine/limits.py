"""How long a routine may become, found by arithmetic before anything is expanded."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from voiceguide.base.source import Problem, error
from voiceguide.choices.model import LONGEST_SESSION_MS
from voiceguide.routine.model import (
    BreatheStep,
    ChimeStep,
    Group,
    HoldStep,
    Length,
    Move,
    MoveStep,
    PauseStep,
    Qualified,
    SayStep,
    Section,
    Step,
)

MAX_CUES = 20_000
"""Sentences, silences and sounds of a session. Twelve hours of slow breathing have 17,000."""

MAX_MS = LONGEST_SESSION_MS

_Size: TypeAlias = tuple[int, int]
"""Cues, and milliseconds of silences and holds."""

_AROUND_A_PRESS = 11
"""Cues a move has on each side beside its author's words: its chapter, what is announced, its hold and all in it."""


def check_size(steps: tuple[Step, ...]) -> list[Problem]:
    """Refuse more than `MAX_CUES` or `MAX_MS` after expansion, naming the step that passes the limit."""
    known: dict[int, _Size] = {}
    count = length = 0
    for step in steps:
        step_count, step_ms = _size(step, known)
        count, length = count + step_count, length + step_ms
        if count > MAX_CUES:
            message = f"from its start to here the routine has more than {MAX_CUES:,} sentences and silences"
            return [error(step.span, message, "repeat fewer times")]
        if length > MAX_MS:
            message = f"from its start to here the routine lasts more than {MAX_MS // 3_600_000} hours"
            return [error(step.span, message, "repeat fewer times, or shorten its silences and holds")]
    return []


def _size(step: Step, known: dict[int, _Size]) -> _Size:
    """Size of one step, each silence counted with its announcement.

    `known` holds what was counted, since an included part is one object however often it is used.
    """
    match step:
        case Qualified(inner):
            return _size(inner, known)
        case Group(times, steps):
            if id(steps) not in known:
                sizes = [_size(inner, known) for inner in steps]
                known[id(steps)] = sum(size[0] for size in sizes), sum(size[1] for size in sizes)
            count, ms = known[id(steps)]
            return times * count, times * ms
        case PauseStep(length):
            return 2, length.high_ms
        case HoldStep(length, pieces):
            return 3 + len(pieces), length.high_ms
        case BreatheStep(cycles, in_ms, hold_ms, out_ms):
            # Each is a hold with its word inside.
            holds = cycles * sum(ms > 0 for ms in (in_ms, hold_ms, out_ms))
            return 2 * holds, cycles * (in_ms + hold_ms + out_ms)
        case MoveStep(move, hold):
            sides = 2 if move.sides == "each" else 1
            return sides * _press_cues(move, hold), sides * (hold.high_ms + move.settle_ms)
        case SayStep(pieces):
            silences = [piece.high_ms for piece in pieces if isinstance(piece, Length)]
            return len(pieces) + len(silences), sum(silences)
        case Section() | ChimeStep():
            return 2, 0
        case _:
            assert_never(step)


def _press_cues(move: Move, hold: Length) -> int:
    texts = sum(map(len, (move.where, move.how, move.care, move.why, move.brief)))
    beats = hold.high_ms // (move.rhythm.press_ms + move.rhythm.release_ms) if move.rhythm else 0
    return _AROUND_A_PRESS + texts + 2 * beats
