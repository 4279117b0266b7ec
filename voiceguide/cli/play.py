"""`voiceguide play`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from voiceguide.cli.report import json_option, print_json, report_problems, warn
from voiceguide.cli.wishes import wishes

if TYPE_CHECKING:
    from voiceguide.routine.choices import Choices


@click.command()
@click.argument("name")
@click.option(
    "--speaker",
    default="auto",
    metavar="NAME",
    help="Sound device library: auto, miniaudio, simpleaudio, or null (plays to nobody).",
)
@wishes
@json_option
def play(name: str, speaker: str, choices: Choices, as_json: bool) -> None:
    """Speak a session through the speakers. Ctrl-C ends it.

    \b
    Examples:
      voiceguide play sciatica
      voiceguide play sciatica-short --pace 0.9
      voiceguide play my-session.md --engine system
    """
    import voiceguide
    from voiceguide.errors import SpeakerError
    from voiceguide.player.screen import Screen
    from voiceguide.units import format_clock, milliseconds, seconds

    session = voiceguide.open(name, choices)
    report_problems(session.problems())
    screen = Screen(session.script.title, session.estimate().length)
    try:
        with screen:
            played = session.play(speaker, screen.show)
    except SpeakerError as failure:
        # The remedy in the words of what was just typed.
        remedy = f"Write a file instead: voiceguide export {name} -o {session.path.stem}.mp3"
        raise SpeakerError(failure.what, remedy) from failure
    except KeyboardInterrupt:
        click.echo(f"Stopped at {format_clock(milliseconds(screen.position))}.", err=True)
        if as_json:
            print_json({"seconds": seconds(screen.position), "complete": False})
        return
    finally:
        warn(session.warnings)
    report_problems(played.problems)
    if as_json:
        print_json({"seconds": seconds(played.position), "complete": played.complete})
