"""What the cautions of a move come to for a listener: it is done, another move takes its place, or nothing is done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from voiceguide.base.source import Problem, warning
from voiceguide.routine.model import Caution, CautionAction, Move

ORDER: tuple[CautionAction, ...] = ("drop", "replace", "warn")
"""The first of these that a listener's profiles call for decides: what is unsafe for one of them is not done at all."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is done in the place of one move."""

    move: Move | None
    """The move itself, the one that takes its place, or None where nothing is done."""
    told: tuple[tuple[Move, Caution], ...] = ()
    """The cautions the listener hears, each with the move it is about."""
    lost: tuple[Move, ...] = ()
    """Where nothing is done because a replacement cannot be done either: the moves that were to be replaced."""


def outcome(move: Move, profiles: Collection[str], library: Iterable[Move]) -> Outcome:
    """Heed the cautions of a move, and those of whatever takes its place, for all of these profiles at once.

    Args:
        move: as the routine has it.
        profiles: the listener's, in any order.
        library: every move that a caution may name. One that it does not have is taken as one that cannot be done.

    Returns:
        The first replacement that can be done for every profile. Where none can, or they lead back to a move that is
        itself replaced, nothing is done.
    """
    return _outcome(move, profiles, {each.key: each for each in library}, ())


def _outcome(move: Move, profiles: Collection[str], library: dict[str, Move], replaced: tuple[Move, ...]) -> Outcome:
    heeded = [caution for action in ORDER for caution in move.cautions if caution.action == action]
    heeded = [caution for caution in heeded if caution.when in profiles]
    if not heeded or heeded[0].action == "warn":
        return Outcome(move, tuple((move, caution) for caution in heeded))
    if heeded[0].action == "drop":
        return Outcome(None, ((move, heeded[0]),))
    failed: Outcome | None = None
    for caution in heeded:
        stand_in = library.get(caution.use) if caution.action == "replace" else None
        if stand_in is None or stand_in in (move, *replaced):
            continue
        found = _outcome(stand_in, profiles, library, (*replaced, move))
        if found.move:
            return Outcome(found.move, ((move, caution), *found.told))
        failed = failed or found
    told = failed.told if failed else ()
    return Outcome(None, told, (move, *(failed.lost if failed else ())))


def replacements_that_lead_nowhere(moves: Iterable[Move], library: Collection[Move]) -> Iterator[Problem]:
    """A warning for each move of which nothing is left for a profile, or for two, though a caution names another move.

    Args:
        moves: those to look at.
        library: every move that their cautions may name.
    """
    when = sorted({caution.when for move in library for caution in move.cautions})
    groups = [*((one,) for one in when), *combinations(when, 2)]
    for move in moves:
        reported: list[tuple[str, ...]] = []
        for profiles in groups:
            found = outcome(move, profiles, library)
            if not found.lost or any(set(fewer) <= set(profiles) for fewer in reported):
                continue
            reported.append(profiles)
            caution = next(each for each in move.cautions if each.action == "replace" and each.when in profiles)
            whom = " with ".join(f"`{profile}`" for profile in profiles)
            left_out = f"`{caution.use}` is not done either"
            message = f"nothing takes the place of `{move.key}` for {whom}: {left_out}"
            yield warning(caution.say.span, message, "name a move that can be done, or write `action: drop`")
