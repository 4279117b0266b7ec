"""Applying the cautions of a move for a listener: the move is done, replaced by another one, or left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from voiceguide.base.source import Problem, warning
from voiceguide.routine.model import Caution, CautionAction, Move

ORDER: tuple[CautionAction, ...] = ("drop", "replace", "warn")
"""Order of precedence: the first of these actions that one of the listener's profiles asks for is taken, so that the
safest wins."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of applying the cautions of one move."""

    move: Move | None
    """The move itself, its replacement, or None if it is left out."""
    told: tuple[tuple[Move, Caution], ...] = ()
    """Cautions that the listener hears, each with its move."""
    lost: tuple[Move, ...] = ()
    """If no replacement can be done either: the moves that should have been replaced."""


def outcome(move: Move, profiles: Collection[str], library: Iterable[Move]) -> Outcome:
    """Apply the cautions of a move, and those of its replacements, for all of these profiles together.

    Args:
        move: move of the routine.
        profiles: profiles of the listener, in any order.
        library: every move that a caution may name. A move that is missing here counts as one that cannot be done.

    Returns:
        An outcome with the first replacement that can be done for every profile. It has no move if no replacement can
        be done, or if they lead back to a move that is itself replaced.
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
    """Warn about each move that a profile, or two, leave out although a caution names a replacement.

    Args:
        moves: moves to check.
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
