"""Fitting a session to a length: one stretch for every elastic hold, so that the session ends when it should."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

STEPS = 1 << 20
"""Stretches tried lie on this grid, finer than a millisecond of any hold."""


def stretch_to(target: int, length_at: Callable[[Fraction], int]) -> Fraction:
    """The stretch at which a session lasts most nearly `target` frames.

    Args:
        target: frames, between the lengths at stretch 0 and 1 for an exact fit; the nearer end otherwise.
        length_at: frames of the session at a stretch; must not fall as the stretch grows.
    """
    low, high = 0, STEPS
    while high - low > 1:
        middle = (low + high) // 2
        if length_at(Fraction(middle, STEPS)) < target:
            low = middle
        else:
            high = middle
    return min(
        (Fraction(low, STEPS), Fraction(high, STEPS)), key=lambda stretch: (abs(length_at(stretch) - target), stretch)
    )
