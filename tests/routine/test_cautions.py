"""Applying the cautions of a move: it is done, replaced or left out."""

from __future__ import annotations

from itertools import permutations

import pytest

from voiceguide.base.source import Span
from voiceguide.routine.cautions import ORDER, Outcome, outcome, replacements_that_lead_nowhere
from voiceguide.routine.model import Caution, CautionAction, Length, Move, Text

HERE = Span("moves.yaml", 1, 1)


def caution(when: str, action: CautionAction, use: str = "") -> Caution:
    return Caution(when, action, Text(f"{when} {action} {use}".strip(), HERE), use)


def move(key: str, *cautions: Caution) -> Move:
    return Move(
        key=key,
        name=key,
        part="",
        where=(),
        how=(),
        care=(),
        why=(),
        brief=(),
        hold=Length(1000, 1000, HERE),
        sides="single",
        settle_ms=0,
        rhythm=None,
        cueing=None,
        posture="",
        cautions=cautions,
        sources=(),
        span=HERE,
    )


def found(moves: list[Move], *profiles: str) -> tuple[str, list[str]]:
    """Key of what is done in the place of the first move, and what is told, in order."""
    done = outcome(moves[0], profiles, moves)
    return done.move.key if done.move else "", [each.say.value for _, each in done.told]


def test_a_move_without_a_caution_for_the_listener_is_done() -> None:
    assert found([move("A", caution("knee", "drop"))], "pregnant") == ("A", [])


@pytest.mark.parametrize("order", [*permutations(("drop", "replace", "warn"))])
def test_leaving_out_wins_over_replacing_and_that_over_warning(order: tuple[CautionAction, ...]) -> None:
    cautions = [caution(f"for-{action}", action, "B" if action == "replace" else "") for action in order]
    moves = [move("A", *cautions), move("B")]
    assert found(moves, *(each.when for each in cautions)) == ("", ["for-drop drop"])
    assert found(moves, "for-warn", "for-replace") == ("B", ["for-replace replace B"])
    assert found(moves, "for-replace", "for-warn") == ("B", ["for-replace replace B"])
    assert found(moves, "for-warn") == ("A", ["for-warn warn"])
    assert ORDER == ("drop", "replace", "warn")


def test_the_listener_hears_every_warning() -> None:
    both = move("A", caution("knee", "warn"), caution("back", "warn"))
    assert found([both], "back", "knee") == ("A", ["knee warn", "back warn"])


def test_the_cautions_of_a_replacement_are_heeded() -> None:
    first = move("A", caution("pregnant", "replace", "B"))
    assert found([first, move("B", caution("pregnant", "drop"))], "pregnant") == ("", ["pregnant drop"])
    assert found([first, move("B", caution("knee", "drop"))], "pregnant", "knee") == ("", ["knee drop"])
    told = ["pregnant replace B", "knee warn"]
    assert found([first, move("B", caution("knee", "warn"))], "knee", "pregnant") == ("B", told)


def test_a_replacement_may_be_replaced() -> None:
    chain = [move("A", caution("p", "replace", "B")), move("B", caution("p", "replace", "C")), move("C")]
    assert found(chain, "p") == ("C", ["p replace B", "p replace C"])
    last = move("C", caution("q", "drop"))
    assert outcome(chain[0], ("p", "q"), [*chain[:2], last]) == Outcome(
        None, ((last, last.cautions[0]),), (chain[0], chain[1])
    )


def test_the_first_replacement_that_can_be_done_is_done() -> None:
    moves = [
        move("A", caution("p", "replace", "B"), caution("q", "replace", "C")),
        move("B", caution("q", "drop")),
        move("C"),
    ]
    assert found(moves, "p", "q") == ("C", ["q replace C"])
    assert found(moves, "q", "p") == ("C", ["q replace C"])
    assert found(moves, "p") == ("B", ["p replace B"])


def test_moves_that_replace_each_other_are_left_out() -> None:
    circle = [move("A", caution("p", "replace", "B")), move("B", caution("p", "replace", "A"))]
    assert found(circle, "p") == ("", [])
    assert found([move("A", caution("p", "replace", "A"))], "p") == ("", [])
    assert found([move("A", caution("p", "replace", "Z"))], "p") == ("", [])


def test_two_profiles_may_close_a_circle_that_neither_closes_alone() -> None:
    circle = [move("A", caution("p", "replace", "B")), move("B", caution("q", "replace", "A"))]
    assert found(circle, "p")[0] == "B"
    assert found(circle, "q")[0] == "A"
    assert found(circle, "p", "q") == ("", [])
    (problem,) = replacements_that_lead_nowhere(circle[:1], circle)
    assert problem.message == "nothing takes the place of `A` for `p` with `q`: `B` is not done either"


def test_a_replacement_that_leads_nowhere_is_a_warning_once_for_each_move_and_profile() -> None:
    moves = [
        move("A", caution("p", "replace", "B"), caution("q", "warn")),
        move("B", caution("p", "drop")),
        move("C", caution("p", "replace", "D")),
        move("D"),
    ]
    (problem,) = replacements_that_lead_nowhere(moves, moves)
    assert (problem.severity, problem.span) == ("warning", HERE)
    assert problem.message == "nothing takes the place of `A` for `p`: `B` is not done either"
    assert [*replacements_that_lead_nowhere(moves[1:], moves)] == []
