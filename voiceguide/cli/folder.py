"""`voiceguide export` of several sessions to one folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voiceguide.base.errors import RoutineError
from voiceguide.cli.choices import TypedChoices
from voiceguide.cli.output import say, say_lines
from voiceguide.cli.progress import progress_bar
from voiceguide.cli.report import print_json, report_problems, warn
from voiceguide.cli.signals import ended_by_signals

if TYPE_CHECKING:
    from voiceguide.app.exporting import Exported
    from voiceguide.collection.file_kind import FileKind
    from voiceguide.collection.ledger import Failed, Made
    from voiceguide.collection.scheduler import Advance
    from voiceguide.collection.update import Report


def export_folder(
    names: Sequence[str] | None, output: str, form: FileKind, chosen: TypedChoices, *, prune: bool, as_json: bool
) -> int:
    """Bring a folder up to date with these routines, or with all. Returns the exit code."""
    from voiceguide.collection.update import export_all

    # Path.expanduser would raise an error for an unknown user.
    folder = Path(os.path.expanduser(output))  # noqa: PTH111
    is_new = not os.path.lexists(folder)
    with ended_by_signals(lambda: None), progress_bar("Checking") as show:

        def on_advance(advance: Advance) -> None:
            show(f"{advance.task} {int(advance.done)} of {advance.total}", advance.done, advance.total)

        report = export_all(names, folder, chosen.open, form=form, prune=prune, on_advance=on_advance)
    if is_new:
        warn([f"The folder {click.format_filename(folder)} was made."])
    _tell_of_failures(report.failed)
    _tell_of_sessions(report.sessions)
    warn([*report.warnings, *_stale_lines(report)])
    if as_json:
        print_json([*map(_made_row, report.sessions), *map(_failed_row, report.failed)])
    else:
        for each in report.sessions:
            if each.exported.path in each.written:
                say_lines(made_lines(each.exported))
            else:
                say_lines(map(click.format_filename, each.written))
        say(_summary(report))
    return report.exit_code


def made_lines(done: Exported) -> list[str]:
    """Return lines about a file that was made: its length and size, and the files beside it."""
    from voiceguide.base.units import format_clock

    # A file name may hold bytes that are no text; these are shown as well as possible.
    shown, *others = map(click.format_filename, (done.path, *done.also))
    length = format_clock(round(done.seconds * 1000))
    made = f"{shown}  {length}  {done.bytes / 1e6:.1f} MB"
    # A session in parts may have hundreds of files, so that only their number is shown.
    return [f"{made}  {len(done.files)} files"] if done.files else [made, *others]


def made_object(done: Exported) -> dict[str, Any]:
    """Return the same as an object for JSON."""
    return {
        "path": click.format_filename(done.path),
        "seconds": done.seconds,
        "bytes": done.bytes,
        "phrases": done.phrases,
        "synthesised": done.synthesised,
        "cached": done.cached,
        "files": [click.format_filename(file) for file in done.files],
        "also": [click.format_filename(file) for file in done.also],
    }


def _made_row(session: Made) -> dict[str, Any]:
    return {"name": session.name, "made": session.made, "error": "", **made_object(session.exported)}


def _failed_row(failed: Failed) -> dict[str, Any]:
    from voiceguide.app.exporting import Exported

    nothing = made_object(Exported(failed.path or Path(), 0.0, 0, 0, 0, 0))
    path = nothing["path"] if failed.path else ""
    return {"name": failed.name, "made": False, "error": str(failed.error), **nothing, "path": path}


def _tell_of_failures(failed: Sequence[Failed]) -> None:
    """Print each mistake of an author with its place; print a failure that several sessions share only once."""
    from voiceguide.base.atomic import NotWritten

    for each in failed:
        if isinstance(each.error, RoutineError):
            report_problems(each.error.problems)
    unwritten: dict[tuple[str, str], list[NotWritten]] = {}
    others: dict[str, list[str]] = {}
    for each in failed:
        if isinstance(each.error, NotWritten):
            unwritten.setdefault((each.error.reason, each.error.remedy), []).append(each.error)
        elif not isinstance(each.error, RoutineError):
            others.setdefault(str(each.error), []).append(each.name)
    for text, (name, *names) in others.items():
        more = f" and {len(names)} more" if names else ""
        warn([f"{name}{more}: {text}"])
    for (reason, remedy), errors in unwritten.items():
        paths = ", ".join(click.format_filename(error.path) for error in errors)
        warn([f"{reason}, and so these were not written: {paths}. {remedy}" if errors[1:] else f"{errors[0]}"])


def _tell_of_sessions(sessions: Sequence[Made]) -> None:
    """Print the warnings about each session."""
    for session in sessions:
        report_problems(session.problems)
        warn(f"{session.name}: {note}" for note in session.notes)
    warn(dict.fromkeys(warning for session in sessions for warning in session.warnings))


def _stale_lines(report: Report) -> Iterator[str]:
    def why(path: Path) -> str:
        reason = "asked for" if path in report.unasked else "made by any routine"
        return f"{click.format_filename(path)} is no longer {reason}"

    for path in report.stale:
        yield f"{why(path)}; remove it with --prune."
    for path in report.changed:
        yield f"{why(path)}, but was changed since; remove it yourself."
    for path in report.removed:
        yield f"{click.format_filename(path)} was removed."


def _summary(report: Report) -> str:
    made = sum(each.made for each in report.sessions)
    parts = [f"{made} made", f"{len(report.sessions) - made} unchanged"]
    if report.failed:
        parts.append(f"{len(report.failed)} failed")
    return ", ".join(parts)
