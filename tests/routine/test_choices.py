"""A listener's wishes are within what can be followed."""

from __future__ import annotations

import pytest

from voiceguide.routine.choices import FASTEST, SLOWEST, Choices


@pytest.mark.parametrize("pace", [SLOWEST, 1.0, FASTEST])
def test_paces_that_can_be_followed(pace: float) -> None:
    assert Choices(pace=pace).pace == pace


@pytest.mark.parametrize("pace", [0.0, 0.49, 2.01, -1.0, float("nan"), float("inf")])
def test_paces_that_cannot(pace: float) -> None:
    with pytest.raises(ValueError, match=r"from 0\.5 to 2"):
        Choices(pace=pace)
