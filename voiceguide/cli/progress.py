"""A progress bar with the time left."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from voiceguide.base.log import is_shown
from voiceguide.base.shown import shown
from voiceguide.cli.output import MESSAGES
from voiceguide.player.terminal import HeldTerminal, in_background

Showing: TypeAlias = Callable[[str, float, float], None]
"""Shows a description of the task, how much of it is done, and the total. The first word of the description names the
task."""


@contextmanager
def progress_bar(first: str) -> Iterator[Showing]:
    """Show a bar on standard error until the block ends, beginning with the task `first`; none without a terminal."""
    # The lines of the log would be written into the bar.
    if not MESSAGES.isatty() or os.environ.get("TERM") == "dumb" or in_background(MESSAGES.fileno()) or is_shown():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(None), TimeRemainingColumn(compact=True))
    # Rich would otherwise replace standard error, which it writes to here.
    bar = Progress(
        *columns, console=Console(file=MESSAGES), transient=True, redirect_stdout=False, redirect_stderr=False
    )
    # HeldTerminal restores the terminal on Ctrl-Z, and stops typed keys from showing inside the bar.
    with HeldTerminal(MESSAGES).holding(), bar:
        task = bar.add_task(first, total=None)

        def show(what: str, done: float, total: float) -> None:
            if not bar.tasks[task].description.startswith(what.partition(" ")[0]):
                # The speed of the last task says nothing about the time left for the new one.
                bar.reset(task)
            bar.update(task, description=shown(what), completed=done, total=total)

        yield show
