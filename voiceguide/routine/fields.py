"""Reads typed values from a tree, and collects a Problem for each wrong value."""

from __future__ import annotations

import re
from collections.abc import Sequence as Many
from typing import TypeVar

from voiceguide.base.source import Problems, Span, did_you_mean, error, nearest, shortened
from voiceguide.routine.model import Length, Text
from voiceguide.routine.tree import Mapping, Node, Scalar, Sequence
from voiceguide.routine.words import one_line, read_length, split_sentences, spoken_pieces
from voiceguide.routine.yaml_errors import TIGHT_COLON, TIGHT_DASH

T = TypeVar("T", bound=str)

MAX_COUNT = 20_000


class Fields:
    """The values of a mapping. Unknown keys are reported at once; a wrong value is reported and left out."""

    def __init__(self, node: Mapping, what: str, known: Many[str], problems: Problems, apart: Many[str] = ()) -> None:
        """Take the values of `node`. Messages call it `what`; keys of `apart` belong in their own step."""
        self.span = node.span
        self.what = what
        self.problems = problems
        self._values = {key.value: value for key, value in node.pairs}
        self._meant: set[str] = set()
        for key, _ in node.pairs:
            if key.value not in known:
                self._report_unknown(key, known, apart)

    def _report_unknown(self, key: Scalar, known: Many[str], apart: Many[str]) -> None:
        name, colon, rest = key.value.partition(":")
        if key.value in apart:
            message = f"`{key.value}` cannot stand in {self.what}"
            hint = "begin it on a line of its own, with a dash"
        elif colon and name in known:
            message, hint = TIGHT_COLON, f"write `{name}: {shortened(rest)}`"
            self._meant.add(name)
        elif key.value.removeprefix("-") in apart:
            message, hint = TIGHT_DASH, f"write `- {key.value[1:]}: ...`, lined up with the step above"
        else:
            message, hint = f"`{shortened(key.value)}` is not a key of {self.what}", did_you_mean(key.value, known)
            self._meant.update(nearest(key.value, known, count=1))
        self.problems.add(error(key.span, message, hint))

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def span_of(self, key: str) -> Span:
        """Return the place of the value of `key`, or of the mapping if `key` is missing."""
        return self._values[key].span if key in self._values else self.span

    def node(self, key: str) -> Node | None:
        """Return the raw value; None if `key` is missing."""
        return self._values.get(key)

    def require(self, *keys: str) -> None:
        """Report each of `keys` that is missing, unless an unknown key looks like a misspelling of it."""
        for key in keys:
            if key not in self._values and key not in self._meant:
                self.problems.add(error(self.span, f"{self.what} needs `{key}:`", f"add `{key}: ...`"))

    def word(self, key: str, default: str = "") -> str:
        """Return a text as one line; `default` if it is missing or wrong."""
        text = self.text(key)
        return text.value if text else default

    def text(self, key: str) -> Text | None:
        """Return a text as one line, with its place; None if it is missing or wrong."""
        value = self.scalar(key)
        return one_line(value, self.problems) if value else None

    def scalar(self, key: str) -> Scalar | None:
        """Return a text that is not empty; None if it is missing or wrong."""
        node = self._values.get(key)
        if node is None:
            return None
        if not isinstance(node, Scalar):
            hint = f"write one text after `{key}:`; put it in quotes if it begins with [ or {{"
            self.problems.add(error(node.span, f"`{key}` should be a text, not {_kind(node)}", hint))
            return None
        if not node.value.strip():
            self.problems.add(error(node.span, f"`{key}` is empty", f"write something after `{key}:`"))
            return None
        return node

    def choice(self, key: str, options: Many[T], default: T) -> T:
        """Return one of `options`; `default` if the value is missing or wrong."""
        value = self.scalar(key)
        if value is None:
            return default
        for option in options:
            if value.value == option:
                return option
        message = f"`{key}` cannot be `{shortened(value.value)}`"
        self.problems.add(error(value.span, message, f"one of: {', '.join(options)}"))
        return default

    def texts(self, key: str) -> tuple[Text, ...]:
        """Return a list of texts with their places. A single text counts as a list of one."""
        return tuple(one_line(node, self.problems) for node in self._scalars(key))

    def sentences(self, key: str) -> tuple[Text, ...]:
        """Return the sentences of a text or of a list of texts."""
        return tuple(sentence for node in self._scalars(key) for sentence in split_sentences(node, self.problems))

    def pieces(self, key: str) -> tuple[Text | Length, ...]:
        """Return sentences and the silences between them, written as `[4s]`."""
        node = self.scalar(key)
        return spoken_pieces(node, self.problems) if node else ()

    def _scalars(self, key: str) -> list[Scalar]:
        node = self._values.get(key)
        if not isinstance(node, Sequence):
            value = self.scalar(key)
            return [value] if value else []
        found = []
        for item in node.items:
            if isinstance(item, Scalar) and item.value.strip():
                found.append(item)
            else:
                hint = "put it in quotes if it has a colon in it"
                self.problems.add(error(item.span, f"each item of `{key}` should be a text", hint))
        return found

    def length(self, key: str) -> Length | None:
        """Return a duration or a range; None if it is missing or wrong."""
        value = self.scalar(key)
        return read_length(value, self.problems) if value else None

    def exact_ms(self, key: str, default: int = 0, *, least_ms: int = 1) -> int:
        """Return a single duration in milliseconds; a range is reported."""
        value = self.scalar(key)
        length = read_length(value, self.problems, least_ms=least_ms) if value else None
        if length is None:
            return default
        if length.low_ms != length.high_ms:
            self.problems.add(error(length.span, f"`{key}` should be one duration, not a range", "write one, like 5s"))
        return length.low_ms

    def count(self, key: str, default: int = 1) -> int:
        """Return a whole number from 1 to `MAX_COUNT`; `default` if it is missing or wrong."""
        value = self.scalar(key)
        if value is None:
            return default
        text = value.value.strip()
        number = int(text) if re.fullmatch(r"[1-9][0-9]{0,8}", text) else 0
        if 0 < number <= MAX_COUNT:
            return number
        message = f"`{key}` should be a whole number from 1 to {MAX_COUNT:,}, not `{shortened(text)}`"
        self.problems.add(error(value.span, message, f"write it like `{key}: 3`"))
        return default

    def items(self, key: str) -> tuple[Node, ...]:
        """Return the items of a list; an empty list is reported."""
        node = self._values.get(key)
        if node is None:
            return ()
        if not isinstance(node, Sequence):
            message = f"`{key}` is empty" if _is_empty(node) else f"`{key}` should be a list, not {_kind(node)}"
            hint = "write each item below it, on a line that begins with a dash"
            first = node.value if isinstance(node, Scalar) else f"{node.pairs[0][0].value}: ..." if node.pairs else ""
            if first.startswith("-"):
                message, hint = TIGHT_DASH, f"write `- {shortened(first[1:])}`"
            self.problems.add(error(node.span, message, hint))
            return ()
        if not node.items:
            self.problems.add(error(node.span, f"`{key}` is empty", "write each item below it, or remove it"))
        return node.items

    def mapping(self, key: str, example: str) -> Mapping | None:
        """Return a value that is a mapping; None if it is missing or wrong. A message shows `example`."""
        node = self._values.get(key)
        if node is None or isinstance(node, Mapping):
            return node
        message = f"`{key}` is empty" if _is_empty(node) else f"`{key}` should have keys of its own, not {_kind(node)}"
        hint = f"write it like `{key}: {example}`, or each of its keys on a line below"
        self.problems.add(error(node.span, message, hint))
        return None


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.value.strip()


def _kind(node: Node) -> str:
    return {Scalar: "a text", Sequence: "a list", Mapping: "a group of keys"}[type(node)]
