"""Routine to Script, by the passes listed in `PASSES`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from itertools import groupby, pairwise
from typing import TypeAlias, get_args

from voiceguide.routine.model import (
    BreatheStep,
    ChimeStep,
    Group,
    HoldStep,
    Length,
    LengthWish,
    Move,
    MoveStep,
    PauseStep,
    Routine,
    SayStep,
    Section,
    Step,
    Text,
)
from voiceguide.script.cues import (
    END,
    HALF,
    START,
    Anchor,
    Chime,
    Cue,
    Hold,
    Inner,
    Mark,
    Pause,
    Pronunciation,
    Role,
    Say,
    Script,
    Side,
)
from voiceguide.script.wording import Wording, wording
from voiceguide.source import Span

HOLD_CHIME = "bell"
"""Starts and ends the clock of a hold."""

LEAD_IN_MS = 500
"""Silence before the first chime: a Bluetooth headphone wakes up in it."""

SECTION_MS = 1_000
"""Rest before a new section."""

RELEASE_MS = 2_000
"""Time to let go after a hold."""

LAST_CALL_MS = 5_000
"""When a hold has this much left, it is said."""

HALFWAY_FROM_MS = 20_000
"""A shorter hold has no halfway cue: the words would crowd it."""

LAST_CALL_FROM_MS = 12_000
"""A shorter hold has no last call."""

QUIET_MS = 60_000
"""A silence longer than this is announced."""

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


Item: TypeAlias = Step | Press | Cue


@dataclass(frozen=True, slots=True)
class Draft:
    """A session between routine and script: as pass follows pass, fewer items are steps and more are cues."""

    routine: Routine
    words: Wording
    items: tuple[Item, ...]
    lengths: LengthWish = "usual"


def compile_routine(routine: Routine, lengths: LengthWish = "usual") -> Script:
    """Compile a routine that was read without errors, with each elastic length at that place of its range."""
    draft = Draft(routine, wording(routine.language), routine.steps, lengths)
    draft = reduce(lambda done, one_pass: one_pass(done), PASSES, draft)
    cues = tuple(item for item in draft.items if isinstance(item, get_args(Cue)))
    assert len(cues) == len(draft.items), "a pass left a step behind"
    return Script(
        title=routine.title,
        language=routine.language,
        cues=cues,
        pronunciations=tuple(Pronunciation(each.word, each.say, each.ipa) for each in routine.pronounce),
    )


def unroll(draft: Draft) -> Draft:
    """Repeats and includes become their steps, one after another."""

    def flat(steps: Iterable[Item]) -> Iterator[Item]:
        for step in steps:
            if isinstance(step, Group):
                for _ in range(step.times):
                    yield from flat(step.steps)
            else:
                yield step

    return replace(draft, items=tuple(flat(draft.items)))


def take_sides(draft: Draft) -> Draft:
    """A move becomes one press, or two where it is done on each side; every move gets its place in the count."""
    total = sum(isinstance(item, MoveStep) for item in draft.items)
    place = 0
    items: list[Item] = []
    for item in draft.items:
        if not isinstance(item, MoveStep):
            items.append(item)
            continue
        place += 1
        sides: tuple[Side, ...] = {
            "each": ("left", "right"),
            "together": ("both",),
            "single": ("",),
        }[item.move.sides]  # type: ignore[assignment]  # a dict of literals is inferred as str
        for side in sides:
            second = side == "right"
            items.append(Press(item.move, item.hold.chosen(draft.lengths), side, second, place, total, item.span))
    return replace(draft, items=tuple(items))


def put_into_words(draft: Draft) -> Draft:
    """Every step and press becomes cues."""
    items: list[Item] = []
    for item in draft.items:
        match item:
            case Section(title, span):
                items += [Pause(SECTION_MS), Mark(title, span=span)]
            case SayStep(pieces):
                items += _spoken(pieces, draft.lengths)
            case PauseStep(length, span):
                items.append(Pause(length.chosen(draft.lengths), span))
            case ChimeStep(name, span):
                items.append(Chime(name, span))
            case HoldStep(length, pieces, span):
                items.append(_rest(length.chosen(draft.lengths), _spoken(pieces, draft.lengths), span))
            case BreatheStep():
                items += _breaths(item, draft.words)
            case Press():
                items += _press(item, draft.words)
            case _:
                items.append(item)
    return replace(draft, items=tuple(items))


def explain_bell(draft: Draft) -> Draft:
    """Before the first hold of a move, say once what the bell means."""
    for index, item in enumerate(draft.items):
        if isinstance(item, Hold) and item.move:
            settle = index - 1 if index and isinstance(draft.items[index - 1], Pause) else index
            said = Say(draft.words.bell(), "how", item.move, item.side)
            return replace(draft, items=(*draft.items[:settle], said, *draft.items[settle:]))
    return draft


def announce_quiet(draft: Draft) -> Draft:
    """A silence longer than a minute is announced before it begins."""
    items: list[Item] = []
    for item in draft.items:
        if isinstance(item, Pause) and item.ms > QUIET_MS:
            items.append(Say(draft.words.quiet(item.ms), "cue"))
        elif isinstance(item, Hold) and _longest_silence(item) > QUIET_MS:
            said = Say(draft.words.long_hold(item.ms), "cue", item.move, item.side)
            # Before the time to settle in, so that the words do not eat it.
            items.insert(len(items) - 1 if items and isinstance(items[-1], Pause) else len(items), said)
        items.append(item)
    return replace(draft, items=tuple(items))


def open_session(draft: Draft) -> Draft:
    """Lead-in, chime, title and summary, then the safety lines, before anything else."""
    routine = draft.routine
    opening: list[Cue] = [Mark(routine.title, span=routine.span), Pause(LEAD_IN_MS)]
    if routine.chime:
        opening.append(Chime(routine.chime))
    opening.append(Say(_sentence(routine.title), "intro", span=routine.span))
    if routine.summary:
        opening.append(Say(_sentence(routine.summary), "intro", span=routine.span))
    opening += [Say(text.value, "safety", span=text.span) for text in routine.safety]
    return replace(draft, items=(*opening, *draft.items))


def close_session(draft: Draft) -> Draft:
    """The words after the last move are the closing; the session ends with its chime."""
    last = max((i for i, item in enumerate(draft.items) if isinstance(item, Hold) and item.move), default=-1)
    items = [
        replace(item, role="closing") if index > last >= 0 and isinstance(item, Say) and item.role == "say" else item
        for index, item in enumerate(draft.items)
    ]
    if draft.routine.chime:
        items += [Pause(SECTION_MS), Chime(draft.routine.chime)]
    return replace(draft, items=tuple(items))


def merge_pauses(draft: Draft) -> Draft:
    """Rests of the program's own that meet a pause or another rest give way to the longer one."""
    items: list[Item] = []
    for is_own, run in groupby(draft.items, key=lambda item: isinstance(item, Pause)):
        pauses = list(run)
        if not is_own:
            items += pauses
            continue
        # An author's silences are exact and all kept; the program's own rests only fill in where there is none.
        authored = [pause for pause in pauses if isinstance(pause, Pause) and pause.span]
        items += authored or [max(pauses, key=lambda pause: pause.ms if isinstance(pause, Pause) else 0)]
    return replace(draft, items=tuple(items))


