"""The passes that split moves into sides and order the sides."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from voiceguide.routine.model import MoveStep, Sides
from voiceguide.script.cues import Side
from voiceguide.script.draft import Draft, Item, Press

SIDES: dict[Sides, tuple[Side, ...]] = {"each": ("left", "right"), "together": ("both",), "single": ("",)}
"""Sides of each kind of move, in the order in which they are done."""


def take_sides(draft: Draft) -> Draft:
    """Turn each move into one press, or into two if it is done on each side. Number the moves from 1."""
    total = sum(isinstance(item, MoveStep) for item in draft.items)
    place = 0
    items: list[Item] = []
    for item in draft.items:
        if not isinstance(item, MoveStep):
            items.append(item)
            continue
        place += 1
        sides = SIDES[item.move.sides]
        for side in sides:
            second, first_of_two = side == "right", side == "left"
            cueing = item.move.cueing or draft.routine.cueing
            items.append(
                Press(item.move, item.hold, side, second, second, first_of_two, cueing, place, total, item.span)
            )
    return draft.having(items)


def order_sides(draft: Draft) -> Draft:
    """Put the moves of each side together: left, then moves without a side, then right; sore moves first in each group.

    So the listener changes sides once, and the session still begins with a sore move.
    """
    if draft.choices.order != "side":
        return draft
    ranks = {"left": 0, "": 1, "both": 1, "right": 2}
    items: list[Item] = []
    for is_press, run in groupby(draft.items, key=lambda item: isinstance(item, Press)):
        if not is_press:
            items += run
            continue
        presses = [item for item in run if isinstance(item, Press)]
        presses.sort(key=lambda press: ranks[press.side])
        items += _recounted(presses)
    return draft.having(items)


def _recounted(presses: list[Press]) -> list[Press]:
    """Return the presses numbered in their new order, with `at_once` and `other_next` set again."""
    places = sorted({press.place for press in presses})
    new_place = dict(zip(dict.fromkeys(press.place for press in presses), places, strict=True))
    befores, afters = [None, *presses[:-1]], [*presses[1:], None]
    return [
        replace(
            press,
            place=new_place[press.place],
            at_once=press.second and before is not None and before.place == press.place,
            other_next=not press.second and after is not None and after.place == press.place,
        )
        for before, press, after in zip(befores, presses, afters, strict=True)
    ]
