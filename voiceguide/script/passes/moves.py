"""Passes that decide which moves are done, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from voiceguide.base.errors import UnknownName
from voiceguide.base.source import folded
from voiceguide.choices.model import LESS_DETAIL
from voiceguide.routine.cautions import Outcome, outcome
from voiceguide.routine.model import Group, Length, Move, MoveStep, Qualified, Text
from voiceguide.script.draft import Change, Draft, Heeded, Item
from voiceguide.script.wording import Wording


def unroll(draft: Draft) -> Draft:
    """Replace repeats and includes by their steps. Remove steps that the plan's detail or length leaves out."""

    def flat(steps: Iterable[Item]) -> Iterator[Item]:
        for step in steps:
            if isinstance(step, Group):
                for _ in range(step.times):
                    yield from flat(step.steps)
            elif isinstance(step, Qualified):
                if _has_room(step, draft):
                    yield from flat((step.step,))
            else:
                yield step

    return draft.having(list(flat(draft.items)))


def heed_cautions(draft: Draft) -> Draft:
    """Apply the listener's profiles to every move: keep it, replace it by another, or remove it."""
    items: list[Item] = []
    for item in draft.items:
        if isinstance(item, MoveStep):
            asked = item.move
            found = outcome(asked, draft.choices.profiles, draft.routine.library)
            step = item
            if found.move and found.move is not asked:
                step = MoveStep(found.move, found.move.hold, item.span)
            items.append(Heeded(asked, step if found.move else None, tuple(_changes(found, draft.words))))
        else:
            items.append(item)
    return draft.having(items)


def choose_moves(draft: Draft) -> Draft:
    """Apply the listener's choices of moves and holds. Sore moves come first and are held long.

    A replacement can be chosen by its own name or by that of the replaced move. Changes are kept only for moves that
    were chosen.
    """
    choices = draft.choices
    heeded = [item for item in draft.items if isinstance(item, Heeded)]
    known = [*draft.routine.moves(), *(move for item in heeded for move in item.moves)]
    only, skip, sore = (_keys(names, known) for names in (choices.only, choices.skip, choices.sore))
    items: list[Item] = []
    changes: dict[str, Change] = {}
    rank: dict[str, int] = {}
    for item in draft.items:
        if not isinstance(item, Heeded):
            items.append(item)
            continue
        keys = {move.key for move in item.moves}
        if keys & {*skip} or (only and not keys & {*only}):
            continue
        changes |= {change.what: change for change in item.changes if change.what not in changes}
        if item.step is None:
            continue
        hold = Length(*choices.hold, item.step.hold.span) if choices.hold else item.step.hold
        place = min((sore.index(key) for key in keys if key in sore), default=len(sore))
        if place < len(sore):
            hold = Length(hold.high_ms, hold.high_ms, hold.span)
        key = item.step.move.key
        rank[key] = min(place, rank.get(key, place))
        items.append(replace(item.step, hold=hold))
    first = frozenset(key for key, place in rank.items() if place < len(sore))
    chosen = draft.having(_in_runs(items, lambda step: rank[step.move.key]), *changes.values())
    return replace(chosen, sore=first)


def order_moves(draft: Draft) -> Draft:
    """Group the moves by posture, in the order in which the postures first appear. Sore moves stay first."""
    if draft.choices.order != "posture":
        return draft
    steps = [item for item in draft.items if isinstance(item, MoveStep) and item.move.key not in draft.sore]
    postures = list(dict.fromkeys(step.move.posture for step in steps))
    rank = {posture: index for index, posture in enumerate(postures)}
    items = list(draft.items)
    return draft.having(_in_runs(items, lambda step: -1 if step.move.key in draft.sore else rank[step.move.posture]))


def _has_room(step: Qualified, draft: Draft) -> bool:
    if step.optional and step.optional <= draft.plan.leave_out:
        return False
    return LESS_DETAIL.index(draft.plan.detail) <= LESS_DETAIL.index(step.detail)


def _in_runs(items: list[Item], rank: Callable[[MoveStep], int]) -> list[Item]:
    """Return the items with every run of moves sorted by `rank`. Steps between moves keep their places."""
    ordered: list[Item] = []
    for is_move, run in groupby(items, key=lambda item: isinstance(item, MoveStep)):
        steps = list(run)
        if is_move:
            steps.sort(key=lambda step: rank(step) if isinstance(step, MoveStep) else 0)
        ordered += steps
    return ordered


def _keys(names: tuple[str, ...], moves: Iterable[Move]) -> list[str]:
    """Return the keys of moves given by key or name, in the given order."""
    by_name = {folded(name): move.key for move in moves for name in (move.name, move.key)}
    found = []
    for name in names:
        if folded(name) not in by_name:
            raise UnknownName("move of this routine", name, sorted({move.key for move in moves}))
        found.append(by_name[folded(name)])
    return found


def _changes(found: Outcome, words: Wording) -> Iterator[Change]:
    """Yield the changes that the cautions of a move and of its replacements make for the listener."""
    for move in found.lost[:1]:
        what = f"{move.key}: {move.name} is left out, since no move can take its place."
        yield Change(move.key, what, (Text(words.left_out(move.name), move.span),))
    for move, caution in found.told:
        yield Change(move.key, f"{move.key}, {caution.when}: {caution.say.value}", (caution.say,))
