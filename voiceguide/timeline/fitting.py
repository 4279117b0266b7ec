"""Fitting a session to a length: finds the one stretch, used by every elastic hold, that gives this length."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

STEPS = 1 << 20
"""Number of steps between stretch 0 and 1. One step changes any hold by less than a millisecond."""


def stretch_to(target: int, length_at: Callable[[Fraction], int]) -> Fraction:
    """Return the stretch at which a session's length is closest to `target` frames.

    Args:
        target: the wanted length in frames. Outside the lengths at stretch 0 and 1, the nearer end is used.
        length_at: gives the session's length in frames at a stretch; it must not fall when the stretch grows.
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
