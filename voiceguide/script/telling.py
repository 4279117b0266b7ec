"""How one step is told: its words, silences and chimes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from voiceguide.routine.model import BreatheStep, Length, LengthWish, Move, Text
from voiceguide.script.cues import END, HALF, START, Anchor, Chime, Cue, Hold, Inner, Mark, Pause, Role, Say, Side
from voiceguide.script.wording import Wording
from voiceguide.source import Span

HOLD_CHIME = "bell"
"""Starts and ends the clock of a hold."""

RELEASE_MS = 2_000
"""Time to let go after a hold."""

LAST_CALL_MS = 5_000
"""When a hold has this much left, it is said."""

HALFWAY_FROM_MS = 20_000
"""A shorter hold has no halfway cue: the words would crowd it."""

LAST_CALL_FROM_MS = 12_000
"""A shorter hold has no last call."""

CHIMED_HOLD_FROM_MS = 10_000
"""A plain hold from this long ends with a chime, which wakes a Bluetooth headphone before the next words."""


@dataclass(frozen=True, slots=True)
class Press:
    """One side of a move, with its place among all moves of the session."""

    move: Move
    hold_ms: int
    side: Side
    second: bool
    """Whether its other side was just done."""
    place: int
    """From 1, counting moves, not sides."""
    of: int
    span: Span


def tell(pieces: Iterable[Text | Length], lengths: LengthWish) -> list[Say | Pause]:
    """What an author wrote to be said, with the silences in it."""
    return [
        Pause(piece.chosen(lengths), piece.span) if isinstance(piece, Length) else Say(piece.value, span=piece.span)
        for piece in pieces
    ]


def tell_hold(ms: int, spoken: Iterable[Say | Pause], span: Span) -> Hold:
    """A plain hold, its words at its start."""
    inside: list[tuple[Anchor, Inner]] = [(START, cue) for cue in spoken]
    if ms >= CHIMED_HOLD_FROM_MS:
        inside.append((END, Chime(HOLD_CHIME)))
    return Hold(ms, tuple(inside), span=span)


def tell_breaths(step: BreatheStep, words: Wording) -> list[Cue]:
    """Breaths, each part of one a hold of its own."""
    cues: list[Cue] = []
    for cycle in range(step.cycles):
        for way, ms in (("in", step.in_ms), ("hold", step.hold_ms), ("out", step.out_ms)):
            if ms:
                said = Say(words.breathe(way, first=cycle == 0), "count")
                cues.append(Hold(ms, ((START, said),), span=step.span))
    return cues


def tell_press(press: Press, words: Wording) -> list[Cue]:
    """A chapter: where and how to press, and the press itself. The second side needs fewer words."""
    move, side = press.move, press.side
    heading = words.heading(move.name, move.part, side)
    cues: list[Cue] = [Mark(heading, move.key, side, press.span)]
    if press.second:
        cues.append(Say(words.other_side(move.part, side), "next", move.key, side))
        cues += _from_library(move.brief or move.where, "where", press, words)
    else:
        cues.append(Say(words.arrive(heading, press.place, press.of), "next", move.key, side))
        cues += _from_library(move.where, "where", press, words)
        cues += _from_library(move.how, "how", press, words)
        cues += _from_library(move.why, "why", press, words)
    if move.settle_ms:
        cues.append(Pause(move.settle_ms))
    cues.append(_clocked(press, words))
    if side != "left":
        # Between two sides the bell says it.
        cues.append(Say(words.release(), "cue", move.key, side))
    cues.append(Pause(RELEASE_MS))
    return cues


def _from_library(texts: Iterable[Text], role: Role, press: Press, words: Wording) -> list[Cue]:
    """What the library says of a move, for one side of it."""
    move, side = press.move, press.side
    return [Say(_fill(text.value, side, words), role, move.key, side, text.span) for text in texts]


def _fill(text: str, side: Side, words: Wording) -> str:
    if side not in ("left", "right"):
        return text
    other: Side = "right" if side == "left" else "left"
    return text.replace("{side}", words.side(side)).replace("{other}", words.side(other))


def _clocked(press: Press, words: Wording) -> Hold:
    """A hold with a chime at both ends, and between them its rhythm, or how far along it is."""
    key, side, ms = press.move.key, press.side, press.hold_ms
    inside: list[tuple[Anchor, Inner]] = [(START, Chime(HOLD_CHIME))]
    rhythm = press.move.rhythm
    if rhythm:
        beat = rhythm.press_ms + rhythm.release_ms
        for start in range(0, ms - beat + 1, beat):
            inside.append((Anchor(Fraction(0), start), Say(words.press(), "count", key, side)))
            inside.append((Anchor(Fraction(0), start + rhythm.press_ms), Say(words.ease(), "count", key, side)))
    else:
        if ms >= HALFWAY_FROM_MS:
            inside.append((HALF, Say(words.halfway(), "count", key, side)))
        if ms >= LAST_CALL_FROM_MS:
            last_call = Anchor(Fraction(1), -LAST_CALL_MS)
            inside.append((last_call, Say(words.left(LAST_CALL_MS), "count", key, side)))
    return Hold(ms, (*inside, (END, Chime(HOLD_CHIME))), key, side, press.span)
