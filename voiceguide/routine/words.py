"""Reading durations, sentences and the pauses among them out of a text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from voiceguide.routine.model import Length, Text
from voiceguide.routine.tree import Scalar
from voiceguide.source import Problem, Span, error
from voiceguide.units import DurationError, parse_range

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(]?[A-ZÀ-ÖØ-Þ0-9{])")
_ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|No|approx|e\.g|i\.e|etc|vs|fig)\.$", re.IGNORECASE)
_BRACKET = re.compile(r"\[([^\[\]]*)\]")


def read_length(node: Scalar, problems: list[Problem]) -> Length | None:
    """A duration or range from a text; reported and None where it is neither, or lasts no time at all."""
    try:
        low, high = parse_range(node.value.strip())
    except DurationError as cause:
        problems.append(error(node.span, f"`{cause.text[:40]}` is not a duration", cause.hint))
        return None
    if low == 0:
        problems.append(error(node.span, "this lasts no time at all", "write at least 0.1s, or remove it"))
        return None
    return Length(low, high, node.span)


def spoken_pieces(node: Scalar, problems: list[Problem]) -> tuple[Text | Length, ...]:
    """Sentences and bracketed pauses, in order. A bracket that holds no duration is reported."""
    words = _Words.of(node)
    pieces: list[Text | Length] = []
    start = 0
    for match in _BRACKET.finditer(words.value):
        pieces += _split(words.cut(start, match.start()))
        inside = words.cut(match.start(1), match.end(1)).text()
        length = read_length(Scalar(inside.value, inside.span), problems)
        if length:
            pieces.append(length)
        start = match.end()
    pieces += _split(words.cut(start, len(words.value)))
    # What is left of a sentence after a pause may be its full stop alone.
    return tuple(piece for piece in pieces if isinstance(piece, Length) or re.search(r"\w", piece.value))


def split_sentences(node: Scalar) -> list[Text]:
    """Cut a text after each sentence; closing quotes stay with the sentence they close."""
    return _split(_Words.of(node))


def _split(words: _Words) -> list[Text]:
    source, start, sentences = words.value, 0, []
    for match in _SENTENCE_END.finditer(source):
        end = match.start() + len(match.group().rstrip())
        if not _ABBREVIATION.search(source[:end]):
            sentences.append(words.cut(start, end).text())
            start = match.end()
    sentences.append(words.cut(start, len(source)).text())
    return [sentence for sentence in sentences if sentence.value]


@dataclass(frozen=True, slots=True)
class _Words:
    """Part of a scalar, still spaced as written so that places in it can be counted."""

    value: str
    span: Span
    one_line: bool

    @classmethod
    def of(cls, node: Scalar) -> _Words:
        return cls(node.value, node.span, node.one_line)

    def cut(self, start: int, end: int) -> _Words:
        part = self.value[start:end]
        lead = len(part) - len(part.lstrip())
        column = self.span.column + start + lead if self.one_line else self.span.column
        return _Words(part.strip(), replace(self.span, column=column), self.one_line)

    def text(self) -> Text:
        return Text(" ".join(self.value.split()), self.span)