PASSES: tuple[Callable[[Draft], Draft], ...] = (
    unroll,
    take_sides,
    put_into_words,
    explain_bell,
    announce_quiet,
    open_session,
    close_session,
    merge_pauses,
)
"""The compiler, pass by pass."""


def _spoken(pieces: Iterable[Text | Length], lengths: LengthWish) -> list[Say | Pause]:
    return [
        Pause(piece.chosen(lengths), piece.span) if isinstance(piece, Length) else Say(piece.value, span=piece.span)
        for piece in pieces
    ]


def _told(texts: Iterable[Text], role: Role, press: Press, words: Wording) -> list[Cue]:
    """What the library says of a move, for one side of it."""
    move, side = press.move, press.side
    return [Say(_fill(text.value, side, words), role, move.key, side, text.span) for text in texts]


def _fill(text: str, side: Side, words: Wording) -> str:
    if side not in ("left", "right"):
        return text
    other: Side = "right" if side == "left" else "left"
    return text.replace("{side}", words.side(side)).replace("{other}", words.side(other))


def _press(press: Press, words: Wording) -> list[Cue]:
    move, side = press.move, press.side
    heading = words.heading(move.name, move.part, side)
    cues: list[Cue] = [Mark(heading, move.key, side, press.span)]
    if press.second:
        cues.append(Say(words.other_side(move.part, side), "next", move.key, side))
        cues += _told(move.brief or move.where, "where", press, words)
    else:
        cues.append(Say(words.arrive(heading, press.place, press.of), "next", move.key, side))
        cues += _told(move.where, "where", press, words)
        cues += _told(move.how, "how", press, words)
        cues += _told(move.why, "why", press, words)
    if move.settle_ms:
        cues.append(Pause(move.settle_ms))
    cues.append(_clocked(press, words))
    if side != "left":
        # Between two sides the bell says it.
        cues.append(Say(words.release(), "cue", move.key, side))
    cues.append(Pause(RELEASE_MS))
    return cues


def _clocked(press: Press, words: Wording) -> Hold:
    """A hold with a chime at both ends, and between them its rhythm, or how far along it is."""
    key, side, ms = press.move.key, press.side, press.hold_ms
    inside: list[tuple[Anchor, Inner]] = [(START, Chime(HOLD_CHIME))]
    rhythm = press.move.rhythm
    if rhythm and rhythm.press_ms and rhythm.release_ms:
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


def _rest(ms: int, spoken: list[Say | Pause], span: Span) -> Hold:
    """A plain hold, its words at its start."""
    inside: list[tuple[Anchor, Inner]] = [(START, cue) for cue in spoken]
    if ms >= CHIMED_HOLD_FROM_MS:
        inside.append((END, Chime(HOLD_CHIME)))
    return Hold(ms, tuple(inside), span=span)


def _breaths(step: BreatheStep, words: Wording) -> list[Cue]:
    cues: list[Cue] = []
    for cycle in range(step.cycles):
        for way, ms in (("in", step.in_ms), ("hold", step.hold_ms), ("out", step.out_ms)):
            if ms:
                said = Say(words.breathe(way, first=cycle == 0), "count")
                cues.append(Hold(ms, ((START, said),), span=step.span))
    return cues


def _longest_silence(hold: Hold) -> int:
    moments = sorted({0, hold.ms, *(anchor.at(hold.ms, anchor.offset_ms) for anchor, _ in hold.cues)})
    return max(after - before for before, after in pairwise(moments))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
