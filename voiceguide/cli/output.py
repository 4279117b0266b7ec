"""The one way to the terminal: everything that a command prints goes through here.

A test holds the other modules to it, because a title or a name printed by another way could steer the terminal.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import Any

import click

from voiceguide.base.shown import json_shown, shown, shown_lines


class _Messages(io.TextIOBase):
    """Standard error, for what need not be read: where it is full or its terminal has gone, the work goes on."""

    @property
    def encoding(self) -> str:  # type: ignore[override]  # the base class has an attribute
        return getattr(sys.stderr, "encoding", None) or "utf-8"

    def write(self, text: str, /) -> int:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            # There is no other place to say it.
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
    """Print one line about the work on standard error; without its `end`, more follows on the same line."""
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
    """Print what another program or a file takes as it is; bytes keep their ends of lines. A terminal is shown it."""
    if sys.stdout.isatty():
        read = text if isinstance(text, str) else text.decode("utf-8", "replace").replace("\r\n", "\n")
        click.echo(shown_lines(read), nl=False)
    else:
        click.echo(text, nl=False)


def say_json(document: str) -> None:
    """Print JSON, as the same value to every reader."""
    click.echo(json_shown(document))


def ask(question: str) -> bool:
    """Ask on standard error; True for yes."""
    return click.confirm(shown(question), err=True)


def tell_of_wrong_use(failure: click.ClickException) -> None:
    """Print what click has to say of a command line, with the usage of the command."""
    text = io.StringIO()
    failure.show(text)
    click.echo(shown_lines(text.getvalue()), nl=False, file=MESSAGES)
