"""Durations and sample frames: parse, print, convert. No other module does arithmetic between them.

Times in a routine are whole milliseconds, times in a timeline are whole frames; only `frames` converts between them.
"""

from __future__ import annotations

import re

RATE = 44_100
"""Sample rate of every timeline, in Hz."""

_UNITS_MS = {"h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_NUMBER = r"((?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,3})?)"
_DURATION = re.compile(rf"(?:{_NUMBER}h)?(?:{_NUMBER}m(?!s))?(?:{_NUMBER}s)?(?:{_NUMBER}ms)?")


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
        DurationError: the text is no duration, or could mean two things (`1:30`, `90`, `012s`).
    """
    match = _DURATION.fullmatch(text)
    if not text or match is None:
        raise DurationError(text, _hint(text))
    total = 0
    for number, unit in zip(match.groups(), _UNITS_MS, strict=True):
        if number is not None:
            whole, _, fraction = number.partition(".")
            thousandths = int(whole) * 1000 + int(fraction.ljust(3, "0"))
            total += _half_up(thousandths * _UNITS_MS[unit], 1000)
    return total


def parse_range(text: str) -> tuple[int, int]:
    """Read a duration or a range of two (`30s..60s`).

    Returns:
        Shortest and longest, in milliseconds; equal for a single duration.

    Raises:
        DurationError: the text is neither, or the range ends before it begins.
    """
    if ".." not in text:
        low = parse_duration(text)
        return low, low
    low_text, high_text = (part.strip() for part in text.split("..", 1))
    try:
        low, high = parse_duration(low_text), parse_duration(high_text)
    except DurationError:
        raise DurationError(text, _hint(text)) from None
    if high < low:
        raise DurationError(text, f"a range runs from short to long: write {high_text}..{low_text}")
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


def format_about(ms: int) -> str:
    """Print an estimated length without false precision: `17 minutes`, `1 minute`, `25 seconds`.

    A length below one minute is rounded to five seconds.
    """
    if ms < 60_000:
        return f"{max(5 * _half_up(ms, 5_000), 5)} seconds"
    minutes = _half_up(ms, 60_000)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def frames(ms: int, rate: int = RATE) -> int:
    """Convert milliseconds to frames at `rate` Hz, rounded half up."""
    return _half_up(ms * rate, 1000)


def milliseconds(count: int, rate: int = RATE) -> int:
    """Convert frames at `rate` Hz to milliseconds, rounded half up. For display and tags, never for placing."""
    return ticks(count, 1000, rate)


def ticks(count: int, per_second: int, rate: int = RATE) -> int:
    """Convert frames at `rate` Hz to ticks of a file format, `per_second` in a second, rounded half up."""
    return _half_up(count * per_second, rate)


def seconds(count: int, rate: int = RATE) -> float:
    """Convert frames at `rate` Hz to seconds for JSON, rounded to microseconds."""
    return round(count / rate, 6)


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


_LONGEST_GUESSED = 40
"""Greatest length of a text that is taken for a misspelt duration."""

# Common misspellings of durations, and their corrections.
_REPAIRS = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"\s+|\band\b|^[\[(\"']+|[\])\"']+$", ""),
        (r"(?<=[0-9]),(?=[0-9])", "."),
        (r"(?<=[0-9])(?:milliseconds?|millis|msecs?)\.?", "ms"),
        (r"(?<=[0-9])(?:seconds?|secs?)\.?", "s"),
        (r"(?<=[0-9])(?:minutes?|mins?)\.?", "m"),
        (r"(?<=[0-9])(?:hours?|hrs?)\.?", "h"),
        (r"^([0-9]{1,2}):([0-9]{2})$", r"\1m\2s"),
        (r"^([0-9]{1,2}):([0-9]{2}):([0-9]{2})$", r"\1h\2m\3s"),
        (r"(?<=h)([0-9]+)$", r"\1m"),
        (r"(?<=m)([0-9]+)$", r"\1s"),
        (r"(?<![0-9.])0+(?=[0-9])", ""),
        (r"(?<=[0-9])\.0*(?![0-9])", ""),
        (r"(?<![0-9])\.(?=[0-9])", "0."),
        (r"^0[hm](?=[0-9])|(?<=[hms])0[ms]$", ""),
    )
)
_TO = re.compile(r"\s*(?:\.{2,3}|…|–|—|-|\bto\b)\s*")


def _hint(text: str) -> str:
    """Return a hint how to write the duration that was probably meant. `parse_duration` can read its suggestion."""
    text = text.strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return f"add the unit: {int(text)}s for seconds, {int(text)}m for minutes"
    if len(text) <= _LONGEST_GUESSED:
        ends = _TO.split(text)
        if len(ends) == 2 and all(ends):
            # In "30-60s" the unit belongs to both numbers.
            unit = re.search(r"[a-zA-Z. ]*$", ends[1])
            low = _repaired(ends[0]) or _repaired(ends[0] + (unit[0] if unit else ""))
            high = _repaired(ends[1])
            if low and high and parse_duration(low) <= parse_duration(high):
                return f"write {low}..{high}"
            return "write a range like 30s..60s"
        if guess := _repaired(text.lstrip("-")):
            clock = " for minutes and seconds" if text.count(":") == 1 else ""
            return f"write {guess}{clock}"
    return "write it like 45s, 2m or 1m30s"


def _repaired(text: str) -> str:
    """Return the text as a duration with common misspellings corrected; empty if it is still no duration."""
    text = text.strip().lower()
    for pattern, written in _REPAIRS:
        text = pattern.sub(written, text)
    return text if _DURATION.fullmatch(text) else ""
