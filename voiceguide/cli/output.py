"""Printing on the terminal: everything that a command prints goes through this module.

A test makes sure that no other module prints, because control characters in a title or a name could steer the terminal.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import Any

import click

from voiceguide.base.shown import json_shown, shown, shown_lines


class _Messages(io.TextIOBase):
    """Standard error, for messages. The work goes on even if they cannot be written."""

    @property
    def encoding(self) -> str:  # type: ignore[override]  # the base class has an attribute
        return getattr(sys.stderr, "encoding", None) or "utf-8"

    def write(self, text: str, /) -> int:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            # There is no other place to report this error.
            pass
        return len(text)

    def isatty(self) -> bool:
        return sys.stderr.isatty()

    def fileno(self) -> int:
        return sys.stderr.fileno()


MESSAGES: Any = _Messages()
"""A text stream (`TextIO`) for progress and messages."""


def say(line: object = "") -> None:
    """Print one line of a result on standard output."""
    click.echo(shown(str(line)))


def tell(line: object = "", *, end: bool = True) -> None:
    """Print one line about the work on standard error. With `end=False`, the next text follows on the same line."""
    click.echo(shown(str(line)), nl=end, file=MESSAGES)


def say_lines(lines: Iterable[object]) -> None:
    """Print a result of several lines."""
    for line in lines:
        say(line)


def tell_lines(lines: Iterable[object]) -> None:
    """Print several lines about the work."""
    for line in lines:
        tell(line)


def say_exactly(text: str | bytes) -> None:
    """Print text or bytes unchanged for a file or another program. On a terminal, unsafe characters are escaped."""
    if sys.stdout.isatty():
        read = text if isinstance(text, str) else text.decode("utf-8", "replace").replace("\r\n", "\n")
        click.echo(shown_lines(read), nl=False)
    else:
        click.echo(text, nl=False)


def say_json(document: str) -> None:
    """Print JSON. Characters that could steer a terminal are written as JSON escapes, with the same value."""
    click.echo(json_shown(document))


def ask(question: str) -> bool:
    """Ask on standard error; True for yes."""
    return click.confirm(shown(question), err=True)


def tell_of_wrong_use(failure: click.ClickException) -> None:
    """Print click's message about a wrong command line, with the usage of the command."""
    text = io.StringIO()
    failure.show(text)
    click.echo(shown_lines(text.getvalue()), nl=False, file=MESSAGES)
