"""The command line: click commands, one file each. `main` turns every failure into one line and an exit code."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Sequence
from io import TextIOWrapper

import click

from voiceguide import __version__
from voiceguide.base.errors import RoutineError, VoiceguideError, WrongChoice
from voiceguide.base.libraries import FAULTS, broken_library
from voiceguide.base.log import LEVELS, showing
from voiceguide.base.source import did_you_mean
from voiceguide.cli.check import check
from voiceguide.cli.compile import compile_
from voiceguide.cli.config import config
from voiceguide.cli.doctor import doctor
from voiceguide.cli.export import export
from voiceguide.cli.history import history
from voiceguide.cli.list import list_
from voiceguide.cli.output import tell, tell_of_wrong_use
from voiceguide.cli.play import play
from voiceguide.cli.report import INTERRUPTED, report_problems
from voiceguide.cli.show import show
from voiceguide.cli.voices import voices


class Commands(click.Group):
    """The commands in the order in which people need them. An unknown name gets the nearest one as a hint."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names of the commands, in the order in which they were added."""
        return [*self.commands]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # as above
        """Write a whole sentence for each command. Click would cut it at the edge of the terminal."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.get_short_help_str(200)) for name, each in self.commands.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take `help play` for `play --help`."""
        if args[:1] == ["help"]:
            args = [*(each for each in args[1:] if each != "help"), "--help"]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first argument names.

        Raises:
            click.UsageError: no command has this name.
        """
        name = args[0]
        if name in self.commands or name.startswith("-"):
            return super().resolve_command(ctx, args)
        from voiceguide.routine.search_path import find

        try:
            find(name)
        except VoiceguideError:
            meant = did_you_mean(name, [*self.commands, "help"])
        else:
            meant = f"did you mean `voiceguide play {name}`?"
        raise click.UsageError(f"There is no command `{name}`: {meant}", ctx)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="voiceguide")
@click.option("-v", "--verbose", is_flag=True, help="Show on standard error what is done and how long it takes.")
@click.pass_context
def commands(ctx: click.Context, verbose: bool) -> None:
    """Voice-guided sessions for body and mind: spoken aloud here, or written to a file for the phone.

    \b
    Examples:
      voiceguide list
      voiceguide play sciatica
      voiceguide export sciatica -o sciatica.mp3
    """
    if level := "debug" if verbose else _level_in_environment():
        ctx.with_resource(showing(level, tell))


for _command in (list_, show, play, export, compile_, check, voices, history, config, doctor):
    commands.add_command(_command)


def _level_in_environment() -> str:
    """How much of the log to show where no option says so; empty for nothing.

    Raises:
        WrongChoice: there is no such level.
    """
    named = os.environ.get("VOICEGUIDE_LOG", "")
    level = named.strip().lower()
    if level and level not in LEVELS:
        raise WrongChoice(f"VOICEGUIDE_LOG is {named!r}: set it to {' or '.join(LEVELS)}.")
    return level


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    _open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Files and other programs get UTF-8. A character that the terminal lacks becomes a question mark.
            redirected = not stream.isatty() and "PYTHONIOENCODING" not in os.environ
            stream.reconfigure(encoding="utf-8" if redirected else None, errors="replace")
    code = run(arguments)
    if threading.active_count() > 1:
        # A thread may still hang in an engine or at a sound server. If it continued while the interpreter shuts down,
        # the process would crash.
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


def run(arguments: Sequence[str] | None) -> int:
    """Run one command. None stands for the arguments of this process.

    Returns:
        Exit code: 0 done; 1 the routine has errors; 2 wrong use; 3 something on this machine is missing or failed;
        130 Ctrl-C.
    """
    try:
        # With None, click reads the arguments itself and expands wildcards on Windows, where shells do not.
        args = None if arguments is None else [*arguments]
        code = commands.main(args=args, prog_name="voiceguide", standalone_mode=False)
        # Output that is still buffered must fail here, not while the interpreter shuts down.
        sys.stdout.flush()
    except RoutineError as failure:
        report_problems(failure.problems)
        return failure.exit_code
    except VoiceguideError as failure:
        tell(f"voiceguide: {failure}")
        return failure.exit_code
    except click.ClickException as failure:
        tell_of_wrong_use(failure)
        return failure.exit_code
    except (click.Abort, KeyboardInterrupt):
        tell("voiceguide: stopped.")
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The program that read our output has ended, as `| head` does. This is no error.
        _forget_output()
        return 0
    except FAULTS as failure:
        library = broken_library(failure)
        if library is None:
            raise
        tell(f"voiceguide: {library}")
        return library.exit_code
    except OSError as failure:
        if failure.filename is not None:
            raise
        _forget_output()
        tell(f"voiceguide: The output cannot be written ({failure.strerror}).")
        return VoiceguideError.exit_code
    return code if isinstance(code, int) else 0


def _open_missing_streams() -> None:
    """Open the standard streams that are closed, as with `2>&-` and `pythonw`, on the null device."""
    for descriptor, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            try:
                os.fstat(descriptor)
            except OSError:
                # The next file to be opened would get the number of this stream, and all that libraries print to it.
                opened = os.open(os.devnull, os.O_RDWR)
                if opened == descriptor:
                    os.set_inheritable(descriptor, True)
                else:
                    os.dup2(opened, descriptor)
                    os.close(opened)
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _forget_output() -> None:
    """Send the output that is still buffered to the null device, so that the interpreter can end without an error."""
    with contextlib.suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
