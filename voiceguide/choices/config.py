"""Defaults that stick: `config.toml` in the user's data folder, and who wins where several have a say.

The command line wins over the config file, that over the routine's own `defaults:`, and that over what is built in.
Which keys there are, and what they may hold, is in one table: `voiceguide.choices.table.KEYS`.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, assert_never

from voiceguide.base.atomic import replacing
from voiceguide.base.errors import FileError, RoutineError
from voiceguide.base.paths import NO_HOME, is_nowhere
from voiceguide.base.source import Problem, UnreadableSource, did_you_mean, error
from voiceguide.base.units import DurationError, parse_duration, parse_range
from voiceguide.choices.model import LONGEST_SESSION_MS, SHORTEST_HOLD_MS, Choices
from voiceguide.choices.table import KEYS, Value, WrongValue, key_named
from voiceguide.choices.toml import Statement, statements
from voiceguide.routine.model import Default
from voiceguide.routine.search_path import data_folder
from voiceguide.routine.tree import read_text
from voiceguide.sound.beds.chosen import bed_called, is_file_name
from voiceguide.sound.beds.paths import beside

Origin = Literal["command line", "config", "routine", "built-in"]

_TOGETHER = ("engine", "voice")
"""A voice belongs to its engine: whoever names one of the two decides both."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A value, and who said it."""

    name: str
    value: Value
    origin: Origin


def config_path() -> Path:
    """Where the user's defaults are kept."""
    return data_folder() / "config.toml"


def require_known(path: Path) -> None:
    """Make sure that it is known where the user's defaults are kept.

    Raises:
        FileError: there is no home folder.
    """
    if is_nowhere(path):
        raise FileError(path, "Your defaults cannot be kept.", f"The reason: {NO_HOME}.")


def read_config(path: Path) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """Read defaults.

    Returns:
        The values by key, those with a mistake left out, and the mistakes. No file means no values.
    """
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    try:
        for statement in statements(_text(path), str(path)):
            checked = _checked(statement)
            if isinstance(checked, Problem):
                problems.append(checked)
            else:
                values[statement.key] = checked
    except UnreadableSource as cause:
        problems.append(cause.problem)
    return values, tuple(problems)


def load_config(path: Path) -> dict[str, Value]:
    """Read defaults that must be right.

    Raises:
        RoutineError: the file has mistakes; it holds them all.
    """
    values, problems = read_config(path)
    if problems:
        raise RoutineError(problems)
    return values


def resolve(
    command_line: Mapping[str, object], config: Mapping[str, object], routine: Mapping[str, object]
) -> dict[str, Setting]:
    """Every key of `KEYS`, with the value that counts and who said it.

    Args:
        command_line: what was asked for now, by key: values, or texts as they were written. None says nothing, nor
            does the empty tuple that an option for many gives when it was not used.
        config: what is kept, by key.
        routine: what the author thinks best, by key.

    Raises:
        WrongValue: a value its key cannot have.
        UnknownName: there is no such key.
    """
    built_in = {name: Setting(name, key.built_in, "built-in") for name, key in KEYS.items()}
    settings = dict(built_in)
    sources: tuple[tuple[Origin, Mapping[str, object]], ...] = (
        ("routine", routine),
        ("config", config),
        ("command line", command_line),
    )
    for origin, given in sources:
        said = {name: raw for name, raw in given.items() if raw is not None and raw != ()}
        if not said.keys().isdisjoint(_TOGETHER):
            settings |= {name: built_in[name] for name in _TOGETHER}
        settings |= {name: Setting(name, key_named(name).read(raw), origin) for name, raw in said.items()}
    return settings


def choices_from(settings: Mapping[str, Setting], **other: object) -> Choices:
    """The listener's choices.

    Args:
        settings: from `resolve`.
        **other: fields of `Choices` that no default is kept for.

    Raises:
        ValueError: what `Choices` refuses.
    """
    kept = {KEYS[name].field: setting.value for name, setting in settings.items()}
    return Choices(**kept, **other)  # type: ignore[arg-type]  # the table and Choices itself check the types


@dataclass(frozen=True, slots=True)
class Wanted:
    """A listener's choices."""

    choices: Choices
    kept: Mapping[str, str]
    """For each name of a setting that was not typed but kept: where, and how to have another."""


def choices_as_typed(typed: Mapping[str, str], routine: Mapping[str, Default], path: Path) -> Wanted:
    """What was typed on the command line, over the kept defaults and the routine's own.

    Args:
        typed: options by name, as they were written; those not given are absent.
        routine: the routine's `defaults:`.
        path: the routine, whose folder a bed it names must lie in.

    Raises:
        WrongValue: an option has a value it cannot have.
        RoutineError: the config file has mistakes.
        FileError: the routine names a bed outside its folder.
    """
    now = {name: text for name, text in typed.items() if name in KEYS}
    other = {field: read(typed[name]) for name, (field, read) in _ONCE.items() if name in typed}
    config = config_path()
    settings = resolve(now, load_config(config), {name: default.value for name, default in routine.items()})
    bed = settings["bed"]
    if bed.origin == "routine" and is_file_name(bed_called(str(bed.value))):
        try:
            settings["bed"] = replace(bed, value=str(beside(path, str(bed.value))))
        except FileError as cause:
            raise FileError(cause.path, f"{routine['bed'].span}: {cause.what}", cause.remedy) from cause
    kept = {name: _where(name, each.origin, config, routine) for name, each in settings.items()}
    return Wanted(choices_from(settings, **other), {name: where for name, where in kept.items() if where})


