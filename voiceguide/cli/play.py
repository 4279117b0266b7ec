"""`voiceguide play`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from voiceguide.cli.report import json_option, print_json, report_problems, warn
from voiceguide.cli.signals import ended_by_signals
from voiceguide.cli.wishes import Wishes, with_wishes
from voiceguide.errors import SpeakerError
from voiceguide.player.speaker import NO_SPEAKER
from voiceguide.player.speakers import SPEAKERS
from voiceguide.source import errors_in
from voiceguide.units import format_clock, milliseconds, seconds

if TYPE_CHECKING:
    from voiceguide.cli.diary import Diary
    from voiceguide.player.screen import Screen
    from voiceguide.player.transport import Moment, Played
    from voiceguide.session import Session


@click.command()
@click.argument("name")
@click.option(
    "--speaker",
    default=SPEAKERS[0],
    metavar="NAME",
    help="Sound device library: auto, miniaudio, simpleaudio, or null (plays to nobody).",
)
@with_wishes
@json_option
def play(name: str, speaker: str, wishes: Wishes, as_json: bool) -> None:
    """Speak a session through the speakers. Ctrl-C ends it.

    \b
    Examples:
      voiceguide play sciatica
      voiceguide play sciatica-short --pace 0.9
      voiceguide play my-session.md --engine system
    """
    from voiceguide.cli.diary import Diary
    from voiceguide.player.screen import Screen

    screen = Screen()
    diary: Diary | None = None
    try:
        with ended_by_signals(screen.close):
            session = wishes.open(name)
            problems = session.problems()
            warn(change.what for change in session.changes)
            # Errors come back as a RoutineError, which is reported as a whole.
            if not errors_in(problems):
                report_problems(problems)
            diary = Diary(session)
            played = _play(session, speaker, screen, diary)
            diary.end(played.position, played.complete)
        report_problems(played.problems)
        heard, missed, complete = played.position, played.missed, played.complete
    except KeyboardInterrupt:
        heard, missed, complete = screen.position, screen.missed, False
        if diary:
            diary.end(heard, complete=False)
        click.echo(f"Stopped at {format_clock(milliseconds(heard))}.", err=True)
    except SpeakerError as failure:
        if failure.remedy != NO_SPEAKER:
            raise
        # The remedy in the words of what was just typed.
        remedy = f"Write a file instead: voiceguide export {shlex.quote(name)}"
        raise SpeakerError(failure.what, remedy) from failure
    if diary:
        if complete:
            # Who ended it early wants to be elsewhere.
            diary.ask()
        warn([diary.complaint] if diary.complaint else [])
    if as_json:
        print_json({"seconds": seconds(heard), "late": seconds(missed), "complete": complete})


def _play(session: Session, speaker: str, screen: Screen, diary: Diary) -> Played:
    """Play with the screen on; warnings are shown when they come up, not after an hour of humming."""
    shown = 0

    def show(moment: Moment) -> None:
        nonlocal shown
        for line in session.warnings[shown:]:
            screen.note(f"voiceguide: {line}")
            shown += 1
        screen.show(moment)
        diary.reach(moment.position)

    try:
        with screen.showing(session.script.title, session.estimate().length):
            return session.play(speaker, show)
    finally:
        warn(session.warnings[shown:])
