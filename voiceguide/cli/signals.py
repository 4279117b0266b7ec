"""Ending in good order when the terminal or the system asks for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from voiceguide.cli.report import INTERRUPTED

_HANGUP = getattr(signal, "SIGHUP", None)
"""The signal for a terminal that was closed. Windows has none; it sends SIGBREAK."""

_ENDING = (signal.SIGINT, signal.SIGTERM, _HANGUP, getattr(signal, "SIGBREAK", None))


@contextmanager
def ended_by_signals(at_once: Callable[[], None]) -> Iterator[None]:
    """Let the first signal end the work in good order, and the next one end it at once.

    The signals are Ctrl-C, SIGTERM, and that of a closed terminal. The last is left alone if it is ignored already,
    because `nohup` started this program.
    """
    asked = False

    def end(number: int, _: object) -> None:
        nonlocal asked
        if asked:
            if number == _HANGUP:
                # When a terminal is closed, the system and then the shell send the signal: the second one is ignored.
                return
            # An exception would not end the program while an engine hangs.
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
