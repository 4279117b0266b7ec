"""Taking typed values out of a tree, collecting a Problem for each that is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence as Many
from typing import TypeVar

from voiceguide.routine.model import Length, Text
from voiceguide.routine.tree import Mapping, Node, Scalar, Sequence
from voiceguide.routine.words import read_length, split_sentences, spoken_pieces
from voiceguide.source import Problem, Span, did_you_mean, error

T = TypeVar("T", bound=str)

MAX_COUNT = 50_000


class Fields:
    """The values of one mapping. Unknown keys are reported at once; a wrong value is reported and left out."""

    def __init__(self, node: Mapping, what: str, known: Many[str], problems: list[Problem]) -> None:
        self.span = node.span
        self.what = what
        self.problems = problems
        self._values = {key.value: value for key, value in node.pairs}
        for key, _ in node.pairs:
            if key.value not in known:
                message = f"`{key.value}` is not a key of {what}"
                problems.append(error(key.span, message, did_you_mean(key.value, known)))

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def span_of(self, key: str) -> Span:
        """Where the value of `key` stands, or the mapping itself."""
        return self._values[key].span if key in self._values else self.span

    def node(self, key: str) -> Node | None:
        """The raw value."""
        return self._values.get(key)

    def require(self, *keys: str) -> None:
        """Report each of `keys` that is missing."""
        for key in keys:
            if key not in self._values:
                self.problems.append(error(self.span, f"{self.what} needs `{key}:`", f"add a line `{key}: ...`"))

    def word(self, key: str, default: str = "") -> str:
        """A text on one line; `default` where missing or wrong."""
        value = self.scalar(key)
        return " ".join(value.value.split()) if value else default

    def scalar(self, key: str) -> Scalar | None:
        """A text that is not empty."""
        node = self._values.get(key)
        if node is None:
            return None
        if not isinstance(node, Scalar):
            hint = 'write one text; put it in quotes if it begins with "[" or "{"'
            self.problems.append(error(node.span, f"`{key}` should be a text, not a {_kind(node)}", hint))
            return None
        if not node.value.strip():
            self.problems.append(error(node.span, f"`{key}` is empty", f"write something after `{key}:`, or remove it"))
            return None
        return node

    def choice(self, key: str, options: Many[T], default: T) -> T:
        """One word of `options`."""
        value = self.scalar(key)
        if value is None:
            return default
        for option in options:
            if value.value == option:
                return option
        message = f"`{key}` cannot be `{value.value}`"
        self.problems.append(error(value.span, message, did_you_mean(value.value, options)))
        return default

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text counts as a list of one."""
        return tuple(text.value for text in self.texts(key))

    def texts(self, key: str) -> tuple[Text, ...]:
        """A list of texts with their places; one text counts as a list of one."""
        return tuple(Text(" ".join(node.value.split()), node.span) for node in self._scalars(key))

    def sentences(self, key: str) -> tuple[Text, ...]:
        """The sentences of a text, or of a list of texts, one by one."""
        return tuple(sentence for node in self._scalars(key) for sentence in split_sentences(node))

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
                self.problems.append(error(item.span, f"each item of `{key}` should be a text", hint))
        return found

    def pieces(self, key: str) -> tuple[Text | Length, ...]:
        """Sentences and the pauses written among them as `[4s]`."""
        value = self.scalar(key)
        return spoken_pieces(value, self.problems) if value else ()

    def length(self, key: str, default: Length | None = None) -> Length | None:
        """A duration or a range."""
        value = self.scalar(key)
        return read_length(value, self.problems) if value else default

    def exact_ms(self, key: str, default: int = 0) -> int:
        """One duration, no range, in milliseconds."""
        length = self.length(key)
        if length is None:
            return default
        if length.low_ms != length.high_ms:
            self.problems.append(
                error(length.span, f"`{key}` should be one duration, not a range", "write one, like 5s")
            )
        return length.low_ms

    def count(self, key: str, default: int = 1) -> int:
        """A whole number from 1 to `MAX_COUNT`."""
        value = self.scalar(key)
        if value is None:
            return default
        text = value.value.strip()
        number = int(text) if re.fullmatch(r"[1-9]\d{0,8}", text) else 0
        if 0 < number <= MAX_COUNT:
            return number
        message = f"`{key}` should be a whole number from 1 to {MAX_COUNT}, not {text[:20]}"
        self.problems.append(error(value.span, message, f"write `{key}: 3`"))
        return default

    def items(self, key: str) -> tuple[Node, ...]:
        """The items of a list."""
        node = self._values.get(key)
        if node is None:
            return ()
        if not isinstance(node, Sequence):
            hint = "begin each item on its own line with a dash"
            self.problems.append(error(node.span, f"`{key}` should be a list, not a {_kind(node)}", hint))
            return ()
        return node.items

    def mapping(self, key: str) -> Mapping | None:
        """A value that has keys of its own."""
        node = self._values.get(key)
        if node is None or isinstance(node, Mapping):
            return node
        hint = f"write `{key}: {{name: value}}` or indent its keys below it"
        self.problems.append(error(node.span, f"`{key}` should have keys of its own, not a {_kind(node)}", hint))
        return None


def _kind(node: Node) -> str:
    return {Scalar: "text", Sequence: "list", Mapping: "group of keys"}[type(node)]
