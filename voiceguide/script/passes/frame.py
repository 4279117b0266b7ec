"""Passes that frame a session: its opening, its closing, and what is explained once."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from voiceguide.routine.model import Text
from voiceguide.script.cues import Chime, Cue, Hold, Mark, Pause, Say
from voiceguide.script.draft import Draft, Item
from voiceguide.script.passes.words import SECTION_MS

LEAD_IN_MS = 500
"""Silence before the first chime: a Bluetooth headphone wakes up in it."""


def explain_bell(draft: Draft) -> Draft:
    """Before the first hold of a move, say once what the bell means; those who asked for cues alone know it."""
    if draft.plan.detail == "cues":
        return draft
    for index, item in enumerate(draft.items):
        if isinstance(item, Hold) and item.move:
            settle = index - 1 if index and isinstance(draft.items[index - 1], Pause) else index
            said = Say(draft.words.bell(), "how", item.move, item.side)
            return draft.having([*draft.items[:settle], said, *draft.items[settle:]])
    return draft


def open_session(draft: Draft) -> Draft:
    """Lead-in, chime, title and summary, then the safety lines and what was changed, before anything else."""
    routine = draft.routine
    opening: list[Cue] = [Mark(routine.title.value, span=routine.title.span), Pause(LEAD_IN_MS)]
    if routine.chime:
        opening.append(Chime(routine.chime))
    opening.append(_sentence(routine.title))
    if routine.summary and not _is_personal(draft):
        opening.append(_sentence(routine.summary))
    opening += [Say(text.value, "safety", span=text.span) for text in routine.safety]
    spoken = dict.fromkeys(text for change in draft.changes for text in change.spoken)
    opening += [Say(text.value, "safety", span=text.span) for text in spoken]
    return draft.having([*opening, *draft.items])


def close_session(draft: Draft) -> Draft:
    """The words after the last move are the closing; the session ends with its chime."""
    last = max((i for i, item in enumerate(draft.items) if isinstance(item, Hold) and item.move), default=-1)
    items: list[Item] = [
        replace(item, role="closing") if index > last >= 0 and isinstance(item, Say) and item.role == "say" else item
        for index, item in enumerate(draft.items)
    ]
    if draft.routine.chime:
        items += [Pause(SECTION_MS), Chime(draft.routine.chime)]
    return draft.having(items)


def merge_chapters(draft: Draft) -> Draft:
    """A chapter of no length is no place to jump to.

    A section that begins with a move is one chapter with it, by both their names; a section whose steps were all left
    out is none.
    """
    items: list[Item] = []
    for item in draft.items:
        if isinstance(item, Mark):
            before = len(items) - 1
            # The program's own rests belong to what comes after them; an author's pause is something to hear.
            while before >= 0 and isinstance(rest := items[before], Pause) and not rest.span:
                before -= 1
            if before >= 0 and isinstance(empty := items[before], Mark):
                del items[before]
                item = replace(item, title=f"{empty.title}: {item.title}") if item.move else item
        items.append(item)
    return draft.having(items)


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
    return draft.having(items)


def _is_personal(draft: Draft) -> bool:
    """Whether the session is no longer what the routine's summary says of it."""
    wishes, plan = draft.choices, draft.plan
    chosen = wishes.only or wishes.skip or wishes.sore or wishes.hold or wishes.length_ms or draft.changes
    return bool(chosen or plan.leave_out or plan.detail != "full")


def _sentence(text: Text) -> Say:
    """A title or a summary as it is said."""
    words = text.value if text.value.endswith((".", "!", "?", "…")) else f"{text.value}."
    return Say(words, "intro", span=text.span)
