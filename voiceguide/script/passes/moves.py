"""Passes over whole moves: which are done, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from voiceguide.errors import UnknownName
from voiceguide.routine.choices import LESS_DETAIL
from voiceguide.routine.model import Caution, Group, Length, Move, MoveStep, Qualified
from voiceguide.script.draft import Change, Draft, Item
from voiceguide.source import folded


def unroll(draft: Draft) -> Draft:
    """Repeats and includes become their steps, one after another; what this detail or time has no room for goes."""

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
    """Moves with a caution for one of the listener's profiles are dropped, replaced, or warned about."""
    items: list[Item] = []
    changes: dict[tuple[str, str], Change] = {}
    for item in draft.items:
        if not isinstance(item, MoveStep):
            items.append(item)
            continue
        kept: MoveStep | None = item
        for caution in _cautions(item.move, draft.choices.profiles):
            changes.setdefault((item.move.key, caution.when), _explained(item.move, caution))
            if caution.action == "drop":
                kept = None
                break
            if caution.action == "replace":
                kept = _replaced(item, caution, draft)
                break
        if kept:
            items.append(kept)
    return draft.having(items, *changes.values())


def choose_moves(draft: Draft) -> Draft:
    """The listener's own choice of moves and holds; sore ones come first and are held long."""
    wishes = draft.choices
    known = [*draft.routine.moves(), *(item.move for item in draft.items if isinstance(item, MoveStep))]
    only, skip, sore = (_keys(names, known) for names in (wishes.only, wishes.skip, wishes.sore))

    def wanted(item: Item) -> bool:
        return not isinstance(item, MoveStep) or (item.move.key not in skip and (not only or item.move.key in only))

    def held(item: Item) -> Item:
        if not isinstance(item, MoveStep):
            return item
        hold = Length(*wishes.hold, item.hold.span) if wishes.hold else item.hold
        return replace(item, hold=Length(hold.high_ms, hold.high_ms, hold.span) if item.move.key in sore else hold)

    items = [held(item) for item in draft.items if wanted(item)]
    return draft.having(_in_runs(items, lambda step: sore.index(step.move.key) if step.move.key in sore else len(sore)))


def order_moves(draft: Draft) -> Draft:
    """Moves of one posture come together, in the order in which their postures first appear; sore ones stay first."""
    if draft.choices.order != "posture":
        return draft
    sore = _keys(draft.choices.sore, draft.routine.moves())
    steps = [item for item in draft.items if isinstance(item, MoveStep) and item.move.key not in sore]
    postures = list(dict.fromkeys(step.move.posture for step in steps))
    rank = {posture: index for index, posture in enumerate(postures)}
    items = list(draft.items)
    return draft.having(_in_runs(items, lambda step: -1 if step.move.key in sore else rank[step.move.posture]))


def _has_room(step: Qualified, draft: Draft) -> bool:
    if step.optional and step.optional <= draft.plan.leave_out:
        return False
    return LESS_DETAIL.index(draft.plan.detail) <= LESS_DETAIL.index(step.detail)


def _in_runs(items: list[Item], rank: Callable[[MoveStep], int]) -> list[Item]:
    """Items with every run of moves sorted by `rank`; what an author wrote between moves stays where it is."""
    ordered: list[Item] = []
    for is_move, run in groupby(items, key=lambda item: isinstance(item, MoveStep)):
        steps = list(run)
        if is_move:
            steps.sort(key=lambda step: rank(step) if isinstance(step, MoveStep) else 0)
        ordered += steps
    return ordered


def _keys(names: tuple[str, ...], moves: Iterable[Move]) -> list[str]:
    """Keys of the moves called by key or name, in the order asked for."""
    by_name = {folded(name): move.key for move in moves for name in (move.name, move.key)}
    found = []
    for name in names:
        if folded(name) not in by_name:
            raise UnknownName("move of this routine", name, sorted({move.key for move in moves}))
        found.append(by_name[folded(name)])
    return found


def _cautions(move: Move, profiles: tuple[str, ...]) -> list[Caution]:
    """The cautions of a move for these profiles, those that remove it first."""
    found = [caution for caution in move.cautions if caution.when in profiles]
    return sorted(found, key=lambda caution: ("drop", "replace", "warn").index(caution.action))


def _explained(move: Move, caution: Caution) -> Change:
    return Change(move.key, f"{move.key}, {caution.when}: {caution.say.value}", (caution.say,))


def _replaced(step: MoveStep, caution: Caution, draft: Draft) -> MoveStep:
    move = next(move for move in draft.routine.library if move.key == caution.use)
    return MoveStep(move, move.hold, step.span)
