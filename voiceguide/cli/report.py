"""Printing of results and problems: results on standard output as text or JSON, problems on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from voiceguide.base.source import Problem, excerpt
from voiceguide.cli.output import say_json, tell, tell_lines

INTERRUPTED = 130
"""Exit code after Ctrl-C, the same as in shells."""

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    """Give a command `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(function)


def print_json(value: object) -> None:
    """Print one JSON value on standard output; in ASCII where the encoding of the output lacks characters."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    say_json(json.dumps(value, ensure_ascii=not encoding.lower().startswith("utf"), indent=2))


def report_problems(problems: Iterable[Problem]) -> None:
    """Print each problem with its line and a caret, on standard error."""
    for problem in problems:
        tell_lines(describe(problem))


def describe(problem: Problem) -> list[str]:
    """Return lines to print: `file:line:column: message`, the line of the file, a caret and a hint."""
    lines = [f"{problem.span}: {problem.severity}: {problem.message}"]
    shown = excerpt(problem.span)
    if shown:
        lines += shown.split("\n")
    if problem.hint:
        lines.append(f"    {problem.hint}")
    return lines


def warn(lines: Iterable[str]) -> None:
    """Print warnings about this machine, one line each, on standard error."""
    for line in lines:
        tell(f"voiceguide: {line}")
