"""The pass that turns steps into cues, with all words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from voiceguide.base.source import Span
from voiceguide.routine.model import (
    BreatheStep,
    ChimeStep,
    Group,
    HoldStep,
    Length,
    MoveStep,
    PauseStep,
    Qualified,
    Rhythm,
    SayStep,
    Section,
    Text,
)
from voiceguide.script.cues import (
    END,
    HALF,
    START,
    Anchor,
    Breath,
    Chime,
    Cue,
    Hold,
    Inner,
    Mark,
    Pause,
    Role,
    Say,
    Side,
    Swell,
)
from voiceguide.script.draft import Draft, Heeded, Item, Plan, Press
from voiceguide.script.wording import Wording

HOLD_CHIME = "bell"
"""Chime at the start and end of a hold."""

SECTION_MS = 1_000
"""Silence before a new section."""

RELEASE_MS = 2_000
"""Silence after a hold, in which the listener releases."""

QUIET_MS = 60_000
"""Silences longer than this are announced."""

SHORTEST_CALL_MS = 3_000
"""Shortest time left at which the last call is said. A later call would run into the bell."""

CHIME_ROOM_MS = 1_500
CALL_ROOM_MS = 1_500
"""Rough lengths of a chime and of a short call. The exact lengths are known only to `timeline.placing`."""

SPACING_MS = 1_000
"""Least silence between two cues inside a hold."""

BEAT_CHIME = "wood"
"""Chime for press and ease in a chimed rhythm."""

CHIMED_HOLD_FROM_MS = 10_000
"""Plain holds of this length or more end with a chime, which wakes Bluetooth headphones before the next words."""


def put_into_words(draft: Draft) -> Draft:
    """Turn every step and press into cues."""
    plan, words = draft.plan, draft.words
    items: list[Item] = []
    for item in draft.items:
        match item:
            case Section(title, span):
                items += [Pause(SECTION_MS), Mark(title, span=span)]
            case SayStep(pieces):
                items += _spoken(pieces, plan)
            case PauseStep(length, span):
                items += _quiet(length, plan, words.quiet)
                items.append(Pause(plan.ms(length), span))
            case ChimeStep(name, span):
                items.append(Chime(name, span))
            case HoldStep(length, pieces, span):
                items += _quiet(length, plan, words.long_hold)
                items.append(_rest(plan.ms(length), _spoken(pieces, plan), span))
            case BreatheStep():
                items += _breaths(item, words)
            case Press():
                items += _press(item, plan, words)
            case Say() | Pause() | Chime() | Mark() | Hold():
                items.append(item)
            case Qualified() | Group() | MoveStep() | Heeded():
                raise AssertionError(f"an earlier pass left {type(item).__name__} behind")
            case _:
                assert_never(item)
    return draft.having(items)


def _spoken(pieces: Iterable[Text | Length], plan: Plan) -> list[Say | Pause]:
    return [
        Pause(plan.ms(piece), piece.span) if isinstance(piece, Length) else Say(piece.value, span=piece.span)
        for piece in pieces
    ]


def _press(press: Press, plan: Plan, words: Wording) -> list[Cue]:
    move, side = press.move, press.side
    heading = words.heading(move.name, move.part, side)
    if press.at_once:
        arriving = words.other_side(move.part, side)
    elif press.second:
        arriving = words.again(heading)
    else:
        arriving = words.arrive(heading, press.place, press.of)
    cues: list[Cue] = [Mark(heading, move.key, side, press.span), Say(arriving, "next", move.key, side)]
    short = move.brief or move.where
    if plan.detail == "full" and not press.second:
        cues += _told(move.where, "where", press, words)
        cues += _told(move.how, "how", press, words)
        cues += _careful(press, words)
        cues += _told(move.why, "why", press, words)
    else:
        if plan.detail != "cues":
            cues += _told(short, "where", press, words)
        cues += _careful(press, words)
    hold = _clocked(press, plan, words)
    longest = hold if plan.stretch is None else _clocked(press, replace(plan, stretch=Fraction(1)), words)
    if _longest_silence(longest) > QUIET_MS:
        # Say this before the settling time, so that the words do not shorten it.
        said = words.long_hold(hold.ms if plan.stretch is None else None)
        cues.append(Say(said, "cue", move.key, side))
    if move.settle_ms:
        cues.append(Pause(move.settle_ms))
    cues.append(hold)
    if not press.other_next and plan.detail != "cues":
        # Between two sides the bell alone marks the release.
        cues.append(Say(words.release(), "cue", move.key, side))
    cues.append(Pause(RELEASE_MS))
    return cues


def _told(texts: Iterable[Text], role: Role, press: Press, words: Wording) -> list[Cue]:
    """Return sentences from the move library for one side of a move."""
    move, side = press.move, press.side
    return [Say(_fill(text.value, side, words), role, move.key, side, text.span) for text in texts]


def _careful(press: Press, words: Wording) -> list[Cue]:
    """Return the move's safety sentences. The second side repeats only those that name a side."""
    care = press.move.care
    if press.second:
        care = tuple(text for text in care if _fill(text.value, press.side, words) != text.value)
    return _told(care, "safety", press, words)


