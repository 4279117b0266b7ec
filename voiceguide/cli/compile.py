"""`voiceguide compile`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from voiceguide.cli.report import json_option, print_json, report_problems, warn
from voiceguide.cli.wishes import Wishes, with_wishes

if TYPE_CHECKING:
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
@with_wishes
@json_option
def compile_(name: str, to: str, wishes: Wishes, as_json: bool) -> None:
    """Print what a routine becomes, without playing it.

    The timeline and the picture speak the session first, so that their times are exact.

    \b
    Examples:
      voiceguide compile sciatica
      voiceguide compile sciatica --to timeline --engine tone
      voiceguide compile sciatica --to svg > sciatica.svg
    """
    session = wishes.open(name)
    result = _TARGETS[to](session)
    warn(session.warnings)
    if isinstance(result, str):
        if as_json:
            print_json({"name": name, "to": to, "text": result})
        else:
            click.echo(result, nl=not result.endswith("\n"))
    else:
        print_json(result)


def _script(session: Session) -> str:
    from voiceguide.script.text import print_script

    report_problems(session.problems())
    return print_script(session.script)


def _ssml(session: Session) -> str:
    from voiceguide.script.ssml import print_ssml

    return print_ssml(session.script)


def _timeline(session: Session) -> dict[str, Any]:
    from voiceguide.timeline.document import timeline_document

    timeline = session.timeline()
    report_problems(timeline.problems)
    return timeline_document(timeline)


def _svg(session: Session) -> str:
    from voiceguide.timeline.picture import draw

    return draw(session.timeline())


_TARGETS: dict[str, Callable[[Session], str | dict[str, Any]]] = {
    "script": _script,
    "ssml": _ssml,
    "timeline": _timeline,
    "svg": _svg,
}
