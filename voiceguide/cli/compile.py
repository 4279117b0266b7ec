"""`voiceguide compile`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from voiceguide.base.source import errors_in
from voiceguide.cli.choices import TypedChoices, with_choices
from voiceguide.cli.output import say_exactly
from voiceguide.cli.report import json_option, print_json, report_problems, warn

if TYPE_CHECKING:
    from voiceguide.base.source import Problem
    from voiceguide.session import Session


@click.command("compile")
@click.argument("name")
@click.option(
    "--to",
    type=click.Choice(["script", "timeline", "ssml", "svg"]),
    default="script",
    show_default=True,
    help="What to print: the words and pauses, every time as JSON, SSML for other engines, or a picture.",
)
@with_choices
@json_option
def compile_(name: str, to: str, chosen: TypedChoices, as_json: bool) -> int:
    """Print what a routine becomes, without playing it.

    The timeline and the picture speak the session first, so that their times are exact.

    \b
    Examples:
      voiceguide compile sciatica
      voiceguide compile sciatica --to timeline --engine tone
      voiceguide compile sciatica --to svg > sciatica.svg
    """
    session = chosen.open(name)
    if to in _SPOKEN:
        session = session.fitted()
    result, problems = _TARGETS[to](session)
    warn([*(change.what for change in session.changes), *session.warnings])
    report_problems(problems)
    if isinstance(result, str):
        if as_json:
            print_json({"name": name, "to": to, "text": result})
        else:
            say_exactly(result if result.endswith("\n") else f"{result}\n")
    else:
        print_json(result)
    return 1 if errors_in(problems) else 0


_Compiled: TypeAlias = "tuple[str | dict[str, Any], tuple[Problem, ...]]"
"""The text or object to print, and the words that do not fit; these are estimated where nothing is spoken."""


def _script(session: Session) -> _Compiled:
    from voiceguide.script.text import print_script

    return print_script(session.script), session.problems()


def _ssml(session: Session) -> _Compiled:
    from voiceguide.script.ssml import print_ssml

    return print_ssml(session.script), session.problems()


def _timeline(session: Session) -> _Compiled:
    from voiceguide.timeline.document import timeline_document

    timeline = session.timeline()
    return timeline_document(timeline), timeline.problems


def _svg(session: Session) -> _Compiled:
    from voiceguide.timeline.picture import draw

    timeline = session.timeline()
    return draw(timeline), timeline.problems


_TARGETS: dict[str, Callable[[Session], _Compiled]] = {
    "script": _script,
    "ssml": _ssml,
    "timeline": _timeline,
    "svg": _svg,
}

_SPOKEN = ("timeline", "svg")
"""Targets with exact times."""
