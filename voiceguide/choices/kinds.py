"""Kinds of values that choices have: how each kind is written, and its range."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeAlias

from voiceguide.base.source import known_as
from voiceguide.base.units import DurationError, format_duration, parse_duration, parse_range

Value: TypeAlias = str | float | tuple[str, ...] | tuple[int, int]
"""Value of a choice, as in the field of `Choices`."""

_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_LEVEL = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,2})?) ?dB", re.IGNORECASE)


class Refused(Exception):
    """A choice cannot have this value. `expected` and `hint` are more exact than those of the kind."""

    def __init__(self, expected: str, hint: str = "") -> None:
        super().__init__(expected)
        self.expected = expected
        self.hint = hint


class ValueKind(Protocol):
    """A kind of value: how it is written, on the command line and in `config.toml`, and its range."""

    toml: ClassVar[tuple[type, ...]]
    """Types that the values may have in `config.toml`."""

    @property
    def expected(self) -> str:
        """End of the sentence "this should be ..."."""
        ...

    def read(self, raw: object) -> Value | None:
        """Return the value of a text or TOML value, or of a finished value; None if it is not of this kind.

        Raises:
            Refused: the text is not of this kind, and the exception says more about it.
        """
        ...

    def written(self, value: Value) -> str:
        """Return a value as it is written in `config.toml`."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """A text on one line."""

    toml: ClassVar[tuple[type, ...]] = (str,)
    expected: str
    may_be_empty: bool = True

    def read(self, raw: object) -> Value | None:
        """Return the text without blanks around it."""
        text = _clean(raw)
        return text if text or (self.may_be_empty and text is not None) else None

    def written(self, value: Value) -> str:
        """Return the value in quotes."""
        return _quoted(str(value))


@dataclass(frozen=True, slots=True)
class Lines:
    """Several names, or one: a list, or one text with commas."""

    toml: ClassVar[tuple[type, ...]] = (str, list)
    expected: str

    def read(self, raw: object) -> Value | None:
        """Return the names. An empty text is an empty list."""
        texts = [_clean(each) for each in raw] if isinstance(raw, list | tuple) else [_clean(raw)]
        names: dict[str, None] = {}
        for text in texts:
            if text is None:
                return None
            names |= dict.fromkeys(name for part in text.split(",") if (name := part.strip()))
        return tuple(names)

    def written(self, value: Value) -> str:
        """Return one name in quotes, or several in brackets."""
        quoted = [_quoted(str(name)) for name in value] if isinstance(value, tuple) else [_quoted(str(value))]
        return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words."""

    toml: ClassVar[tuple[type, ...]] = (str,)
    options: tuple[str, ...]

    @property
    def expected(self) -> str:
        """List the words."""
        return f"one of {', '.join(self.options)}"

    def read(self, raw: object) -> Value | None:
        """Return the word. Blanks around it and capitals are ignored."""
        text = _clean(raw)
        return None if text is None else known_as(text, self.options)

    def written(self, value: Value) -> str:
        """Return the value in quotes."""
        return _quoted(str(value))


@dataclass(frozen=True, slots=True)
class Number:
    """A number without a unit."""

    toml: ClassVar[tuple[type, ...]] = (int, float)
    low: float
    high: float

    @property
    def expected(self) -> str:
        """Describe the range."""
        return f"a number from {self.low:g} to {self.high:g}"

    def read(self, raw: object) -> Value | None:
        """Return a number from a number or a text such as `0.9`."""
        number = float(raw) if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()) else raw
        if isinstance(number, bool) or not isinstance(number, int | float):
            return None
        return float(number) if self.low <= number <= self.high else None

    def written(self, value: Value) -> str:
        """Return the number as Python and TOML both print it."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Level:
    """A level in dB."""

    toml: ClassVar[tuple[type, ...]] = (str,)
    low: float
    high: float

    @property
    def expected(self) -> str:
        """Describe the range."""
        return f"a level from {self.low:g}dB to {self.high:g}dB"

    def read(self, raw: object) -> Value | None:
        """Return a level from a number of dB or a text such as `-18dB`."""
        if isinstance(raw, str):
            match = _LEVEL.fullmatch(raw.strip())
            raw = float(match[1]) if match else None
        return Number(self.low, self.high).read(raw)

    def written(self, value: Value) -> str:
        """Return the level with its unit, in quotes."""
        return _quoted(f"{value:g}dB" if isinstance(value, float) else str(value))


@dataclass(frozen=True, slots=True)
class Range:
    """A duration, or a range of two, in milliseconds."""

    toml: ClassVar[tuple[type, ...]] = (str,)
    low_ms: int
    high_ms: int

    @property
    def expected(self) -> str:
        """Describe the limits."""
        return f"from {self.low_ms}ms to {self.high_ms // 3_600_000}h"

    def read(self, raw: object) -> Value | None:
        """Return the shortest and the longest duration, from a text such as `45s` or `30s..60s`."""
        if isinstance(raw, tuple):
            return raw
        try:
            low, high = parse_range(str(raw))
        except DurationError as cause:
            raise Refused("a time", cause.hint) from cause
        if not self.low_ms <= low <= high <= self.high_ms:
            raise Refused(self.expected, "write 45s, or 30s..60s")
        return low, high

    def written(self, value: Value) -> str:
        """Return the value in quotes."""
        ends = [format_duration(int(each)) for each in value] if isinstance(value, tuple) else [str(value)]
        return _quoted("..".join(dict.fromkeys(ends)))


@dataclass(frozen=True, slots=True)
class Minutes:
    """A length: a number of minutes, or a duration. Its value is in milliseconds."""

    toml: ClassVar[tuple[type, ...]] = (str,)
    expected: ClassVar[str] = "a time"

    def read(self, raw: object) -> Value | None:
        """Return milliseconds, from a text such as `12` or `12m30s`."""
        if isinstance(raw, int):
            return raw
        text = f"{raw}m" if re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", str(raw)) else str(raw)
        try:
            length_ms = parse_duration(text)
        except DurationError as cause:
            raise Refused("a time", "write 12 or 12m30s") from cause
        if not length_ms:
            raise Refused("more than no time at all", "write 12 or 12m30s")
        return length_ms

    def written(self, value: Value) -> str:
        """Return the value in quotes."""
        return _quoted(format_duration(int(value)) if isinstance(value, int | float) else str(value))


def _clean(raw: object) -> str | None:
    """Return a text without the blanks around it; None if it is no text, or has characters unsafe for a terminal."""
    if not isinstance(raw, str) or any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in raw.strip()):
        return None
    return raw.strip()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
