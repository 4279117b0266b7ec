"""What commands print: results as text or JSON on standard output, problems and progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from voiceguide.source import Problem, excerpt

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    """Give a command `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(function)


def print_json(value: object) -> None:
    """One JSON value on standard output; in ASCII where its encoding could not carry every character."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo(json.dumps(value, ensure_ascii=not encoding.lower().startswith("utf"), indent=2))


def report_problems(problems: Iterable[Problem]) -> None:
    """Each problem with its line and a caret, on standard error."""
    for problem in problems:
        click.echo(describe(problem), err=True)


def describe(problem: Problem) -> str:
    """`file:line:column: message`, the line, a caret and a hint."""
    lines = [f"{problem.span}: {problem.severity}: {problem.message}"]
    shown = excerpt(problem.span)
    if shown:
        lines.append(shown)
    if problem.hint:
        lines.append(f"    {problem.hint}")
    return "\n".join(lines)


def warn(lines: Iterable[str]) -> None:
    """Warnings of this machine, one line each, on standard error."""
    for line in lines:
        click.echo(f"voiceguide: {line}", err=True)
