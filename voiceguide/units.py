"""Durations and sample frames: parse, print, convert. No other module does arithmetic between them.

Authored time is whole milliseconds, placed time is whole frames, and `frames` is the one road between.
"""

from __future__ import annotations

import re

RATE = 44_100
"""Sample rate of every timeline, in Hz."""

_UNITS_MS = {"h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_PART = re.compile(r"(?:0|[1-9]\d{0,8})(?:\.\d{1,3})?")
_DURATION = re.compile(
    rf"(?:({_PART.pattern})h)?(?:({_PART.pattern})m(?!s))?(?:({_PART.pattern})s)?(?:({_PART.pattern})ms)?"
)


class DurationError(ValueError):
    """A text that is not a duration. `hint` says how to write what was probably meant."""

    def __init__(self, text: str, hint: str) -> None:
        super().__init__(f"{text!r} is not a duration")
        self.text = text
        self.hint = hint


def parse_duration(text: str) -> int:
    """Read a duration such as `45s`, `2m`, `1m30s`, `1.5m` or `250ms`.

    Returns:
        Milliseconds.

    Raises:
        DurationError: the text is something else, or could mean two things (`1:30`, `90`, `012s`).
    """
    match = _DURATION.fullmatch(text)
    if not text or match is None:
        raise DurationError(text, _duration_hint(text))
    total = 0
    for number, unit in zip(match.groups(), _UNITS_MS, strict=True):
        if number is not None:
            whole, _, fraction = number.partition(".")
            thousandths = int(whole) * 1000 + int(fraction.ljust(3, "0") or 0)
            total += _half_up(thousandths * _UNITS_MS[unit], 1000)
    return total


def parse_range(text: str) -> tuple[int, int]:
    """Read a duration or a range of two (`30s..60s`).

    Returns:
        Shortest and longest, in milliseconds; equal for a single duration.

    Raises:
        DurationError: an end is no duration, or the range runs backwards.
    """
    low_text, dots, high_text = text.partition("..")
    low = parse_duration(low_text.strip())
    high = parse_duration(high_text.strip()) if dots else low
    if high < low:
        raise DurationError(text, f"a range runs from short to long: write {high_text.strip()}..{low_text.strip()}")
    return low, high


def format_duration(ms: int) -> str:
    """Print milliseconds so that `parse_duration` reads the same number: `1m30s`, `0.5s`, `0s`."""
    minutes, rest = divmod(ms, 60_000)
    seconds = f"{rest // 1000}.{rest % 1000:03d}".rstrip("0").rstrip(".")
    if minutes and rest:
        return f"{minutes}m{seconds}s"
    return f"{minutes}m" if minutes else f"{seconds}s"


def format_clock(ms: int) -> str:
    """Print milliseconds as a player shows them, cut to whole seconds: `4:05`, `1:02:09`."""
    hours, rest = divmod(max(ms, 0) // 1000, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def frames(ms: int, rate: int = RATE) -> int:
    """Milliseconds to frames at `rate` Hz, rounded half up."""
    return _half_up(ms * rate, 1000)


def milliseconds(count: int, rate: int = RATE) -> int:
    """Frames at `rate` Hz to milliseconds, rounded half up. For display and tags, never for placing."""
    return _half_up(count * 1000, rate)


def seconds(count: int, rate: int = RATE) -> float:
    """Frames at `rate` Hz to seconds, to the microsecond, as JSON shows them."""
    return round(count / rate, 6)


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def _duration_hint(text: str) -> str:
    if re.fullmatch(r"\d+", text):
        number = int(text[:9])
        return f"add the unit: {number}s for seconds, {number}m for minutes"
    if clock := re.fullmatch(r"(\d+):(\d+)", text):
        minutes, secs = int(clock[1][:9]), int(clock[2][:9])
        return f"write {minutes}m{secs}s for minutes and seconds"
    if re.search(r"(^|[^\d.])0\d", text):
        return "write it without the leading zero"
    if re.fullmatch(r"[\d.]+\s*(s|sec|secs|second|seconds)\.?", text, re.IGNORECASE):
        return f"write {re.match(r'[0-9.]+', text)[0]}s"  # type: ignore[index]  # the fullmatch above has the digits
    if re.fullmatch(r"[\d.]+\s*(m|min|mins|minute|minutes)\.?", text, re.IGNORECASE):
        return f"write {re.match(r'[0-9.]+', text)[0]}m"  # type: ignore[index]  # as above
    return "write it like 45s, 2m or 1m30s"
