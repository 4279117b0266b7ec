"""The config file: defaults that the listener keeps, in `config.toml` of their data folder.

Which choices can be kept, and which values they can have, is in one table: `voiceguide.choices.table.KEPT`.
"""

from __future__ import annotations

import errno
from pathlib import Path

from voiceguide.base.atomic import replacing
from voiceguide.base.errors import FileError, RoutineError
from voiceguide.base.paths import NO_HOME, data_folder, is_nowhere
from voiceguide.base.source import Problem, UnreadableSource, did_you_mean, error
from voiceguide.base.text_files import read_text
from voiceguide.choices.kinds import Value
from voiceguide.choices.table import KEPT, WrongValue, kept_choice
from voiceguide.choices.toml import Statement, statements


def config_path() -> Path:
    """Return the path of the file that keeps the user's defaults."""
    return data_folder() / "config.toml"


def require_known(path: Path) -> None:
    """Make sure that the folder of the user's defaults is known.

    Raises:
        FileError: no home folder is known.
    """
    if is_nowhere(path):
        raise FileError(path, "Your defaults cannot be kept.", f"The reason: {NO_HOME}.")


def read_config(path: Path) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """Read defaults.

    Returns:
        The correct values by key, and the mistakes. A missing file has no values.
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
    """Read defaults, and refuse a file with mistakes.

    Raises:
        RoutineError: the file has mistakes. The exception holds them all.
    """
    values, problems = read_config(path)
    if problems:
        raise RoutineError(problems)
    return values


def set_value(path: Path, name: str, raw: object) -> Value:
    """Save a default, and leave every other line of the file unchanged.

    Raises:
        UnknownName, WrongValue: the key is unknown, or cannot have this value.
        RoutineError: the file has mistakes elsewhere.
        FileError: the file cannot be written.
    """
    key = kept_choice(name)
    value = key.read(raw)
    text, mine = _found(path, key.name)
    if mine:
        text = text[: mine.value_start] + key.kind.written(value) + text[mine.end :]
    else:
        ending = "\r\n" if "\r\n" in text else "\n"
        gap = ending if text and not text.endswith("\n") else ""
        text = f"{text}{gap}{key.line(value)}{ending}"
    _write(path, text)
    return value


def unset_value(path: Path, name: str) -> bool:
    """Remove a default with its line, and leave every other line of the file unchanged.

    Returns:
        Whether the file had this default.

    Raises:
        UnknownName: the key is not in the file, and is not a known key either.
        RoutineError: the file has mistakes elsewhere.
        FileError: the file cannot be written.
    """
    text, mine = _found(path, name)
    if mine is None:
        kept_choice(name)
        return False
    line_start = text.rfind("\n", 0, mine.start) + 1
    line_end = text.find("\n", mine.end) + 1 or len(text)
    _write(path, text[:line_start] + text[line_end:])
    return True


def _found(path: Path, name: str) -> tuple[str, Statement | None]:
    """Return the file's text, and the statement that sets a key. Mistakes in that statement are ignored.

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
    """Return the text of the file; empty if there is no file.

    Raises:
        UnreadableSource: the file cannot be read as text.
    """
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as cause:
        if cause.errno == errno.ENAMETOOLONG:
            # A file with such a long name cannot exist.
            return ""
        # For other errors, `read_text` below reports the reason.
    try:
        return read_text(path)
    except UnreadableSource as cause:
        hint = "put it right, or move it away to go on without it"
        raise UnreadableSource(error(cause.problem.span, cause.problem.message, hint)) from None


def _checked(statement: Statement) -> Value | Problem:
    """Return the value of a statement, or a problem if the value is wrong."""
    if not statement.key:
        message = "sections in brackets and keys with dots are not used here"
        return error(statement.span, message, "write each key on a line of its own: pace = 0.9")
    key = KEPT.get(statement.key)
    if key is None:
        message = f"`{statement.key[:40]}` is not a key of config.toml"
        return error(statement.span, message, did_you_mean(statement.key, KEPT))
    hint = f"write it like this: {key.line(key.example)}"
    # In Python, a bool is also an int.
    if not isinstance(statement.value, key.kind.toml) or isinstance(statement.value, bool):
        message = f"`{key.name}` should be {key.kind.expected}, not {_kind(statement.value)}"
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
        # A new file is private, because a profile says something about health. Permissions of an old file are kept.
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
        with replacing(path) as file:
            Path(file.name).chmod(mode)
            file.write(text.encode("utf-8"))
    except FileError as cause:
        raise FileError(path, cause.what, "Make it writable, or name another folder in VOICEGUIDE_DATA_DIR.") from cause
    except OSError as cause:
        what = f"{path} was not written: {cause.strerror or cause}."
        raise FileError(path, what, "Make it writable, or name another folder in VOICEGUIDE_DATA_DIR.") from cause
