"""Where something was written (`Span`), and what is wrong with it (`Problem`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

MAX_SOURCE_BYTES = 256 * 1024
"""No file an author writes is larger; a larger one is refused unread."""

Severity = Literal["error", "warning"]


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


def error(span: Span, message: str, hint: str = "") -> Problem:
    """A problem that stops the routine from being used."""
    return Problem(span, "error", message, hint)


def warning(span: Span, message: str, hint: str = "") -> Problem:
    """A problem worth a look; the routine works all the same."""
    return Problem(span, "warning", message, hint)


def errors_in(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that stop a routine."""
    return tuple(problem for problem in problems if problem.severity == "error")


def nearest(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known words most like `word`, best first, whatever their case; may be empty."""
    by_fold = {name.casefold(): name for name in known}
    return [by_fold[found] for found in get_close_matches(word.casefold(), by_fold, n=count, cutoff=0.5)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint naming the nearest known word, or all of them where none is near."""
    names = sorted(known)
    near = nearest(word, names, count=1)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"one of: {', '.join(names)}" if names else ""


def excerpt(span: Span) -> str:
    """The line of `span` with a caret under its column; empty where the file cannot be read again."""
    try:
        with Path(span.file).open("rb") as file:
            lines = file.read(MAX_SOURCE_BYTES).decode("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    if not 0 < span.line <= len(lines):
        return ""
    # A window of the line, so that one very long line cannot fill the screen.
    start = max(0, span.column - 60)
    shown = lines[span.line - 1][start : start + 100].replace("\t", " ")
    return f"    {shown}\n    {' ' * (span.column - 1 - start)}^"