def _where(name: str, origin: Origin, config: Path, routine: Mapping[str, Default]) -> str:
    """Where a value is kept, and how to have another; empty for one that is not kept."""
    match origin:
        case "config":
            return f"It is kept in {config}; to forget it: voiceguide config unset {name}"
        case "routine":
            return f"It is a default of the routine, {routine[name].span}; to have another, give --{name}"
        case "command line" | "built-in":
            return ""
    assert_never(origin)


def _moves(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _length(text: str) -> int:
    """Minutes as people type them: a number, or a duration."""
    if re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text):
        text += "m"
    try:
        length_ms = parse_duration(text)
    except DurationError as cause:
        raise WrongValue("minutes", f"`minutes` should be a time, not {text[:40]!r}", "write 12 or 12m30s") from cause
    if not length_ms:
        raise WrongValue("minutes", "`minutes` should be more than no time at all", "write 12 or 12m30s")
    return length_ms


def _hold(text: str) -> tuple[int, int]:
    try:
        low, high = parse_range(text)
    except DurationError as cause:
        raise WrongValue("hold", f"`hold` should be a time, not {text[:40]!r}", cause.hint) from cause
    if not SHORTEST_HOLD_MS <= low <= high <= LONGEST_SESSION_MS:
        message = f"`hold` should be from {SHORTEST_HOLD_MS}ms to {LONGEST_SESSION_MS // 3_600_000}h, not {text[:40]!r}"
        raise WrongValue("hold", message, "write 45s, or 30s..60s")
    return low, high


_ONCE: dict[str, tuple[str, Callable[[str], object]]] = {
    "only": ("only", _moves),
    "skip": ("skip", _moves),
    "sore": ("sore", _moves),
    "hold": ("hold", _hold),
    "minutes": ("length_ms", _length),
}
"""Options that no default is kept for: the field of `Choices`, and how it is read."""


def set_value(path: Path, name: str, raw: object) -> Value:
    """Keep a default, and leave every other line of the file as it is.

    Raises:
        UnknownName, WrongValue: there is no such key, or it cannot have this value.
        RoutineError: the file has mistakes elsewhere.
        FileError: it cannot be written.
    """
    key = key_named(name)
    value = key.read(raw)
    text, mine = _found(path, key.name)
    if mine:
        text = text[: mine.value_start] + key.form.written(value) + text[mine.end :]
    else:
        ending = "\r\n" if "\r\n" in text else "\n"
        gap = ending if text and not text.endswith("\n") else ""
        text = f"{text}{gap}{key.line(value)}{ending}"
    _write(path, text)
    return value


def unset_value(path: Path, name: str) -> bool:
    """Remove a default with its line, and leave every other line of the file as it is.

    Returns:
        Whether there was one.

    Raises:
        UnknownName: the file has no such key, nor can any have it.
        RoutineError: the file has mistakes elsewhere.
        FileError: it cannot be written.
    """
    text, mine = _found(path, name)
    if mine is None:
        key_named(name)
        return False
    line_start = text.rfind("\n", 0, mine.start) + 1
    line_end = text.find("\n", mine.end) + 1 or len(text)
    _write(path, text[:line_start] + text[line_end:])
    return True


def _found(path: Path, name: str) -> tuple[str, Statement | None]:
    """The file's text, and where in it a key is set. What is wrong with that key itself does not matter.

    Raises:
        RoutineError: the file has mistakes elsewhere.
    """
    try:
        text = _text(path)
        found = statements(text, str(path))
    except UnreadableSource as cause:
        raise RoutineError([cause.problem]) from None
    others = [_checked(statement) for statement in found if statement.key != name]
    problems = [checked for checked in others if isinstance(checked, Problem)]
    if problems:
        raise RoutineError(problems)
    return text, next((statement for statement in found if statement.key == name), None)


def _text(path: Path) -> str:
    """What the file holds; empty where there is none.

    Raises:
        UnreadableSource: it cannot be read as text.
    """
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as cause:
        if cause.errno == errno.ENAMETOOLONG:
            # Nothing can be there.
            return ""
        # Else the reading below says what is wrong.
    try:
        return read_text(path)
    except UnreadableSource as cause:
        hint = "put it right, or move it away to go on without it"
        raise UnreadableSource(error(cause.problem.span, cause.problem.message, hint)) from None


def _checked(statement: Statement) -> Value | Problem:
    """The value of a statement, or why it has none that counts."""
    if not statement.key:
        message = "sections in brackets and keys with dots are not used here"
        return error(statement.span, message, "write each key on a line of its own: pace = 0.9")
    key = KEYS.get(statement.key)
    if key is None:
        message = f"`{statement.key[:40]}` is not a key of config.toml"
        return error(statement.span, message, did_you_mean(statement.key, KEYS))
    hint = f"write it like this: {key.line(key.example)}"
    # A truth value is an int to Python.
    if not isinstance(statement.value, key.form.toml) or isinstance(statement.value, bool):
        message = f"`{key.name}` should be {key.form.expected}, not {_kind(statement.value)}"
        return error(statement.value_span, message, hint)
    try:
        return key.read(statement.value)
    except WrongValue as cause:
        return error(statement.value_span, cause.message, cause.hint or hint)


def _kind(value: object) -> str:
    names = {str: "a text", bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")


def _write(path: Path, text: str) -> None:
    require_known(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A profile is nobody else's business; who has opened the file to others wants it so.
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
        with replacing(path) as file:
            Path(file.name).chmod(mode)
            file.write(text.encode("utf-8"))
    except FileError as cause:
        raise FileError(path, cause.what, "Make it writable, or name another folder in VOICEGUIDE_DATA_DIR.") from cause
    except OSError as cause:
        what = f"{path} was not written: {cause.strerror or cause}."
        raise FileError(path, what, "Make it writable, or name another folder in VOICEGUIDE_DATA_DIR.") from cause
