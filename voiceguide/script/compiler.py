"""Routine to Script, by the passes listed in `PASSES`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby, pairwise
from typing import TypeAlias, get_args

from voiceguide.routine.model import (
    BreatheStep,
    ChimeStep,
    Group,
    HoldStep,
    LengthWish,
    MoveStep,
    PauseStep,
    Routine,
    SayStep,
    Section,
    Sides,
    Step,
    Text,
)
from voiceguide.script.cues import Chime, Cue, Hold, Mark, Pause, Pronunciation, Say, Script, Side
from voiceguide.script.telling import Press, tell, tell_breaths, tell_hold, tell_press
from voiceguide.script.wording import Wording, wording

LEAD_IN_MS = 500
"""Silence before the first chime: a Bluetooth headphone wakes up in it."""

SECTION_MS = 1_000
"""Rest before a new section."""

QUIET_MS = 60_000
"""A silence longer than this is announced."""

SIDES: dict[Sides, tuple[Side, ...]] = {"each": ("left", "right"), "together": ("both",), "single": ("",)}
"""What is done for each kind of move, in this order."""

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
        title=routine.title.value,
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
        hold_ms = item.hold.chosen(draft.lengths)
        items += [
            Press(item.move, hold_ms, side, side == "right", place, total, item.span) for side in SIDES[item.move.sides]
        ]
    return replace(draft, items=tuple(items))


def put_into_words(draft: Draft) -> Draft:
    """Every step and press becomes cues."""
    items: list[Item] = []
    for item in draft.items:
        match item:
            case Section(title, span):
                items += [Pause(SECTION_MS), Mark(title, span=span)]
            case SayStep(pieces):
                items += tell(pieces, draft.lengths)
            case PauseStep(length, span):
                items.append(Pause(length.chosen(draft.lengths), span))
            case ChimeStep(name, span):
                items.append(Chime(name, span))
            case HoldStep(length, pieces, span):
                items.append(tell_hold(length.chosen(draft.lengths), tell(pieces, draft.lengths), span))
            case BreatheStep():
                items += tell_breaths(item, draft.words)
            case Press():
                items += tell_press(item, draft.words)
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
    opening: list[Cue] = [Mark(routine.title.value, span=routine.title.span), Pause(LEAD_IN_MS)]
    if routine.chime:
        opening.append(Chime(routine.chime))
    opening += [_sentence(text) for text in (routine.title, routine.summary) if text]
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
    """Where silences meet, an author's are all kept, since they are exact; the program's own fill in if there is none.

    Of several rests of the program's own, the longest stays.
    """
    items: list[Item] = []
    for is_pause, run in groupby(draft.items, key=lambda item: isinstance(item, Pause)):
        if not is_pause:
            items += run
            continue
        pauses = [item for item in run if isinstance(item, Pause)]
        authored = [pause for pause in pauses if pause.span]
        items += authored or [max(pauses, key=lambda pause: pause.ms)]
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


def _longest_silence(hold: Hold) -> int:
    moments = sorted({0, hold.ms, *(anchor.at(hold.ms, anchor.offset_ms) for anchor, _ in hold.cues)})
    return max(after - before for before, after in pairwise(moments))


def _sentence(text: Text) -> Say:
    """A title or a summary as it is said."""
    words = text.value if text.value.endswith((".", "!", "?", "…")) else f"{text.value}."
    return Say(words, "intro", span=text.span)
