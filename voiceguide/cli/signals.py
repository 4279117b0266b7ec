"""Ending in good order when the terminal or the system asks for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from voiceguide.cli.report import INTERRUPTED

_HANGUP = getattr(signal, "SIGHUP", None)
"""A terminal was closed. Windows says so with SIGBREAK."""

_ENDING = (signal.SIGINT, signal.SIGTERM, _HANGUP, getattr(signal, "SIGBREAK", None))


@contextmanager
def ended_by_signals(at_once: Callable[[], None]) -> Iterator[None]:
    """Let a signal end what is under way in good order, and the next one at once.

    These are Ctrl-C, the signal to terminate, and that of a terminal that was closed, unless it is ignored: then
    `nohup` has started this program.
    """
    asked = False

    def end(number: int, _: object) -> None:
        nonlocal asked
        if asked:
            if number == _HANGUP:
                # A shell whose terminal is closed sends a second one, right after that of the system.
                return
            # Not by an exception: an engine that hangs would keep the program from ending by it.
            at_once()
            os._exit(INTERRUPTED)
        asked = True
        raise KeyboardInterrupt

    numbers = [number for number in _ENDING if number is not None]
    if _HANGUP is not None and signal.getsignal(_HANGUP) is signal.SIG_IGN:
        numbers.remove(_HANGUP)
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
