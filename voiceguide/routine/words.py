"""Reads durations, sentences and the pauses between them from a text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from voiceguide.base.source import Problems, Span, error, line_starts, shortened
from voiceguide.base.units import DurationError, parse_range
from voiceguide.routine.model import Length, Text
from voiceguide.routine.tree import Scalar

MAX_SENTENCE = 1_000
"""Most characters in a sentence, about a minute of speech. A longer one lacks a full stop, and an engine may fail."""

_STOP = re.compile(r"(?<![.!?…।؟])[.!?…।؟]+[\"'”’»)]*\s+|[。！？]+[”’」』]*\s*")
"""A full stop or similar mark, the closing quotes after it, and the space after them (Chinese has none)."""

_OPENING = "\"'“‘«(¿¡"
_ABBREVIATION = re.compile(r"(?<!\w)(?:[A-Z]|Dr|Mrs?|Ms|Prof|St|(?i:approx|e\.g|i\.e|vs|cf|ca|incl|resp|figs?))\.$")
_NUMBER_FOLLOWS = re.compile(r"(?<!\w)(?:nos?|pp?|vol)\.$", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"\s*\d{1,3}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_AFTER_SILENCE = re.compile(r"[\s,.;:!?…]*")
"""Punctuation left over after a silence at the end of a sentence."""


def is_language(tag: str) -> bool:
    """Tell whether a text looks like a language tag (BCP 47)."""
    return bool(_LANGUAGE.fullmatch(tag))


def read_length(node: Scalar, problems: Problems, *, least_ms: int = 1) -> Length | None:
    """Read a duration or a range. Report any other text, or a time below `least_ms`, and return None."""
    try:
        low, high = parse_range(node.value.strip())
    except DurationError as cause:
        text = shortened(cause.text)
        problems.add(error(node.span, f"`{text}` is not a duration" if text else "a duration is missing", cause.hint))
        return None
    if low < least_ms:
        problems.add(error(node.span, "this lasts no time at all", "write at least 0.1s, or remove it"))
        return None
    return Length(low, high, node.span)


def one_line(node: Scalar, problems: Problems) -> Text:
    """Return a text with its line breaks replaced by spaces."""
    text = " ".join(node.value.split())
    if len(text) > MAX_SENTENCE:
        message = f"this has {len(text):,} characters, more than {MAX_SENTENCE:,}"
        problems.add(error(node.span, message, "make it shorter"))
    return Text(text, node.span)


def spoken_pieces(node: Scalar, problems: Problems) -> tuple[Text | Length, ...]:
    """Return sentences and bracketed silences, in order. A bracket without a duration is reported."""
    words = _Words(node)
    for stray in re.finditer(r"[\[\]]", _BRACKET.sub(lambda match: " " * len(match[0]), node.value)):
        hint = "close it, as in [4s]" if stray[0] == "[" else "remove it"
        problems.add(error(words.place(stray.start()), f"this `{stray[0]}` has no partner", hint))
    pieces: list[Text | Length] = []
    start = 0
    for match in _BRACKET.finditer(node.value):
        pieces += words.sentences(start, match.start(), problems)
        if length := _silence(match, words, problems):
            pieces.append(length)
        left_over = _AFTER_SILENCE.match(node.value, match.end())
        start = left_over.end() if left_over else match.end()
    pieces += words.sentences(start, len(node.value), problems)
    if not pieces and not _BRACKET.search(node.value):
        _report_wordless(node, problems)
    return tuple(pieces)


def split_sentences(node: Scalar, problems: Problems) -> tuple[Text, ...]:
    """Split a text into sentences. A bracket is reported, because only a `say` can contain silences."""
    words = _Words(node)
    if match := _BRACKET.search(node.value):
        message = f"`{shortened(match[0])}` is no silence here, only in a `say`"
        problems.add(error(words.place(match.start()), message, "take it out, or use round brackets"))
    sentences = words.sentences(0, len(node.value), problems)
    if not sentences:
        _report_wordless(node, problems)
    return tuple(sentences)


def _report_wordless(node: Scalar, problems: Problems) -> None:
    problems.add(error(node.span, f"`{shortened(node.value)}` has no words to speak", "write some, or remove it"))


def _silence(match: re.Match[str], words: _Words, problems: Problems) -> Length | None:
    place = words.place(match.start())
    try:
        low, high = parse_range(match[1].strip())
    except DurationError as cause:
        hint = cause.hint
        if not any(map(str.isdigit, match[1])):
            hint = "write a silence like [4s], and anything else in round brackets"
        problems.add(error(place, f"`{shortened(match[0])}` is not a silence", hint))
        return None
    if low == 0:
        problems.add(error(place, "this silence lasts no time at all", "write at least [0.1s], or remove it"))
        return None
    return Length(low, high, place)


class _Words:
    """A text that knows the place in the file of each of its characters."""

    def __init__(self, node: Scalar) -> None:
        self.value = node.value
        self._span = node.span
        self._places = _places(node.value, node.written)
        self._lines = line_starts(node.written)

    def place(self, index: int) -> Span:
        """Return the place of the character at `index`, or of the first character after it that is not a space."""
        while index < len(self.value) - 1 and self.value[index].isspace():
            index += 1
        if index >= len(self._places):
            return self._span
        written = self._places[index]
        line = bisect_right(self._lines, written) - 1
        column = written - self._lines[line] + (1 if line else self._span.column)
        return Span(self._span.file, self._span.line + line, column)

    def sentences(self, start: int, end: int, problems: Problems) -> list[Text]:
        """Return the sentences between `start` and `end` that contain a word."""
        found: list[Text] = []
        begin = start
        for match in _STOP.finditer(self.value, start, end):
            if match.end() < end and self._is_over(begin, match.start(), match.end()):
                found += self._sentence(begin, match.end(), problems)
                begin = match.end()
        return found + self._sentence(begin, end, problems)

    def _is_over(self, begin: int, stop: int, after: int) -> bool:
        """Tell whether the mark at `stop` ends the sentence from `begin`, and not only an abbreviation."""
        follows = self.value[after : after + 3].lstrip(_OPENING)
        if not follows or follows[0].islower():
            return False
        ahead = self.value[max(begin, stop - 8) : stop + 1]
        if _ABBREVIATION.search(ahead) or (follows[0].isdigit() and _NUMBER_FOLLOWS.search(ahead)):
            return False
        return not _LIST_NUMBER.fullmatch(self.value, begin, stop)

    def _sentence(self, begin: int, end: int, problems: Problems) -> list[Text]:
        text = " ".join(self.value[begin:end].split())
        if not re.search(r"\w", text):
            return []
        if len(text) > MAX_SENTENCE:
            message = f"this sentence has {len(text):,} characters, more than {MAX_SENTENCE:,}"
            problems.add(error(self.place(begin), message, "make shorter ones, each with its full stop"))
        return [Text(text, self.place(begin))]


def _places(value: str, written: str) -> Sequence[int]:
    """Return, for each character of a text, its index in the written form; empty if the two do not match."""
    if value == written:
        return range(len(value))
    quote = written[:1] if written[:1] in ("'", '"') else ""
    # The text of a block begins on the line below `|` or `>`.
    at = len(quote) if written[:1] not in ("|", ">") else written.find("\n") + 1
    places: list[int] = []
    for char in value:
        if not char.isspace():
            while written[at : at + 1].isspace():
                at += 1
            if quote == '"' and written[at : at + 1] == "\\":
                at += 1
            if written[at : at + 1] != char:
                return []
        places.append(at)
        # In single quotes, a single quote is written twice.
        at += 0 if char.isspace() else 2 if char == quote == "'" else 1
    return places
