"""Scripts as Markdown: what the compiler prints and an author may write. Printing and reading are inverses.

    # Title
    [language en-US]
    [pronounce "Weizhong" as "way jong" ipa "wˈeɪ dʒˈɑːŋ"]
    ## Chapter
    A sentence. Another, with a pause [4s] inside.
    [pause 5s]
    [chime bowl]
    [hold 45s | chime bell at start | "Halfway." at half | "Five seconds." at -5s | chime bell at end]

Roles, moves, sides and spans are not printed: a script is what is heard, not where it came from.
"""

from __future__ import annotations

import re
from fractions import Fraction

from voiceguide.routine.model import Length
from voiceguide.routine.tree import Scalar
from voiceguide.routine.words import read_length, spoken_pieces
from voiceguide.script.cues import Anchor, Chime, Cue, Hold, Inner, Mark, Pause, Pronunciation, Say, Script
from voiceguide.source import Problem, Span, did_you_mean, error
from voiceguide.units import DurationError, format_duration, parse_duration

MAX_CUES = 50_000
DEFAULT_LANGUAGE = "en-US"
DIRECTIVES = ("language", "pronounce", "pause", "chime", "hold")
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_PRONOUNCE = re.compile(rf"{_QUOTED}\s+as\s+{_QUOTED}(?:\s+ipa\s+{_QUOTED})?")
_INNER = re.compile(rf"(?:{_QUOTED}|chime(?:\s+([\w-]+))?|pause\s+(\S+))\s+at\s+(\S+)")
_FRACTION = re.compile(r"(?:(half)|(\d{1,4})/([1-9]\d{0,3}))(?:([+-])(\S+))?")
_BAR = re.compile(r'\|(?=(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*$)')


def print_script(script: Script) -> str:
    """The script as text, ending in a line feed."""
    lines = [f"# {_escape_heading(script.title)}"]
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
        The script (None where it has an error), and every problem found.
    """
    reader = _Reader(file)
    for number, line in enumerate(text.splitlines(), 1):
        reader.take(line, number)
    if not reader.title:
        reader.problems.append(error(Span(file, 1, 1), "a script begins with its title", "write `# My session` first"))
    if not reader.cues:
        reader.problems.append(error(Span(file, 1, 1), "the script says nothing", "write a sentence on a line"))
    if len(reader.cues) > MAX_CUES:
        message = f"the script has {len(reader.cues):,} cues, more than {MAX_CUES:,}"
        reader.problems.append(error(Span(file, 1, 1), message, "split it"))
    problems = tuple(reader.problems)
    if problems:
        return None, problems
    return Script(reader.title, reader.language, tuple(reader.cues), tuple(reader.pronunciations)), ()


def _print_cue(cue: Cue) -> str:
    match cue:
        case Say(text):
            return f"\\{text}" if text[:1] in "#[\\" else text
        case Mark(title):
            return f"## {_escape_heading(title)}"
        case Pause(ms):
            return f"[pause {format_duration(ms)}]"
        case Chime(name):
            return f"[chime {name}]"
        case Hold(ms, cues):
            return " | ".join([f"[hold {format_duration(ms)}", *(_print_inner(*each) for each in cues)]) + "]"


def _print_inner(anchor: Anchor, cue: Inner) -> str:
    match cue:
        case Say(text):
            what = _quote(text)
        case Chime(name):
            what = f"chime {name}"
        case Pause(ms):
            what = f"pause {format_duration(ms)}"
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
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _escape_heading(title: str) -> str:
    return " ".join(title.split()) or "-"


class _Reader:
    """Reads line by line; keeps going after a mistake."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.title = ""
        self.language = DEFAULT_LANGUAGE
        self.cues: list[Cue] = []
        self.pronunciations: list[Pronunciation] = []
        self.problems: list[Problem] = []

    def take(self, line: str, number: int) -> None:
        text = line.strip()
        span = Span(self.file, number, len(line) - len(line.lstrip()) + 1)
        if not text:
            return
        if text.startswith("## "):
            self.cues.append(Mark(text[3:].strip(), span=span))
        elif text.startswith("# "):
            if self.title:
                self.problems.append(error(span, "the script has a title already", "write `## ` for a chapter"))
            self.title = text[2:].strip()
        elif text.startswith("#"):
            self.problems.append(error(span, "this heading is not understood", "write `# Title` or `## Chapter`"))
        elif text.startswith("[") and text.endswith("]") and (found := re.match(r"\[\s*([A-Za-z]+)\b(.*)\]$", text)):
            self._directive(found[1], found[2].strip(), span)
        else:
            self._sentences(text, span)

    def _sentences(self, text: str, span: Span) -> None:
        if text.startswith("\\"):
            # An escaped line is one sentence as it stands.
            self.cues.append(Say(text[1:], span=span))
            return
        for piece in spoken_pieces(Scalar(text, span), self.problems):
            if isinstance(piece, Length):
                self.cues.append(Pause(piece.usual_ms, piece.span))
            else:
                self.cues.append(Say(piece.value, span=piece.span))

    def _directive(self, name: str, rest: str, span: Span) -> None:
        match name:
            case "pause":
                if (ms := self._ms(rest, span)) is not None:
                    self.cues.append(Pause(ms, span))
            case "chime":
                self.cues.append(Chime(rest, span))
            case "hold":
                self._hold(rest, span)
            case "language":
                self.language = rest
            case "pronounce":
                found = _PRONOUNCE.fullmatch(rest)
                if found:
                    word, say, ipa = (_unquote(part or "") for part in found.groups())
                    self.pronunciations.append(Pronunciation(word, say, ipa))
                else:
                    hint = 'write [pronounce "Hegu" as "huh goo"]'
                    self.problems.append(error(span, "this pronunciation is not understood", hint))
            case _:
                self.problems.append(error(span, f"`[{name}` is not understood", did_you_mean(name, DIRECTIVES)))

    def _ms(self, text: str, span: Span) -> int | None:
        length = read_length(Scalar(text, span), self.problems)
        return length.usual_ms if length else None

    def _hold(self, rest: str, span: Span) -> None:
        first, *parts = (part.strip() for part in _BAR.split(rest))
        ms = self._ms(first, span)
        cues: list[tuple[Anchor, Inner]] = []
        for part in parts:
            found = _INNER.fullmatch(part)
            if not found:
                hint = 'write "Halfway." at half, or chime bell at end'
                self.problems.append(error(span, f"`{part[:40]}` is not understood inside a hold", hint))
                continue
            said, chime, pause, place = found.groups()
            try:
                anchor = _read_anchor(place)
                if said is not None:
                    cues.append((anchor, Say(_unquote(said), span=span)))
                elif pause is not None:
                    cues.append((anchor, Pause(parse_duration(pause), span)))
                else:
                    cues.append((anchor, Chime(chime or "bell", span)))
            except DurationError as cause:
                hint = "a moment is start, half, end, 1/3, 10s or -5s"
                self.problems.append(error(span, f"`{cause.text}` is no moment of a hold", hint))
        if ms is not None:
            self.cues.append(Hold(ms, tuple(cues), span=span))


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
