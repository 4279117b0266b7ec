"""Moments in a hold, exact to the frame."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from voiceguide.script.cues import END, HALF, START, Anchor


def test_start_half_and_end_are_found() -> None:
    assert [anchor.at(101, 0) for anchor in (START, HALF, END)] == [0, 51, 101]
    assert Anchor(Fraction(1), -5_000).at(45_000, -5_000) == 40_000


@given(st.fractions(0, 1), st.integers(0, 10**9), st.integers(-(10**6), 10**6))
def test_a_moment_is_rounded_half_up(fraction: Fraction, length: int, offset: int) -> None:
    assert Anchor(fraction, 7).at(length, offset) == floor(fraction * length + Fraction(1, 2)) + offset
