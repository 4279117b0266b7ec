"""Where something was written (`Span`), and what is wrong with it (`Problem`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from voiceguide.base.files import read_whole
from voiceguide.base.log import passed_over
from voiceguide.base.shown import pieces

MAX_SOURCE_BYTES = 256 * 1024
"""No file an author writes is larger; a larger one is refused unread."""

MAX_PROBLEMS = 100
"""After so many mistakes a file is not read on: nobody wants to see more at once."""

MOST_NAMED = 12
"""A hint that lists every known name lists no more than this."""

Severity = Literal["error", "warning"]

_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file an author wrote."""

    file: str
    """The path as the user gave it, so that messages show what they typed."""
    line: int
    """From 1."""
    column: int
    """From 1, in characters."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of an author, as a value: problems are collected and reported all at once."""

    span: Span
    severity: Severity
    message: str
    hint: str = ""

    def __str__(self) -> str:
        tail = f" ({self.hint})" if self.hint else ""
        return f"{self.span}: {self.message}{tail}"


class UnreadableSource(Exception):
    """A file that is not read on. Holds the Problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Problems:
    """The mistakes found so far in a file and those it uses."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def add(self, problem: Problem) -> None:
        """Keep a problem, once.

        Raises:
            UnreadableSource: it is one too many.
        """
        if problem not in self._found and len(self._found) == MAX_PROBLEMS:
            message = f"there are more than {MAX_PROBLEMS} mistakes; the rest is not read"
            raise UnreadableSource(error(problem.span, message, "put the first ones right, and check again"))
        self._found[problem] = None

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def error(span: Span, message: str, hint: str = "") -> Problem:
    """A problem that stops the routine from being used."""
    return Problem(span, "error", message, hint)


def warning(span: Span, message: str, hint: str = "") -> Problem:
    """A problem worth a look; the routine works all the same."""
    return Problem(span, "warning", message, hint)


def errors_in(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that stop a routine."""
    return tuple(problem for problem in problems if problem.severity == "error")


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in the order of their files and lines, each once."""
    return tuple(sorted(set(problems), key=lambda problem: (problem.span, problem.message)))


def folded(name: str) -> str:
    """What two spellings of one name have in common, whatever their capitals and however their accents are encoded."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def known_as(name: str, known: Iterable[str]) -> str | None:
    """The spelling that `name` has among the known ones, itself first; None where it is none of them."""
    names = [*known]
    if name in names:
        return name
    return next((each for each in names if folded(each) == folded(name)), None)


_LIKENESS = 0.6
"""Of two words that are near to each other, from 0 to 1. Half is too little: `.xyz` and `.txt` have that."""


def nearest(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known words most like `word`, best first, whatever their case; may be empty."""
    # Imported here because only a mistake needs it, and it takes a while.
    from difflib import get_close_matches

    by_fold = {folded(name): name for name in known}
    return [by_fold[found] for found in get_close_matches(folded(word[:100]), by_fold, n=count, cutoff=_LIKENESS)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint naming the nearest known word, or all of them where none is near."""
    names = sorted(known)
    near = nearest(word, names, count=1)
    if near:
        return f"did you mean `{near[0]}`?"
    more = ", ..." if len(names) > MOST_NAMED else ""
    return f"one of: {', '.join(names[:MOST_NAMED])}{more}" if names else ""


def shortened(text: str) -> str:
    """A text as a message quotes it: on one line, and not all of a long one."""
    text = " ".join(text[:200].split())
    return text if len(text) <= 40 else f"{text[:39]}…"


def line_starts(text: str) -> list[int]:
    """Where each line of a text begins, as YAML counts lines."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def split_lines(text: str) -> list[str]:
    """The lines of a text as YAML counts them, without their ends."""
    return _LINE_END.split(text)


def excerpt(span: Span) -> str:
    """The line of `span` with a caret under its column; empty where the file cannot be read again."""
    path = Path(span.file)
    try:
        data = read_whole(path, MAX_SOURCE_BYTES)
    except (OSError, ValueError) as cause:
        passed_over(__name__, f"the line of {span} cannot be shown", cause)
        return ""
    lines = split_lines(data.decode("utf-8-sig", errors="replace"))
    # Zero bytes mean that it is no text, or one in two bytes a letter, and cannot be shown.
    if b"\0" in data or span.line > len(lines) or not lines[span.line - 1].strip():
        return ""
    # A window of the line, so that one very long line cannot fill the screen.
    start = max(0, span.column - 60)
    shown = [*pieces(lines[span.line - 1][start : start + 100].replace("\t", " "))]
    before = "".join(shown[: span.column - 1 - start])
    return f"    {''.join(shown)}\n    {''.join(map(_blank, before))}^"


def _blank(char: str) -> str:
    """As many spaces as a terminal needs columns for the character."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return ""
    return "  " if unicodedata.east_asian_width(char) in "WF" else " "
