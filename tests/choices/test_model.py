"""A listener's choices are refused when no session can follow them."""

from __future__ import annotations

from typing import Any

import pytest

from voiceguide.choices.model import FASTEST, SLOWEST, Choices


@pytest.mark.parametrize("pace", [SLOWEST, 1.0, FASTEST])
def test_paces_that_can_be_followed(pace: float) -> None:
    assert Choices(pace=pace).pace == pace


@pytest.mark.parametrize("pace", [0.0, 0.49, 2.01, -1.0, float("nan"), float("inf")])
def test_paces_that_cannot(pace: float) -> None:
    with pytest.raises(ValueError, match=r"from 0\.5 to 2"):
        Choices(pace=pace)


@pytest.mark.parametrize(
    ("choice", "complaint"),
    [
        ({"only": "LI4"}, "only takes several names: ('LI4',) for one, not 'LI4'"),
        ({"profiles": "pregnant"}, "profiles takes several names: ('pregnant',) for one, not 'pregnant'"),
        ({"pace": "slow"}, "pace must be a number, not 'slow'"),
        ({"pace": True}, "pace must be a number, not True"),
        ({"hold": (1.5, 2)}, "hold takes a shortest and a longest, in milliseconds, not (1.5, 2)"),
        ({"length_ms": 1.5}, "length_ms must be whole milliseconds, not 1.5"),
        ({"hold": 45_000}, "hold takes a shortest and a longest, in milliseconds, not 45000"),
    ],
)
def test_another_kind_of_value_is_refused_in_words(choice: dict[str, Any], complaint: str) -> None:
    with pytest.raises(TypeError) as caught:
        Choices(**choice)
    assert str(caught.value) == complaint


def test_names_may_come_in_a_list() -> None:
    assert Choices(only=["LI4"]).only == ("LI4",)  # type: ignore[arg-type]  # as one writes it by hand


@pytest.mark.parametrize("hold", [(0, 0), (0, 5_000), (-1, 5), (2, 1), (1, 43_200_001)])
def test_holds_of_no_time_or_absurd_ones_are_refused(hold: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="hold must be from 1 ms to 43200000 ms, the shorter first"):
        Choices(hold=hold)


def test_holds_from_the_shortest_to_the_longest_are_taken() -> None:
    assert Choices(hold=(1, 43_200_000)).hold == (1, 43_200_000)


@pytest.mark.parametrize("level_db", [-40.1, -9.9, -8.0, -6.0, float("nan")])
def test_levels_of_a_bed_that_no_bed_can_have_are_refused(level_db: float) -> None:
    with pytest.raises(ValueError, match=r"from -40\.0 to -10\.0"):
        Choices(bed_level_db=level_db)
