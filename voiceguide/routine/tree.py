"""YAML as a tree of plain texts. Every node has a Span, and size and depth are limited.

This module uses only the event stream of PyYAML, in pure Python: its C loader crashes on deep nesting, and its
constructors would turn `yes` into a boolean and `1:30` into ninety.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from voiceguide.base.source import Problems, Span, UnreadableSource, error, split_lines, warning
from voiceguide.base.text_files import NO_TEXT

if TYPE_CHECKING:
    import yaml

MAX_DEPTH = 32
MAX_NODES = 10_000

_NOTE_IN_TEXT = re.compile(r"[ \t]+(#\w+)")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text."""

    value: str
    span: Span
    written: str = ""
    """Text in the file from `span` on, with its quotes and line breaks."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file. Keys are unique."""

    pairs: tuple[tuple[Scalar, Node], ...]
    span: Span


Node: TypeAlias = Scalar | Sequence | Mapping


def parse(text: str, file: str, problems: Problems) -> Node:
    """Read YAML text into a tree. A mistake after which the rest can still be read goes to `problems`.

    Raises:
        UnreadableSource: the text is not YAML, is empty, or is nested too deeply or too long.
    """
    builder = _Builder(text, file, problems)
    for event in _events(text, file):
        builder.take(event)
    if builder.root is None:
        hint = "start with `title:` and `steps:`"
        raise UnreadableSource(error(Span(file, 1, 1), "there is nothing in this file", hint))
    return builder.root


def _events(text: str, file: str) -> Iterator[yaml.Event]:
    import yaml

    loader = yaml.SafeLoader(text)
    try:
        while loader.check_event():
            yield loader.get_event()  # type: ignore[no-untyped-call]  # its stubs leave it out
    except yaml.MarkedYAMLError as cause:
        from voiceguide.routine.yaml_errors import explain

        raise UnreadableSource(explain(cause, split_lines(text), file)) from None
    except (yaml.YAMLError, OverflowError, ValueError):
        # PyYAML converts numbers without a check of their size: `"\UFFFFFFFF"`, `%YAML 1.111...`
        mark = loader.get_mark()
        place = Span(file, mark.line + 1, mark.column + 1)
        raise UnreadableSource(error(place, "this character or number cannot be used", "remove it")) from None


def _marks(event: yaml.Event) -> tuple[yaml.Mark, yaml.Mark]:
    """Return the start and the end of an event. PyYAML's parser sets both for every event."""
    return cast("tuple[yaml.Mark, yaml.Mark]", (event.start_mark, event.end_mark))


class _Builder:
    """Collects events into a tree. It has its own stack, so depth does not use up Python's stack."""

    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self.root: Node | None = None
        self._text = text
        self._file = file
        self._problems = problems
        self._open: list[tuple[type[Sequence] | type[Mapping], Span, list[Node]]] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        import yaml

        match event:
            case yaml.AliasEvent():
                self._add(Scalar(f"*{event.anchor}", self._new_node(event, "*")))
            case yaml.ScalarEvent():
                self._add(self._scalar(event))
            case yaml.SequenceStartEvent():
                self._enter(Sequence, event)
            case yaml.MappingStartEvent():
                self._enter(Mapping, event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                kind, span, children = self._open.pop()
                self._add(Sequence(tuple(children), span) if kind is Sequence else self._mapping(span, children))
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    message = "a line of `---` cannot stand inside a file"
                    raise UnreadableSource(error(self._span(event), message, "remove it"))

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        span = self._new_node(event)
        start, end = _marks(event)
        # Replace the codes, so that no message contains them.
        value, codes = NO_TEXT.subn("\N{REPLACEMENT CHARACTER}", event.value)
        if codes:
            hint = "remove the backslash and what follows it"
            self._problems.add(error(span, "this text has a code in it that is no character", hint))
        if event.style is None and (note := _NOTE_IN_TEXT.match(self._text, end.index)):
            message = f"the text ends before `{note[1]}`, because # begins a note"
            place = Span(self._file, end.line + 1, end.column + 1 + note.start(1) - end.index)
            self._problems.add(warning(place, message, "put the text in quotes"))
        return Scalar(value, span, self._text[start.index : end.index])

    def _span(self, event: yaml.Event) -> Span:
        start, _ = _marks(event)
        return Span(self._file, start.line + 1, start.column + 1)

    def _new_node(self, event: yaml.NodeEvent, mark: str = "") -> Span:
        """Count a node and return its place. `mark` begins an alias, an anchor or a tag; routines need none of them."""
        span = self._span(event)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            hint = "split it with `include`"
            raise UnreadableSource(error(span, f"the file has more than {MAX_NODES:,} values", hint))
        mark = mark or ("&" if event.anchor else "!" if getattr(event, "tag", None) else "")
        if mark:
            self._problems.add(error(span, f"a text cannot begin with `{mark}`", "put the text in quotes"))
        return span

    def _enter(self, kind: type[Sequence] | type[Mapping], event: yaml.NodeEvent) -> None:
        span = self._new_node(event)
        if len(self._open) >= MAX_DEPTH:
            message = f"this lies more than {MAX_DEPTH} levels deep"
            raise UnreadableSource(error(span, message, "put inner steps in a part, and `include` it"))
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
                self._problems.add(error(key.span, "a key must be a plain word", "write `key: value`"))
            elif not key.value:
                self._problems.add(error(key.span, "a word is missing before the colon", "write `key: value`"))
            elif key.value in pairs:
                hint = f"it is already on line {pairs[key.value][0].span.line}"
                self._problems.add(error(key.span, f"`{key.value}` is written twice", hint))
            else:
                pairs[key.value] = (key, value)
        return Mapping(tuple(pairs.values()), span)
