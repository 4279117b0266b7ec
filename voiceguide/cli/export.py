"""`voiceguide export`."""

from __future__ import annotations

import os
from collections.abc import Container, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide.base.source import errors_in
from voiceguide.cli.choices import TypedChoices, with_choices
from voiceguide.cli.folder import export_folder, made_lines, made_object
from voiceguide.cli.output import say_lines
from voiceguide.cli.progress import progress_bar
from voiceguide.cli.report import json_option, print_json, report_problems, warn
from voiceguide.cli.signals import ended_by_signals

if TYPE_CHECKING:
    from voiceguide.app.exporting import Exported, Progress
    from voiceguide.output.options import Quality
    from voiceguide.session import Session


@click.command()
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="File to write; its ending says the format (.mp3, .m4b, .m4a, .opus, .flac, .wav, "
    "or with ffmpeg installed any that it knows). "
    "With several NAMEs, --all or --format: the folder to keep up to date. "
    "[default: NAME.mp3, with your choices in it]",
)
@click.option("--all", "everything", is_flag=True, help="Every routine that `voiceguide list` shows.")
@click.option(
    "--format", "kind", metavar="KIND", help="Format of the files in a folder, or of the parts; mp3, if not said."
)
@click.option("--prune", is_flag=True, help="Remove files from the folder that it once made and no longer would.")
@click.option(
    "--also",
    metavar="KINDS",
    help="Words and times beside it: lrc, srt, vtt, chapters, cue, transcript, or all. Several as lrc,vtt.",
)
@click.option(
    "--split",
    is_flag=True,
    help="A file for each chapter, and a playlist, in a folder: PATH or NAME. "
    "PATH may end in their format, as NAME.m4b.",
)
@click.option("--quality", metavar="HOW", default="good", help="small, good (the default) or best: size against sound.")
@with_choices
@json_option
def export(
    names: tuple[str, ...],
    output: str | None,
    everything: bool,
    kind: str | None,
    prune: bool,
    also: str | None,
    split: bool,
    quality: str,
    chosen: TypedChoices,
    as_json: bool,
) -> int:
    """Write a session to a file, with its title and a chapter for every point and side.

    \b
    Examples:
      voiceguide export sciatica
      voiceguide export sciatica -o ~/Music/sciatica.wav --pace 0.9
      voiceguide export sciatica --minutes 10 --sore BL40,LI4 --bed rain
      voiceguide export sciatica --also lrc,chapters
      voiceguide export sciatica --split -o ~/Music/sciatica
      voiceguide export --all -o ~/Music/sessions
    """
    from voiceguide.output.options import quality_called

    wanted = quality_called(quality)
    beside = also.lower().replace(" ", "").split(",") if also else []
    in_folder = everything or (not split and (len(names) > 1 or bool(kind)))
    _require_sense(names, everything, prune, in_folder)
    if split and (everything or len(names) > 1):
        raise click.UsageError("--split is for one session at a time: give one NAME, and no --all.")
    if split or (len(names) == 1 and not kind):
        _export_one(names[0], output, wanted, beside, (kind or True) if split else False, chosen, as_json)
        return 0
    from voiceguide.collection.file_kind import FileKind
    from voiceguide.output.formats import DEFAULT_ENDING

    if output is None:
        raise click.UsageError("Name the folder that the files go to: -o DIR.")
    ending = f".{kind.lower().lstrip('.')}" if kind else DEFAULT_ENDING
    form = FileKind(ending, wanted, tuple(beside))
    return export_folder(None if everything else names, output, form, chosen, prune=prune, as_json=as_json)


def _require_sense(names: Sequence[str], everything: bool, prune: bool, in_folder: bool) -> None:
    """Refuse options that contradict each other.

    Raises:
        click.UsageError: two options contradict each other.
    """
    if not (names or everything):
        raise click.UsageError("Missing argument 'NAME': a routine's name or path, or --all.")
    if names and everything:
        raise click.UsageError("Give names or --all, not both.")
    if prune and not in_folder:
        raise click.UsageError("--prune is for a folder kept up to date: several NAMEs, --all or --format.")


def _export_one(
    name: str,
    output: str | None,
    quality: Quality,
    beside: Sequence[str],
    split: bool | str,
    chosen: TypedChoices,
    as_json: bool,
) -> None:
    from voiceguide.base.atomic import is_folder

    session = chosen.open(name)
    # Path.expanduser would raise an error for an unknown user.
    default = default_name(session, split=bool(split))
    path = Path(default if output is None else os.path.expanduser(output))  # noqa: PTH111
    if output and is_folder(path) and not split:
        path /= default
    problems = session.problems()
    # Errors are raised later, all together, as one RoutineError.
    if not errors_in(problems):
        report_problems(problems)
    done = write_session(session, path, quality, beside, split)
    if as_json:
        print_json(made_object(done))
    else:
        say_lines(made_lines(done))


def default_name(session: Session, *, split: bool = False) -> str:
    """Return the name for the file of a session, or for the folder of its parts, where the user gave none."""
    from voiceguide.output.formats import DEFAULT_ENDING

    return session.file_name + ("" if split else DEFAULT_ENDING)


def write_session(
    session: Session,
    path: Path,
    quality: Quality = "good",
    beside: Sequence[str] = (),
    split: bool | str = False,
    told: Container[str] = (),
) -> Exported:
    """Write a session with a progress bar. Print its warnings, except those that were `told` before.

    Raises:
        VoiceguideError: as `Session.export`.
    """
    changes = [change.what for change in session.changes]
    try:
        with ended_by_signals(lambda: None), progress_bar("Speaking") as show:

            def on_progress(progress: Progress) -> None:
                if progress.written:
                    show("Writing", progress.written, 1.0)
                else:
                    show("Speaking", progress.spoken, 1.0)

            done = session.export(path, on_progress, quality=quality, also=beside, split=split)
        # A length asked for is met exactly only now, which may have changed more.
        changes = [*done.changes]
        return done
    finally:
        noticed = [*changes, *session.warnings]
        warn(line for line in noticed if line not in told)
