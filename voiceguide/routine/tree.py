"""YAML as a tree of plain text, with a Span on every node and a limit on everything.

Only PyYAML's event stream is used, in its pure Python form: its C loader crashes on deep nesting, and its
constructors would turn `yes` into a truth value and `1:30` into ninety.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from voiceguide.source import MAX_SOURCE_BYTES, Problem, Span, error

if TYPE_CHECKING:
    import yaml

MAX_DEPTH = 32
MAX_NODES = 20_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text."""

    value: str
    span: Span
    one_line: bool = True
    """Whether it stands on one line, so that a place inside it can be counted from its start."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values, in the order written. Keys are unique."""

    pairs: tuple[tuple[Scalar, Node], ...]
    span: Span


Node: TypeAlias = Scalar | Sequence | Mapping


class UnreadableSource(Exception):
    """A file that is no tree at all. Holds the one Problem that stops the reading."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_text(path: Path) -> str:
    """Read a file an author wrote.

    Raises:
        UnreadableSource: it is missing, no regular file, over `MAX_SOURCE_BYTES`, or not UTF-8 text.
    """
    start = Span(str(path), 1, 1)

    def refuse(message: str, hint: str) -> UnreadableSource:
        return UnreadableSource(error(start, message, hint))

    try:
        # O_NONBLOCK, so that opening a named pipe nobody writes to cannot hang.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise refuse("this is not a file", "give the path of a routine file")
            if status.st_size > MAX_SOURCE_BYTES:
                raise refuse(f"the file is larger than {MAX_SOURCE_BYTES // 1024} KB", "split it with `include`")
            data = file.read(MAX_SOURCE_BYTES + 1)
    except FileNotFoundError:
        raise refuse("there is no such file", "check the spelling of its path") from None
    except IsADirectoryError:
        raise refuse("this is a folder, not a file", "give the path of a routine file in it") from None
    except (OSError, ValueError) as cause:
        reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
        raise refuse(f"the file cannot be read: {reason}", "check its permissions") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = data[: cause.start].count(b"\n") + 1
        column = cause.start - (data.rfind(b"\n", 0, cause.start) + 1) + 1
        place = Span(str(path), line, column)
        raise UnreadableSource(error(place, "this is not UTF-8 text", "save the file as UTF-8")) from None


def parse(text: str, file: str) -> tuple[Node, tuple[Problem, ...]]:
    """Read YAML text into a tree.

    Returns:
        The root, and the problems that still let the rest be read (a key written twice, an alias, a tag).

    Raises:
        UnreadableSource: the text is not YAML, is empty, or is nested or long beyond any routine.
    """
    import yaml

    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            builder.take(event)
    except yaml.reader.ReaderError as cause:
        before = text[: cause.position]
        place = Span(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise UnreadableSource(error(place, "a character here is not allowed in a text file", "remove it")) from None
    except yaml.MarkedYAMLError as cause:
        mark = cause.problem_mark or cause.context_mark
        place = Span(file, mark.line + 1, mark.column + 1) if mark else Span(file, 1, 1)
        message, hint = _plain_words(cause.problem or "")
        raise UnreadableSource(error(place, message, hint)) from None
    if builder.root is None:
        raise UnreadableSource(error(Span(file, 1, 1), "the file is empty", "start with `title:` and `steps:`"))
    return builder.root, tuple(builder.problems)


def _plain_words(problem: str) -> tuple[str, str]:
    """PyYAML's complaint in the words of someone who writes routines."""
    known = (
        ("mapping values are not allowed", "a colon here starts a new key", "put the text in quotes"),
        ("found character '\\t'", "a tab cannot be used to indent", "indent with spaces"),
        ("found character '%'", "a text cannot begin with %", "put the text in quotes"),
        ("found character '@'", "a text cannot begin with @", "put the text in quotes"),
        ("found character '`'", "a text cannot begin with `", "put the text in quotes"),
        ("found unexpected end of stream", "a quote is opened and never closed", "close it"),
        ("could not find expected ':'", "a key must be followed by a colon", "write `key: value`"),
        ("expected <block end>", "this line is indented unlike the ones around it", "line it up with them"),
        ("expected ',' or '}'", "a `{` is opened here or before and not closed", "close it, or quote the text"),
        ("expected ',' or ']'", "a `[` is opened here or before and not closed", "close it, or quote the text"),
    )
    for start, message, hint in known:
        if problem.startswith(start) or start in problem:
            return message, hint
    return f"this is not YAML: {problem or 'unreadable'}", "compare with a shipped routine: voiceguide show sciatica"


class _Builder:
    """Collects events into a tree, with a stack of its own so that depth costs nothing."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._open: list[tuple[type[Sequence] | type[Mapping], Span, list[Node]]] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        import yaml

        match event:
            case yaml.AliasEvent():
                span = self._span(event)
                self.problems.append(error(span, "aliases (*name) are not used in routines", "write the text again"))
                self._add(Scalar("", span))
            case yaml.ScalarEvent(value=value):
                self._check(event)
                one_line = "\n" not in value and self._lines(event) == 1
                self._add(Scalar(value, self._span(event), one_line))
            case yaml.SequenceStartEvent():
                self._check(event)
                self._enter(Sequence, event)
            case yaml.MappingStartEvent():
                self._check(event)
                self._enter(Mapping, event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                kind, span, children = self._open.pop()
                self._add(Sequence(tuple(children), span) if kind is Sequence else self._mapping(span, children))
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise UnreadableSource(error(self._span(event), "a second document begins here", "remove `---`"))

    def _span(self, event: yaml.Event) -> Span:
        mark = event.start_mark
        return Span(self.file, mark.line + 1, mark.column + 1) if mark else Span(self.file, 1, 1)

    def _lines(self, event: yaml.Event) -> int:
        start, end = event.start_mark, event.end_mark
        return end.line - start.line + 1 if start and end else 1

    def _check(self, event: yaml.Event) -> None:
        span = self._span(event)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise UnreadableSource(error(span, f"the file has more than {MAX_NODES} values", "split it with `include`"))
        if getattr(event, "anchor", None):
            self.problems.append(error(span, "anchors (&name) are not used in routines", "remove it"))
        if getattr(event, "tag", None):
            self.problems.append(error(span, "tags (!name) are not used in routines", "remove it"))

    def _enter(self, kind: type[Sequence] | type[Mapping], event: yaml.Event) -> None:
        span = self._span(event)
        if len(self._open) >= MAX_DEPTH:
            raise UnreadableSource(error(span, f"nested more than {MAX_DEPTH} deep", "use `include` or `repeat`"))
        self._open.append((kind, span, []))

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1][2].append(node)
        else:
            self.root = node

    def _mapping(self, span: Span, children: list[Node]) -> Mapping:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.problems.append(error(key.span, "a key must be a plain word", "write `key: value`"))
            elif key.value in pairs:
                first = pairs[key.value][0].span
                hint = f"it is already on line {first.line}"
                self.problems.append(error(key.span, f"`{key.value}` is written twice", hint))
            else:
                pairs[key.value] = (key, value)
        return Mapping(tuple(pairs.values()), span)
