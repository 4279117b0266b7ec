"""`voiceguide play`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide.base.errors import SpeakerError
from voiceguide.base.source import errors_in
from voiceguide.base.units import format_clock, milliseconds, seconds
from voiceguide.cli.choices import TypedChoices, with_choices
from voiceguide.cli.output import say_lines, tell
from voiceguide.cli.report import json_option, print_json, report_problems, warn
from voiceguide.cli.signals import ended_by_signals
from voiceguide.player.speaker import NO_SPEAKER
from voiceguide.player.speakers import AUTO, speaker_help

if TYPE_CHECKING:
    from voiceguide.cli.recorder import PracticeRecorder
    from voiceguide.player.screen import Screen
    from voiceguide.player.transport import Moment, Played
    from voiceguide.session import Session


@click.command()
@click.argument("name")
@click.option(
    "--speaker",
    default=AUTO,
    metavar="NAME",
    help=speaker_help(),
)
@with_choices
@json_option
def play(name: str, speaker: str, chosen: TypedChoices, as_json: bool) -> None:
    """Speak a session through the speakers. Ctrl-C ends it.

    On a machine without a speaker it writes NAME.mp3 into the current folder instead, as `export` does.

    \b
    Examples:
      voiceguide play sciatica
      voiceguide play sciatica-short --pace 0.9
      voiceguide play my-session.md --engine system
    """
    from voiceguide.cli.recorder import PracticeRecorder
    from voiceguide.player.screen import Screen

    screen = Screen()
    recorder: PracticeRecorder | None = None
    session: Session | None = None
    heard, missed, complete = 0, 0, False
    try:
        with ended_by_signals(screen.close):
            session = chosen.open(name)
            problems = session.problems()
            warn(change.what for change in session.changes)
            # Errors are raised later, all together, as one RoutineError.
            if not errors_in(problems):
                report_problems(problems)
            recorder = PracticeRecorder(session)
            try:
                played = _play(session, speaker, screen, recorder)
                heard, missed, complete = played.position, played.missed, played.complete
            finally:
                # The part that was heard counts as practice, even if the session ended early.
                recorder.end(max(heard, screen.position), complete)
        report_problems(played.problems)
    except KeyboardInterrupt:
        heard, missed, complete = screen.position, screen.missed, False
        tell(f"Stopped at {format_clock(milliseconds(heard))}.")
    except SpeakerError as failure:
        if session and speaker == AUTO and not screen.position:
            _write_instead(session, name, failure, as_json)
            return
        if recorder and recorder.complaint:
            warn([recorder.complaint])
        if failure.remedy != NO_SPEAKER:
            raise
        # The remedy repeats the name that the user typed.
        raise SpeakerError(failure.what, f"Write a file instead: voiceguide export {shlex.quote(name)}") from failure
    if recorder:
        if complete:
            # Don't ask someone who stopped early.
            recorder.ask()
        warn([recorder.complaint] if recorder.complaint else [])
    if as_json:
        print_json({"seconds": seconds(heard), "late": seconds(missed), "complete": complete})


def _play(session: Session, speaker: str, screen: Screen, recorder: PracticeRecorder) -> Played:
    """Play with the screen on. Show each warning at once, not when the session ends."""
    shown = 0

    def show(moment: Moment) -> None:
        nonlocal shown
        for line in session.warnings[shown:]:
            screen.note(f"voiceguide: {line}")
            shown += 1
        screen.show(moment)
        recorder.reach(moment.position)

    try:
        with screen.showing(session.script.title, session.estimate().length):
            return session.play(speaker, show)
    finally:
        warn(session.warnings[shown:])


def _write_instead(session: Session, name: str, failure: SpeakerError, as_json: bool) -> None:
    """Write the session to a file, because of a failure of the speaker before anything was heard.

    Raises:
        SpeakerError: the file cannot be written either.
        VoiceguideError: as `Session.export`.
    """
    from voiceguide.base.atomic import require_place
    from voiceguide.base.errors import FileError
    from voiceguide.cli.export import default_name, write_session
    from voiceguide.cli.folder import made_lines, made_object

    told = [*(change.what for change in session.changes), *session.warnings]
    path = Path(default_name(session))
    try:
        require_place(path)
        tell(f"voiceguide: {failure.what} The session is written to {path} instead.")
        done = write_session(session, path, told=told)
    except FileError as unwritten:
        remedy = f"Write it to another folder: voiceguide export {shlex.quote(name)} -o FOLDER/{path}"
        raise SpeakerError(f"{failure.what} {unwritten.what}", remedy) from unwritten
    if as_json:
        print_json({"seconds": 0.0, "late": 0.0, "complete": False, "path": made_object(done)["path"]})
    else:
        say_lines(made_lines(done))
