"""`voiceguide export`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide.cli.report import json_option, print_json, report_problems, warn
from voiceguide.cli.signals import ended_by_signals
from voiceguide.cli.wishes import Wishes, with_wishes
from voiceguide.source import errors_in

if TYPE_CHECKING:
    from voiceguide.exporting import Progress


@click.command()
@click.argument("name")
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="File to write; its ending says the format (.mp3, .wav, or with pydub and ffmpeg any that ffmpeg knows). "
    "[default: NAME.mp3]",
)
@click.option(
    "--also",
    metavar="KINDS",
    help="Words and times beside it: lrc, srt, vtt, chapters, cue, transcript. Several as lrc,vtt.",
)
@click.option("--split", is_flag=True, help="A file for each chapter, and a playlist, in a folder: PATH or NAME.")
@click.option("--quality", metavar="HOW", default="good", help="small, good (the default) or best: size against sound.")
@with_wishes
@json_option
def export(
    name: str, output: str | None, also: str | None, split: bool, quality: str, wishes: Wishes, as_json: bool
) -> None:
    """Write a session to a file, with its title and a chapter for every point and side.

    \b
    Examples:
      voiceguide export sciatica
      voiceguide export sciatica -o ~/Music/sciatica.wav --pace 0.9
      voiceguide export sciatica --minutes 10 --sore BL40,LI4 --bed rain
      voiceguide export sciatica --also lrc,chapters
      voiceguide export sciatica --split -o ~/Music/sciatica
    """
    from voiceguide.output.formats import DEFAULT_ENDING
    from voiceguide.output.order import quality_called
    from voiceguide.units import format_clock

    wanted = quality_called(quality)
    beside = also.lower().replace(" ", "").split(",") if also else []
    session = wishes.open(name)
    # Not Path.expanduser, which raises an error for a user there is not.
    default = session.path.stem + ("" if split else DEFAULT_ENDING)
    path = Path(default if output is None else os.path.expanduser(output))  # noqa: PTH111
    problems = session.problems()
    # Errors come back as a RoutineError, which is reported as a whole.
    if not errors_in(problems):
        report_problems(problems)
    try:
        with ended_by_signals(lambda: None), _progress_bar() as on_progress:
            done = session.export(path, on_progress, quality=wanted, also=beside, split=split)
    finally:
        warn([*(change.what for change in session.changes), *session.warnings])
    # A name may hold bytes that are no text; they are shown as well as they can be.
    shown, *others = map(click.format_filename, (done.path, *done.also))
    if as_json:
        print_json(
            {
                "path": shown,
                "seconds": done.seconds,
                "bytes": done.bytes,
                "phrases": done.phrases,
                "synthesised": done.synthesised,
                "cached": done.cached,
                "files": [click.format_filename(file) for file in done.files],
                "also": others,
            }
        )
    else:
        length = format_clock(round(done.seconds * 1000))
        parts = f"  {len(done.files)} files" if done.files else ""
        click.echo("\n".join([f"{shown}  {length}  {done.bytes / 1e6:.1f} MB{parts}", *others]))


@contextmanager
def _progress_bar() -> Iterator[Callable[[Progress], None] | None]:
    """A bar on standard error that goes away when done; none where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(None), TimeRemainingColumn(compact=True))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Speaking", total=1.0)

        def show(progress: Progress) -> None:
            if progress.written:
                bar.update(task, description="Writing", completed=progress.written)
            else:
                bar.update(task, completed=progress.spoken)

        yield show