def _fill(text: str, side: Side, words: Wording) -> str:
    if side not in ("left", "right"):
        return text
    other: Side = "right" if side == "left" else "left"
    return text.replace("{side}", words.side(side)).replace("{other}", words.side(other))


def _clocked(press: Press, plan: Plan, words: Wording) -> Hold:
    """Return a hold with a chime at both ends, and its rhythm or progress calls between them."""
    key, side, ms = press.move.key, press.side, plan.ms(press.hold)
    inside: list[tuple[Anchor, Inner]] = [(START, Chime(HOLD_CHIME))]
    if press.move.rhythm:
        inside += _beats(ms, press.move.rhythm, press, words)
    elif plan.detail != "cues":
        inside += _along(ms, press, words)
    return Hold(ms, (*inside, (END, Chime(HOLD_CHIME))), key, side, press.span)


def _beats(ms: int, rhythm: Rhythm, press: Press, words: Wording) -> list[tuple[Anchor, Inner]]:
    """Return press and ease cues. The bell marks the first press. A beat that would be cut short is left out."""
    inside: list[tuple[Anchor, Inner]] = []
    beat = rhythm.press_ms + rhythm.release_ms
    for start in range(0, ms - beat + 1, beat):
        for at, said in ((start, words.press()), (start + rhythm.press_ms, words.ease())):
            if not at:
                continue
            anchor = Anchor(Fraction(0), at)
            if rhythm.cue != "spoken":
                inside.append((anchor, Chime(BEAT_CHIME)))
            if rhythm.cue != "chime":
                inside.append((anchor, Say(said, "count", press.move.key, press.side)))
    return inside


def _along(ms: int, press: Press, words: Wording) -> list[tuple[Anchor, Inner]]:
    """Return the progress calls of a hold. If two calls would be too close, the less important one is left out."""
    cueing, key, side = press.cueing, press.move.key, press.side
    wanted: list[tuple[Anchor, str]] = []
    # In a short hold the last call comes closer to the end.
    last_ms = min(cueing.last_ms, ms // 3 // 1000 * 1000)
    if last_ms >= SHORTEST_CALL_MS:
        wanted.append((Anchor(Fraction(1), -last_ms), words.left(last_ms)))
    if cueing.halfway:
        wanted.append((HALF, words.halfway()))
    if cueing.every_ms:
        every = range(cueing.every_ms, ms, cueing.every_ms)
        wanted += [(Anchor(Fraction(1), -left), words.left(left)) for left in every]
    busy = [(0, CHIME_ROOM_MS), (ms, ms)]
    kept: list[tuple[int, Anchor, str]] = []
    for anchor, text in wanted:
        start = anchor.at(ms, anchor.offset_ms)
        end = start + CALL_ROOM_MS
        if all(end + SPACING_MS <= first or last + SPACING_MS <= start for first, last in busy):
            busy.append((start, end))
            kept.append((start, anchor, text))
    return [(anchor, Say(text, "count", key, side)) for _, anchor, text in sorted(kept, key=lambda each: each[0])]


def _rest(ms: int, spoken: list[Say | Pause], span: Span) -> Hold:
    """Return a plain hold with its words at the start."""
    inside: list[tuple[Anchor, Inner]] = [(START, cue) for cue in spoken]
    if ms >= CHIMED_HOLD_FROM_MS:
        inside.append((END, Chime(HOLD_CHIME)))
    return Hold(ms, tuple(inside), span=span)


def _quiet(length: Length, plan: Plan, announced: Callable[[int | None], str]) -> list[Cue]:
    """Return the announcement of a silence longer than a minute, if `length` is one.

    While a session is being fitted, the words must not depend on the stretch. If a longer hold had more words, some
    target lengths could not be reached.
    """
    fitted = plan.stretch is not None and length.low_ms != length.high_ms
    if (length.high_ms if fitted else plan.ms(length)) <= QUIET_MS:
        return []
    return [Say(announced(None if fitted else plan.ms(length)), "cue")]


def _longest_silence(hold: Hold) -> int:
    moments = sorted({0, hold.ms, *(anchor.at(hold.ms, anchor.offset_ms) for anchor, _ in hold.cues)})
    return max(after - before for before, after in pairwise(moments))


def _breaths(step: BreatheStep, words: Wording) -> list[Cue]:
    cues: list[Cue] = []
    for cycle in range(step.cycles):
        breaths: tuple[tuple[Breath, int], ...] = (("in", step.in_ms), ("hold", step.hold_ms), ("out", step.out_ms))
        for way, ms in breaths:
            if ms:
                inside: list[tuple[Anchor, Inner]] = []
                if step.cue != "spoken":
                    inside.append((START, Swell(way, ms)))
                if step.cue != "chime":
                    inside.append((START, Say(words.breathe(way, first=cycle == 0), "count")))
                cues.append(Hold(ms, tuple(inside), span=step.span))
    return cues
