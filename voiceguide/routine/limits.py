"""Limits for the length of a session, checked by arithmetic before the routine is expanded."""

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
"""Greatest number of sentences, silences and sounds in a session. Twelve hours of slow breathing have 17,000."""

MAX_MS = LONGEST_SESSION_MS

_Size: TypeAlias = tuple[int, int]
"""Number of cues, and milliseconds of silences and holds."""

_AROUND_A_PRESS = 11
"""Cues of a move on each side, without its author's words: its chapter, announcements, and hold with all cues in it."""


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
    """Return the size of one step, counting each silence with its announcement.

    `known` holds sizes by the id of an object, because an included part is one object that may be used many times.
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
            # Each phase of a breath is a hold with one word in it.
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
