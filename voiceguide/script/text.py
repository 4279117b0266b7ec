"""Scripts as Markdown. The compiler prints this form and an author may write it. Printing and reading are inverses.

    # Title
    [language en-US]
    [pronounce "Weizhong" as "way jong" ipa "wˈeɪ dʒˈɑːŋ"]
    ## Chapter
    A sentence. Another, with a silence [4s] inside.
    [pause 5s]
    [chime bowl]
    [hold 45s | chime bell at start | "Halfway." at half | "Five seconds." at -5s | chime bell at end]

A line that begins with a backslash is one sentence; brackets and full stops in it have no special meaning.
Roles, moves, sides and spans are not printed: a printed script holds only what is heard.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import assert_never

from voiceguide.base.source import (
    Problem,
    Problems,
    Span,
    UnreadableSource,
    did_you_mean,
    error,
    in_order,
    shortened,
    split_lines,
)
from voiceguide.base.units import DurationError, format_duration, parse_duration
from voiceguide.routine.limits import MAX_CUES, MAX_MS
from voiceguide.routine.model import Length, Text
from voiceguide.routine.tree import Scalar
from voiceguide.routine.words import is_language, one_line, read_length, spoken_pieces
from voiceguide.script.cues import (
    BREATHS,
    Anchor,
    Chime,
    Cue,
    Hold,
    Inner,
    Mark,
    Pause,
    Pronunciation,
    Say,
    Script,
    Swell,
)

DEFAULT_LANGUAGE = "en-US"
UNNAMED_CHIME = "bell"
DIRECTIVES = ("language", "pronounce", "pause", "chime", "hold")
_NOWHERE = Span("", 1, 1)
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_DIRECTIVE = re.compile(r"\[\s*([A-Za-z]+)\b\s*(.*)\]$")
_PRONOUNCE = re.compile(rf"{_QUOTED}\s+as\s+{_QUOTED}(?:\s+ipa\s+{_QUOTED})?")
_INNER = re.compile(rf"(?:{_QUOTED}|chime(?:\s+([\w-]+))?|pause\s+(\S+)|tone\s+(in|hold|out)\s+(\S+))\s+at\s+(\S+)")
_FRACTION = re.compile(r"(?:(half)|(\d{1,4})/([1-9]\d{0,3}))(?:([+-])(\S+))?")
# An unclosed quote runs to the end of the line.
_UP_TO_BAR = re.compile(r'(?:[^"|]|"(?:[^"\\]|\\.)*(?:"|\\?$))*')


def print_script(script: Script) -> str:
    """Return the script as text that ends in a line feed."""
    lines = [f"# {_heading(script.title)}"]
    if script.language != DEFAULT_LANGUAGE:
        lines.append(f"[language {script.language}]")
    for each in script.pronunciations:
        ipa = f" ipa {_quote(each.ipa)}" if each.ipa else ""
        lines.append(f"[pronounce {_quote(each.word)} as {_quote(each.say)}{ipa}]")
    for cue in script.cues:
        if isinstance(cue, Mark):
            lines.append("")
        lines.append(_print_cue(cue))
    return "\n".join(lines) + "\n"


def read_script(text: str, file: str) -> tuple[Script | None, tuple[Problem, ...]]:
    """Read a script.

    Returns:
        The script, or None if it has an error, and all problems in the order of the lines.
    """
    reader = _Reader(file)
    try:
        for number, line in enumerate(split_lines(text), 1):
            reader.take(line, number)
        start = Span(file, 1, 1)
        if not reader.title:
            reader.problems.add(error(start, "a script begins with its title", "write `# My session` first"))
        elif not reader.cues and not len(reader.problems):
            reader.problems.add(
                error(start, "there is nothing to be heard in this script", "write a sentence on a line")
            )
        found = in_order(reader.problems)
    except UnreadableSource as cause:
        found = in_order((*reader.problems, cause.problem))
    if found:
        return None, found
    return Script(reader.title, reader.language, tuple(reader.cues), tuple(reader.pronunciations)), ()


def _print_cue(cue: Cue) -> str:
    match cue:
        case Say(text):
            return _print_sentence(" ".join(text.split()))
        case Mark(title):
            return f"## {_heading(title)}"
        case Pause(ms):
            return f"[pause {format_duration(ms)}]"
        case Chime(name):
            return f"[chime {name}]"
        case Hold(ms, cues):
            return " | ".join([f"[hold {format_duration(ms)}", *(_print_inner(*each) for each in cues)]) + "]"
        case _:
            assert_never(cue)


def _print_sentence(text: str) -> str:
    plain = text[:1] not in ("#", "[", "\\")
    problems = Problems()
    if plain and spoken_pieces(Scalar(text, _NOWHERE), problems) == (Text(text, _NOWHERE),) and not len(problems):
        return text
    return f"\\{text}"


def _print_inner(anchor: Anchor, cue: Inner) -> str:
    match cue:
        case Say(text):
            what = _quote(text)
        case Chime(name):
            what = f"chime {name}"
        case Pause(ms):
            what = f"pause {format_duration(ms)}"
        case Swell(breath, ms):
            what = f"tone {breath} {format_duration(ms)}"
        case _:
            assert_never(cue)
    return f"{what} at {_print_anchor(anchor)}"


def _print_anchor(anchor: Anchor) -> str:
    fraction, offset = anchor.fraction, anchor.offset_ms
    if fraction == 0 and offset >= 0:
        return format_duration(offset) if offset else "start"
    if fraction == 1 and offset <= 0:
        return f"-{format_duration(-offset)}" if offset else "end"
    place = "half" if fraction == Fraction(1, 2) else f"{fraction.numerator}/{fraction.denominator}"
    sign = "-" if offset < 0 else "+"
    return f"{place}{sign}{format_duration(abs(offset))}" if offset else place


def _quote(text: str) -> str:
    return '"' + " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _heading(title: str) -> str:
    return " ".join(title.split()) or "-"


class _Reader:
    """Reads a script line by line, and continues after a mistake."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.title = ""
        self.language = DEFAULT_LANGUAGE
        self.cues: list[Cue] = []
        self.pronunciations: list[Pronunciation] = []
        self.problems = Problems()
        self._count = 0
        self._ms = 0

    def take(self, line: str, number: int) -> None:
        """Read one line.

        Raises:
            UnreadableSource: there are too many mistakes, or the script is too long.
        """
        text = line.strip()
        span = Span(self.file, number, len(line) - len(line.lstrip()) + 1)
        if not text:
            return
        if text.startswith("## "):
            self._add(Mark(one_line(Scalar(text[3:], span), self.problems).value, span=span))
        elif text.startswith("# "):
            if self.title:
                self.problems.add(error(span, "the script has a title already", "write `## ` for a chapter"))
            self.title = one_line(Scalar(text[2:], span), self.problems).value
        elif text.startswith("#"):
            self.problems.add(error(span, "this heading is not understood", "write `# Title` or `## Chapter`"))
        elif text.endswith("]") and (found := _DIRECTIVE.fullmatch(text)):
            rest = Scalar(found[2].rstrip(), _moved(span, found.start(2)))
            self._directive(found[1], rest, span)
        elif text.startswith("\\"):
            self._add(Say(one_line(Scalar(text[1:], span), self.problems).value, span=span))
        else:
            for piece in spoken_pieces(Scalar(text, span, text), self.problems):
                if isinstance(piece, Length):
                    self._add(Pause(self._exact(piece), piece.span))
                else:
                    self._add(Say(piece.value, span=piece.span))

    def _add(self, cue: Cue) -> None:
        self.cues.append(cue)
        self._count += 1
        match cue:
            case Hold(ms, inside):
                self._count += len(inside)
                self._ms += ms
            case Pause(ms):
                self._ms += ms
            case Say() | Chime() | Mark():
                pass
            case _:
                assert_never(cue)
        span = cue.span or _NOWHERE
        if self._count > MAX_CUES:
            message = f"from its start to here the script has more than {MAX_CUES:,} sentences, silences and sounds"
            raise UnreadableSource(error(span, message, "make it several scripts"))
        if self._ms > MAX_MS:
            message = f"from its start to here the script lasts more than {MAX_MS // 3_600_000} hours"
            raise UnreadableSource(error(span, message, "make it several scripts"))

    def _directive(self, name: str, rest: Scalar, span: Span) -> None:
        match name:
            case "pause":
                if length := read_length(rest, self.problems):
                    self._add(Pause(self._exact(length), span))
            case "chime":
                self._add(Chime(rest.value or UNNAMED_CHIME, span))
            case "hold":
                self._hold(rest, span)
            case "language":
                self.language = rest.value
                if not is_language(rest.value):
                    message = f"`{shortened(rest.value)}` is not a language" if rest.value else "a language is missing"
                    self.problems.add(error(rest.span, message, "write a language tag like en-US or de-DE"))
            case "pronounce":
                found = _PRONOUNCE.fullmatch(rest.value)
                if found and found[1].strip():
                    word, say, ipa = (_unquote(part or "") for part in found.groups())
                    self.pronunciations.append(Pronunciation(word, say, ipa))
                else:
                    hint = 'write [pronounce "Hegu" as "huh goo"]'
                    self.problems.add(error(span, "this pronunciation is not understood", hint))
            case _:
                message = f"`[{shortened(name)}]` is not understood"
                self.problems.add(error(span, message, did_you_mean(name, DIRECTIVES)))

    def _exact(self, length: Length) -> int:
        if length.low_ms != length.high_ms:
            self.problems.add(error(length.span, "a script has exact times, no ranges", "write one, like 5s"))
        return length.low_ms

    def _hold(self, rest: Scalar, span: Span) -> None:
        first, *parts = _between_bars(rest)
        cues = [cue for part in parts if (cue := self._inner(part))]
        if length := read_length(first, self.problems):
            self._add(Hold(self._exact(length), tuple(cues), span=span))

    def _inner(self, part: Scalar) -> tuple[Anchor, Inner] | None:
        found = _INNER.fullmatch(part.value)
        if not found:
            hint = 'write "Halfway." at half, or chime bell at end'
            message = f"`{shortened(part.value)}` is not understood inside a hold"
            if not part.value:
                message = "there is nothing after this bar"
            self.problems.add(error(part.span, message, hint))
            return None
        said, chime, pause, breath, swell, place = found.groups()
        try:
            anchor = _read_anchor(place)
        except DurationError:
            hint = "a moment is start, half, end, 1/3, 10s or -5s"
            self.problems.add(error(part.span, f"`{shortened(place)}` is no moment of a hold", hint))
            return None
        if said is not None:
            return anchor, Say(one_line(Scalar(_unquote(said), part.span), self.problems).value, span=part.span)
        if pause is None and swell is None:
            return anchor, Chime(chime or UNNAMED_CHIME, part.span)
        length = read_length(Scalar(pause or swell, part.span), self.problems)
        if length is None:
            return None
        for way in BREATHS:
            if way == breath:
                return anchor, Swell(way, self._exact(length), part.span)
        return anchor, Pause(self._exact(length), part.span)


def _moved(span: Span, columns: int) -> Span:
    return Span(span.file, span.line, span.column + columns)


def _between_bars(text: Scalar) -> list[Scalar]:
    """Split a hold at its bars, but not at bars inside quotes. Each part knows its place."""
    parts: list[Scalar] = []
    start = 0
    while start <= len(text.value):
        found = _UP_TO_BAR.match(text.value, start)
        part = found[0] if found else ""
        parts.append(Scalar(part.strip(), _moved(text.span, start + len(part) - len(part.lstrip()))))
        start += len(part) + 1
    return parts


def _read_anchor(text: str) -> Anchor:
    if text in ("start", "end"):
        return Anchor(Fraction(int(text == "end")))
    if found := _FRACTION.fullmatch(text):
        half, top, bottom, sign, offset = found.groups()
        fraction = Fraction(1, 2) if half else Fraction(int(top), int(bottom))
        shift = parse_duration(offset) if offset else 0
        return Anchor(fraction, -shift if sign == "-" else shift)
    if text.startswith("-"):
        return Anchor(Fraction(1), -parse_duration(text[1:]))
    return Anchor(Fraction(0), parse_duration(text))
