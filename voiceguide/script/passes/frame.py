"""Passes that add the opening, the closing and the explanation of the bell, and that join chapters and pauses."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from voiceguide.routine.model import Text
from voiceguide.script.cues import Chime, Cue, Hold, Mark, Pause, Say
from voiceguide.script.draft import Draft, Item
from voiceguide.script.passes.words import SECTION_MS

LEAD_IN_MS = 500
"""Silence before the first chime, in milliseconds, in which a Bluetooth headphone wakes up."""


def explain_bell(draft: Draft) -> Draft:
    """Say once, before the first hold of a move, what the bell means. With the detail `cues`, don't say it."""
    if draft.plan.detail == "cues":
        return draft
    for index, item in enumerate(draft.items):
        if isinstance(item, Hold) and item.move:
            settle = index - 1 if index and isinstance(draft.items[index - 1], Pause) else index
            said = Say(draft.words.bell(), "how", item.move, item.side)
            return draft.having([*draft.items[:settle], said, *draft.items[settle:]])
    return draft


def open_session(draft: Draft) -> Draft:
    """Insert the opening: silence, chime, title, summary, safety lines and the changes for the listener."""
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
    """Mark the words after the last move as the closing, and add the chime at the end."""
    last = max((i for i, item in enumerate(draft.items) if isinstance(item, Hold) and item.move), default=-1)
    items: list[Item] = [
        replace(item, role="closing") if index > last >= 0 and isinstance(item, Say) and item.role == "say" else item
        for index, item in enumerate(draft.items)
    ]
    if draft.routine.chime:
        items += [Pause(SECTION_MS), Chime(draft.routine.chime)]
    return draft.having(items)


def merge_chapters(draft: Draft) -> Draft:
    """Remove chapters without a length, because nobody wants to jump to them.

    A section that begins with a move becomes one chapter with it, named after both. A section whose steps were all left
    out becomes no chapter.
    """
    items: list[Item] = []
    for item in draft.items:
        if isinstance(item, Mark):
            before = len(items) - 1
            # A rest by the program belongs to the next item, but an author's pause gives the chapter a length.
            while before >= 0 and isinstance(rest := items[before], Pause) and not rest.span:
                before -= 1
            if before >= 0 and isinstance(empty := items[before], Mark):
                del items[before]
                item = replace(item, title=f"{empty.title}: {item.title}") if item.move else item
        items.append(item)
    return draft.having(items)


def merge_pauses(draft: Draft) -> Draft:
    """Join silences that follow each other.

    If some are by the author, all of these are kept, because their lengths are exact, and the program's are removed.
    Else the longest one by the program is kept.
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
    """Whether the session was changed so much that the routine's summary may be wrong."""
    choices, plan = draft.choices, draft.plan
    chosen = choices.only or choices.skip or choices.sore or choices.hold or choices.length_ms or draft.changes
    return bool(chosen or plan.leave_out or plan.detail != "full")


def _sentence(text: Text) -> Say:
    """Return a title or a summary as a spoken sentence."""
    words = text.value if text.value.endswith((".", "!", "?", "…")) else f"{text.value}."
    return Say(words, "intro", span=text.span)
