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
"""Shows what is being done, how much of it is done, and of how much. Its first word tells one task from another."""


@contextmanager
def progress_bar(first: str) -> Iterator[Showing]:
    """A bar on standard error that goes away when done, beginning with the task `first`; none where nobody watches."""
    # The lines of the log would be written into the bar.
    if not MESSAGES.isatty() or os.environ.get("TERM") == "dumb" or in_background(MESSAGES.fileno()) or is_shown():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(None), TimeRemainingColumn(compact=True))
    # rich would put itself in the place of standard error, which is what it is to write to.
    bar = Progress(
        *columns, console=Console(file=MESSAGES), transient=True, redirect_stdout=False, redirect_stderr=False
    )
    # Ctrl-Z leaves the terminal as it was, and no key is shown in the bar.
    with HeldTerminal(MESSAGES).holding(), bar:
        task = bar.add_task(first, total=None)

        def show(what: str, done: float, total: float) -> None:
            if not bar.tasks[task].description.startswith(what.partition(" ")[0]):
                # The time left of the one says nothing of the other's.
                bar.reset(task)
            bar.update(task, description=shown(what), completed=done, total=total)

        yield show
