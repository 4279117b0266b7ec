"""`voiceguide history`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from voiceguide.cli.output import ask, say_exactly, say_lines, tell
from voiceguide.cli.report import json_option, print_json, warn

if TYPE_CHECKING:
    from datetime import date

    from voiceguide.practice.calendar import Totals
    from voiceguide.practice.log import PracticeLog, Practised

COLUMNS = 40
"""Width of the calendar in characters: it fits half a screen, and a phone."""


@click.command()
@click.option(
    "--weeks",
    type=click.IntRange(1, 520),
    default=8,
    show_default=True,
    metavar="NUMBER",
    help="How many weeks the calendar shows.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print every session as CSV, for a spreadsheet.")
@click.option("--forget", is_flag=True, help="Delete every session from the log.")
@click.option("--yes", is_flag=True, help="With --forget: do not ask.")
@json_option
def history(weeks: int, as_csv: bool, forget: bool, yes: bool, as_json: bool) -> int:
    """Show when you practised: a calendar, your streak, and how the sessions felt.

    The log is kept on this machine alone. Exit code 3 when it cannot be read or written.

    \b
    Examples:
      voiceguide history --weeks 26
      voiceguide history --csv > sessions.csv
      voiceguide history --forget
    """
    from voiceguide.practice.log import practice_log

    if as_csv and (as_json or forget):
        raise click.UsageError("--csv goes with neither --json nor --forget.")
    if yes and not forget:
        raise click.UsageError("--yes is for --forget.")
    with practice_log() as log:
        if forget:
            _forget(log, yes, as_json)
        else:
            _show(log, weeks, as_csv, as_json)
        warn([log.complaint] if log.complaint else [])
        return 3 if log.complaint else 0


def _forget(log: PracticeLog, yes: bool, as_json: bool) -> None:
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("There is nobody to ask here: add --yes to delete every session.")
        if not ask(f"Delete {_count(len(log.sessions()), 'session')} from {log.path}?"):
            tell("Nothing was deleted.")
            return
    forgotten = log.forget()
    if as_json:
        print_json({"forgotten": forgotten})
    elif not log.complaint:
        tell(f"{_count(forgotten, 'session')} deleted.")


def _show(log: PracticeLog, weeks: int, as_csv: bool, as_json: bool) -> None:
    from datetime import UTC, datetime

    sessions = log.sessions()
    if as_json:
        print_json([row(session) for session in sessions])
    elif as_csv:
        # Written as bytes, because a text stream would replace the CRLF of CSV by the platform's own line ends.
        say_exactly(csv_text(sessions).encode("utf-8"))
    elif sessions:
        say_lines(lines(sessions, datetime.now(UTC).astimezone().date(), weeks))
    elif not log.complaint:
        tell("No sessions yet. Begin one: voiceguide play sciatica")


def row(session: Practised) -> dict[str, Any]:
    """Return a session as plain values for JSON."""
    return {
        "id": session.id,
        "routine": session.routine,
        "title": session.title,
        "started": session.started.isoformat(),
        "seconds": session.seconds,
        "complete": session.complete,
        "feeling": session.feeling,
        "choices": dict(session.choices),
    }


def csv_text(sessions: Sequence[Practised]) -> str:
    """Return sessions as CSV by RFC 4180: a line of names, CRLF at the ends of lines, `choices` as JSON."""
    import csv
    import io

    names = ("id", "routine", "title", "started", "seconds", "complete", "feeling", "choices")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    for session in sessions:
        choices = json.dumps(dict(session.choices), ensure_ascii=False)
        writer.writerow(row(session) | {"complete": str(session.complete).lower(), "choices": choices})
    return text.getvalue()


def lines(sessions: Sequence[Practised], today: date, weeks: int) -> list[str]:
    """Return the lines that the terminal shows: calendar, streak and feelings."""
    from voiceguide.practice.calendar import LEGEND, days, draw, streak, total, totals

    in_a_row = streak(days(sessions), today)
    every = total(sessions)
    by_routine = totals(sessions)
    width = max((len(name) for name in by_routine), default=0)
    return [
        *draw(sessions, today, weeks, COLUMNS).split("\n"),
        LEGEND,
        "",
        f"Streak: {_count(in_a_row, 'day')}.",
        f"In all: {_summary(every)}",
        "",
        *(f"{name:<{width}}  {_summary(done)}" for name, done in by_routine.items()),
    ]


def _summary(done: Totals) -> str:
    from voiceguide.practice.log import FEELINGS

    said = [f"{word} {times}" for word, times in zip(FEELINGS, done.felt, strict=True) if times]
    felt = f"; felt {', '.join(said)}" if said else ""
    minutes = _count(round(done.seconds / 60), "minute")
    return f"{_count(done.sessions, 'session')} ({done.complete} to the end), {minutes}{felt}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
