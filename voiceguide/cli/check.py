"""`voiceguide check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide.cli.report import describe, json_option, print_json

if TYPE_CHECKING:
    from voiceguide.source import Problem


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@json_option
def check(files: tuple[str, ...], as_json: bool) -> int:
    """Check routine files, and report every mistake in them at once.

    FILE is a path, or the name of a routine. Exit code 1 when there is an error; warnings are no errors.

    \b
    Examples:
      voiceguide check my-routine.yaml
      voiceguide check routines/*.yaml --json
    """
    from voiceguide.checking import check as check_file
    from voiceguide.routine.shelf import find
    from voiceguide.source import errors_in
    from voiceguide.timeline.document import problem_document

    problems: list[Problem] = []
    for name in files:
        # What the user typed is what messages show; a bare name stands for the file it leads to.
        path = Path(name)
        problems += check_file(path if path.exists() else find(name))
    bad = errors_in(problems)
    if as_json:
        print_json([problem_document(problem) for problem in problems])
    else:
        for problem in problems:
            click.echo(describe(problem))
        count = len(problems) - len(bad)
        summary = f"{_count(len(files), 'file')}: {_count(len(bad), 'error')}, {_count(count, 'warning')}."
        click.echo(summary, err=True)
    return 1 if bad else 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
