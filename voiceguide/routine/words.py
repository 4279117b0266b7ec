"""Reading durations, sentences and the pauses among them out of a text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from voiceguide.routine.model import Length, Text
from voiceguide.routine.tree import Scalar
from voiceguide.source import Problems, Span, error, line_starts, shortened
from voiceguide.units import DurationError, parse_range

MAX_SENTENCE = 1_000
"""Characters. A minute without a breath is a full stop forgotten; and an engine may choke on it."""

_STOP = re.compile(r"(?<![.!?…।؟])[.!?…।؟]+[\"'”’»)]*\s+|[。！？]+[”’」』]*\s*")
"""A stop with the quotes it closes, and the space after it, which Chinese and Japanese do without."""

_OPENING = "\"'“‘«(¿¡"
_ABBREVIATION = re.compile(r"(?<!\w)(?:[A-Z]|Dr|Mrs?|Ms|Prof|St|(?i:approx|e\.g|i\.e|vs|cf|ca|incl|resp|figs?))\.$")
_NUMBER_FOLLOWS = re.compile(r"(?<!\w)(?:nos?|pp?|vol)\.$", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"\s*\d{1,3}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_AFTER_SILENCE = re.compile(r"[\s,.;:!?…]*")
"""What is left of a sentence after a silence at its end."""


def is_language(tag: str) -> bool:
    """Whether a text looks like a language tag (BCP 47)."""
    return bool(_LANGUAGE.fullmatch(tag))


def read_length(node: Scalar, problems: Problems, *, least_ms: int = 1) -> Length | None:
    """A duration or range from a text; reported and None where it is neither, or shorter than `least_ms`."""
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
    """A text as it is, however it was broken into lines."""
    text = " ".join(node.value.split())
    if len(text) > MAX_SENTENCE:
        message = f"this has {len(text):,} characters, more than {MAX_SENTENCE:,}"
        problems.add(error(node.span, message, "make it shorter"))
    return Text(text, node.span)


def spoken_pieces(node: Scalar, problems: Problems) -> tuple[Text | Length, ...]:
    """Sentences and bracketed silences, in order. A bracket that holds no duration is reported."""
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
    """Cut a text after each sentence. A bracket is reported, because only a `say` can have silences in it."""
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
    """A text that knows where in the file each of its characters stands."""

    def __init__(self, node: Scalar) -> None:
        self.value = node.value
        self._span = node.span
        self._places = _places(node.value, node.written)
        self._lines = line_starts(node.written)

    def place(self, index: int) -> Span:
        """Where the character at `index`, or the first one after it that is no space, was written."""
        while index < len(self.value) - 1 and self.value[index].isspace():
            index += 1
        if index >= len(self._places):
            return self._span
        written = self._places[index]
        line = bisect_right(self._lines, written) - 1
        column = written - self._lines[line] + (1 if line else self._span.column)
        return Span(self._span.file, self._span.line + line, column)

    def sentences(self, start: int, end: int, problems: Problems) -> list[Text]:
        """The sentences from `start` to `end` that have a word in them."""
        found: list[Text] = []
        begin = start
        for match in _STOP.finditer(self.value, start, end):
            if match.end() < end and self._is_over(begin, match.start(), match.end()):
                found += self._sentence(begin, match.end(), problems)
                begin = match.end()
        return found + self._sentence(begin, end, problems)

    def _is_over(self, begin: int, stop: int, after: int) -> bool:
        """Whether the sentence from `begin` ends with the stop, or only an abbreviation in it."""
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
    """For each character of a text, its index in what was written; empty where the two are too different."""
    if value == written:
        return range(len(value))
    quote = written[:1] if written[:1] in ("'", '"') else ""
    # A block of lines begins below its mark.
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
        # A single quote inside single quotes is written twice.
        at += 0 if char.isspace() else 2 if char == quote == "'" else 1
    return places
