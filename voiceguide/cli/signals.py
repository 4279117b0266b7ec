"""Ending in good order when the terminal or the system asks for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from voiceguide.cli.report import INTERRUPTED


@contextmanager
def ended_by_signals(at_once: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C and the signal to terminate end what is under way in good order, and the next such signal at once."""
    asked = False

    def end(*_: object) -> None:
        nonlocal asked
        if asked:
            # Not by an exception: an engine that hangs would keep the program from ending by it.
            at_once()
            os._exit(INTERRUPTED)
        asked = True
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
