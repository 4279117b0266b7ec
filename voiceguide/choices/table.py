"""How each wish is written: one table for the command line, `config.toml` and a routine's `defaults:`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeAlias, get_args

from voiceguide.base.errors import UnknownName, VoiceguideError
from voiceguide.base.source import known_as, nearest
from voiceguide.choices.model import (
    FASTEST,
    LOUDEST_BED_DB,
    QUIETEST_BED_DB,
    SLOWEST,
    Choices,
    DetailChoice,
    MoveOrder,
)

Value: TypeAlias = str | float | tuple[str, ...]
"""What a field of `Choices` holds."""

_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_LEVEL = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,2})?) ?dB", re.IGNORECASE)


class WrongValue(VoiceguideError, ValueError):
    """A value that its key cannot have. `key`, `message` and `hint` say which, what was expected, and what to write."""

    exit_code = 2

    def __init__(self, key: str, message: str, hint: str = "") -> None:
        self.key = key
        self.message = message
        self.hint = hint
        super().__init__(f"{message} ({hint})" if hint else message)


class ValueKind(Protocol):
    """What the values of a key look like."""

    toml: ClassVar[tuple[type, ...]]
    """The types they may have in `config.toml`."""

    @property
    def expected(self) -> str:
        """In words, to end the sentence "this should be"."""
        ...

    def read(self, raw: object) -> Value | None:
        """A value from how it was written, or from itself; None where it is something else."""
        ...

    def written(self, value: Value) -> str:
        """A value as `config.toml` has it."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """A text on one line."""

    toml: ClassVar[tuple[type, ...]] = (str,)
    expected: str
    may_be_empty: bool = True

    def read(self, raw: object) -> Value | None:
        """Blanks around it do not count."""
        text = _clean(raw)
        return text if text or (self.may_be_empty and text is not None) else None

    def written(self, value: Value) -> str:
        """In quotes."""
        return _quoted(str(value))


@dataclass(frozen=True, slots=True)
class Lines:
    """Several names, or one: a list, or one text with commas."""

    toml: ClassVar[tuple[type, ...]] = (str, list)
    expected: str

    def read(self, raw: object) -> Value | None:
        """An empty text is an empty list."""
        texts = [_clean(each) for each in raw] if isinstance(raw, list | tuple) else [_clean(raw)]
        names: dict[str, None] = {}
        for text in texts:
            if text is None:
                return None
            names |= dict.fromkeys(name for part in text.split(",") if (name := part.strip()))
        return tuple(names)

    def written(self, value: Value) -> str:
        """One alone, several in brackets."""
        quoted = [_quoted(name) for name in value] if isinstance(value, tuple) else [_quoted(str(value))]
        return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words."""

    toml: ClassVar[tuple[type, ...]] = (str,)
    options: tuple[str, ...]

    @property
    def expected(self) -> str:
        """All of them."""
        return f"one of {', '.join(self.options)}"

    def read(self, raw: object) -> Value | None:
        """Neither blanks around it nor capitals count."""
        text = _clean(raw)
        return None if text is None else known_as(text, self.options)

    def written(self, value: Value) -> str:
        """In quotes."""
        return _quoted(str(value))


@dataclass(frozen=True, slots=True)
class Number:
    """A number without a unit."""

    toml: ClassVar[tuple[type, ...]] = (int, float)
    low: float
    high: float

    @property
    def expected(self) -> str:
        """Its range."""
        return f"a number from {self.low:g} to {self.high:g}"

    def read(self, raw: object) -> Value | None:
        """From a number, or a text such as `0.9`."""
        number = float(raw) if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()) else raw
        if isinstance(number, bool) or not isinstance(number, int | float):
            return None
        return float(number) if self.low <= number <= self.high else None

    def written(self, value: Value) -> str:
        """As Python and TOML both print it."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Level:
    """A level in dB."""

    toml: ClassVar[tuple[type, ...]] = (str,)
    low: float
    high: float

    @property
    def expected(self) -> str:
        """Its range."""
        return f"a level from {self.low:g}dB to {self.high:g}dB"

    def read(self, raw: object) -> Value | None:
        """From a text such as `-18dB`; a number has its unit in its name already."""
        if isinstance(raw, str):
            match = _LEVEL.fullmatch(raw.strip())
            raw = float(match[1]) if match else None
        return Number(self.low, self.high).read(raw)

    def written(self, value: Value) -> str:
        """With its unit, in quotes."""
        return _quoted(f"{value:g}dB" if isinstance(value, float) else str(value))


@dataclass(frozen=True, slots=True)
class Key:
    """One wish that can be kept as a default."""

    name: str
    """In `config.toml` and in `defaults:`; after `--` on the command line."""
    field: str
    """Of `Choices`."""
    form: ValueKind
    example: Value

    @property
    def built_in(self) -> Value:
        """What it is where nobody says anything."""
        value: Value = getattr(Choices(), self.field)
        return value

    def read(self, raw: object) -> Value:
        """A value from how it was written (a text, a number, a list of texts), or from itself.

        Raises:
            WrongValue: it is none this key can have.
        """
        value = self.form.read(raw)
        if value is None:
            # All of a word's options stand in what was expected already.
            near = nearest(raw, self.form.options, 1) if isinstance(self.form, Word) and isinstance(raw, str) else ()
            hint = f"did you mean `{near[0]}`?" if near else ""
            shown = repr(raw[:40] if isinstance(raw, str) else raw)
            raise WrongValue(self.name, f"`{self.name}` should be {self.form.expected}, not {shown[:60]}", hint)
        return value

    def line(self, value: Value) -> str:
        """The line of `config.toml` that says it."""
        return f"{self.name} = {self.form.written(value)}"


KEYS = {
    key.name: key
    for key in (
        Key("engine", "engine", Line("the name of an engine, or auto", may_be_empty=False), "piper"),
        Key("voice", "voice", Line("the name of a voice, on one line"), "en_US-joe-medium"),
        Key("pace", "pace", Number(SLOWEST, FASTEST), 0.9),
        Key("profile", "profiles", Lines("the name of a profile, or a list of names"), "pregnant"),
        Key("bed", "bed", Line("the name of a bed or a sound file, on one line"), "rain"),
        Key("bed-level", "bed_level_db", Level(QUIETEST_BED_DB, LOUDEST_BED_DB), -20.0),
        Key("detail", "detail", Word(get_args(DetailChoice)), "brief"),
        Key("order", "order", Word(get_args(MoveOrder)), "side"),
    )
}
"""Every wish that can be kept as a default, by name."""


def key_named(name: str) -> Key:
    """The key called `name`.

    Raises:
        UnknownName: there is none.
    """
    known = known_as(name, KEYS)
    if known is None:
        raise UnknownName("setting", name, KEYS, "See them all: voiceguide config")
    return KEYS[known]


def _clean(raw: object) -> str | None:
    """A text without the blanks around it; None where it is no text, or holds what no terminal should be sent."""
    if not isinstance(raw, str) or any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in raw.strip()):
        return None
    return raw.strip()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
