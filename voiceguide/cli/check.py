"""`voiceguide check`."""

from __future__ import annotations

from pathlib import Path

import click

from voiceguide.base.errors import RoutineError, VoiceguideError
from voiceguide.cli.output import say_lines, tell
from voiceguide.cli.report import describe, json_option, print_json, warn


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@json_option
def check(files: tuple[str, ...], as_json: bool) -> int:
    """Check routines, and report every mistake in them at once.

    FILE is the path of a routine, a script, a move library or a part, or the name of a routine. The exit code is 1
    when there is an error, and 2 when a file is missing; warnings are no errors.

    \b
    Examples:
      voiceguide check my-routine.yaml
      voiceguide check routines/*.yaml --json
    """
    from voiceguide.app.checking import check as check_file
    from voiceguide.base.source import errors_in
    from voiceguide.routine.search_path import exists, find
    from voiceguide.timeline.document import problem_document

    paths: list[Path] = []
    missing: list[VoiceguideError] = []
    for name in files:
        try:
            # Messages show a path as the user typed it; a bare name is replaced by the file that it stands for.
            paths.append(path if name and exists(path := Path(name)) else find(name))
        except VoiceguideError as failure:
            # The other files are checked all the same.
            missing.append(failure)
    problems = [problem for path in paths for problem in check_file(path)]
    bad = errors_in(problems)
    if as_json:
        print_json([problem_document(problem) for problem in problems])
    else:
        for problem in problems:
            say_lines(describe(problem))
        counts = (len(paths), "file"), (len(bad), "error"), (len(problems) - len(bad), "warning")
        files_read, errors, warnings = (f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in counts)
        if paths:
            tell(f"{files_read}: {errors}, {warnings}.")
    warn(map(str, missing))
    return max([RoutineError.exit_code if bad else 0, *(each.exit_code for each in missing)])
