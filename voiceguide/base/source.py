"""A place in an author's file (`Span`), and a mistake found there (`Problem`)."""

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
"""Greatest size of a file by an author. A larger file is refused unread."""

MAX_PROBLEMS = 100
"""Number of mistakes after which reading a file stops: a longer list does not help its author."""

MOST_NAMED = 12
"""Greatest number of known names that a hint lists."""

Severity = Literal["error", "warning"]

_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file an author wrote."""

    file: str
    """Path as the user typed it, for messages."""
    line: int
    """Line number, from 1."""
    column: int
    """Column in characters, from 1."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of an author. Problems are collected, and reported all at once."""

    span: Span
    severity: Severity
    message: str
    hint: str = ""

    def __str__(self) -> str:
        tail = f" ({self.hint})" if self.hint else ""
        return f"{self.span}: {self.message}{tail}"


class UnreadableSource(Exception):
    """Reading a file was stopped. Holds the Problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Problems:
    """The mistakes found so far in a file and in the files it uses."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def add(self, problem: Problem) -> None:
        """Add a problem, unless it was added before.

        Raises:
            UnreadableSource: the file has more than `MAX_PROBLEMS` problems.
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
    """Return a problem that stops the routine from being used."""
    return Problem(span, "error", message, hint)


def warning(span: Span, message: str, hint: str = "") -> Problem:
    """Return a problem that does not stop the routine from being used."""
    return Problem(span, "warning", message, hint)


def errors_in(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems that stop a routine from being used."""
    return tuple(problem for problem in problems if problem.severity == "error")


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems in the order of their files and lines, each once."""
    return tuple(sorted(set(problems), key=lambda problem: (problem.span, problem.message)))


def folded(name: str) -> str:
    """Return a form of a name that is equal for all spellings that differ in capitals or in the encoding of accents."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def known_as(name: str, known: Iterable[str]) -> str | None:
    """Return the spelling of `name` among the known names, an exact match first; None if it is unknown."""
    names = [*known]
    if name in names:
        return name
    return next((each for each in names if folded(each) == folded(name)), None)


_LIKENESS = 0.6
"""Least likeness of two near words, from 0 to 1. 0.5 would be too low: `.xyz` and `.txt` have it."""


def nearest(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Return the known words most like `word`, best first, in any case; may be empty."""
    # Imported here because it is slow and only needed after a mistake.
    from difflib import get_close_matches

    by_fold = {folded(name): name for name in known}
    return [by_fold[found] for found in get_close_matches(folded(word[:100]), by_fold, n=count, cutoff=_LIKENESS)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known word, or all known words if none is near."""
    names = sorted(known)
    near = nearest(word, names, count=1)
    if near:
        return f"did you mean `{near[0]}`?"
    more = ", ..." if len(names) > MOST_NAMED else ""
    return f"one of: {', '.join(names[:MOST_NAMED])}{more}" if names else ""


def shortened(text: str) -> str:
    """Return a text for a message: on one line, with a long text cut."""
    text = " ".join(text[:200].split())
    return text if len(text) <= 40 else f"{text[:39]}…"


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line of a text begins, as YAML counts lines."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def split_lines(text: str) -> list[str]:
    """Return the lines of a text as YAML counts them, without line ends."""
    return _LINE_END.split(text)


def excerpt(span: Span) -> str:
    """Return the line of `span` with a caret under its column; empty if the file cannot be read again."""
    path = Path(span.file)
    try:
        data = read_whole(path, MAX_SOURCE_BYTES)
    except (OSError, ValueError) as cause:
        passed_over(__name__, f"the line of {span} cannot be shown", cause)
        return ""
    lines = split_lines(data.decode("utf-8-sig", errors="replace"))
    # A file with zero bytes is no text, or is UTF-16, and cannot be shown.
    if b"\0" in data or span.line > len(lines) or not lines[span.line - 1].strip():
        return ""
    # Only a part of a very long line is shown, so that it does not fill the screen.
    start = max(0, span.column - 60)
    shown = [*pieces(lines[span.line - 1][start : start + 100].replace("\t", " "))]
    before = "".join(shown[: span.column - 1 - start])
    return f"    {''.join(shown)}\n    {''.join(map(_blank, before))}^"


def _blank(char: str) -> str:
    """Return as many spaces as the character has columns on a terminal."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return ""
    return "  " if unicodedata.east_asian_width(char) in "WF" else " "
