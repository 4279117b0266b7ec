"""A listener's wishes are within what can be followed."""

from __future__ import annotations

from typing import Any

import pytest

from voiceguide.routine.choices import FASTEST, SLOWEST, Choices


@pytest.mark.parametrize("pace", [SLOWEST, 1.0, FASTEST])
def test_paces_that_can_be_followed(pace: float) -> None:
    assert Choices(pace=pace).pace == pace


@pytest.mark.parametrize("pace", [0.0, 0.49, 2.01, -1.0, float("nan"), float("inf")])
def test_paces_that_cannot(pace: float) -> None:
    with pytest.raises(ValueError, match=r"from 0\.5 to 2"):
        Choices(pace=pace)


@pytest.mark.parametrize(
    ("wish", "complaint"),
    [
        ({"only": "LI4"}, "only takes several names: ('LI4',) for one, not 'LI4'"),
        ({"profiles": "pregnant"}, "profiles takes several names: ('pregnant',) for one, not 'pregnant'"),
        ({"pace": "slow"}, "pace must be a number, not 'slow'"),
        ({"hold": 45_000}, "hold takes a shortest and a longest, in milliseconds, not 45000"),
    ],
)
def test_another_kind_of_value_is_refused_in_words(wish: dict[str, Any], complaint: str) -> None:
    with pytest.raises(TypeError) as caught:
        Choices(**wish)
    assert str(caught.value) == complaint


def test_names_may_come_in_a_list() -> None:
    assert Choices(only=["LI4"]).only == ("LI4",)  # type: ignore[arg-type]  # as one writes it by hand
