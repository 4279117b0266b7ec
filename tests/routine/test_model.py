"""The values of a routine."""

from __future__ import annotations

import pytest

from voiceguide.base.source import Span
from voiceguide.routine.model import Group, Length, PauseStep, each_once

HERE = Span("a", 1, 1)


@pytest.mark.parametrize(
    ("low", "high", "usual"),
    [(30, 60, 45), (45, 60, 55), (30, 30, 30), (31, 33, 31), (20, 25, 25), (1, 4, 4), (7, 8, 8), (0.5, 0.7, 0.5)],
)
def test_the_usual_length_is_the_middle_rounded_to_five_seconds(low: float, high: float, usual: float) -> None:
    length = Length(round(low * 1000), round(high * 1000), HERE)
    assert length.usual_ms == usual * 1000


def test_the_author_may_choose_another_usual_length() -> None:
    assert Length(30_000, 60_000, HERE, chosen_ms=31_000).usual_ms == 31_000


def test_a_part_that_is_included_often_is_walked_once() -> None:
    pause = PauseStep(Length(1, 1, HERE), HERE)
    inner: tuple[Group | PauseStep, ...] = (pause,)
    for _ in range(40):
        inner = (Group(2, inner, HERE), Group(2, inner, HERE))
    assert list(each_once(inner)) == [pause]
