"""The command line: click commands, one file each. `main` turns every failure into one line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from voiceguide import __version__
from voiceguide.cli.check import check
from voiceguide.cli.compile import compile_
from voiceguide.cli.doctor import doctor
from voiceguide.cli.export import export
from voiceguide.cli.list import list_
from voiceguide.cli.play import play
from voiceguide.cli.report import report_problems
from voiceguide.cli.show import show
from voiceguide.cli.voices import voices
from voiceguide.errors import RoutineError, VoiceguideError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="voiceguide")
def commands() -> None:
    """Voice-guided sessions for body and mind: spoken aloud here, or written to a file for the phone.

    \b
    Examples:
      voiceguide list
      voiceguide play sciatica
      voiceguide export sciatica -o sciatica.mp3
    """


for _command in (list_, show, play, export, compile_, check, voices, doctor):
    commands.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Returns:
        0 done; 1 the routine has errors; 2 wrong use; 3 something of this machine is missing or failed; 130 Ctrl-C.
    """
    try:
        code = commands.main(args=[*arguments], prog_name="voiceguide", standalone_mode=False)
        # Whatever is still buffered must fail here, not in the interpreter's last moments.
        sys.stdout.flush()
    except RoutineError as failure:
        report_problems(failure.problems)
        return failure.exit_code
    except VoiceguideError as failure:
        click.echo(f"voiceguide: {failure}", err=True)
        return failure.exit_code
    except click.ClickException as failure:
        failure.show()
        return failure.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("voiceguide: stopped.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as `| head` does; that is its right.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0
