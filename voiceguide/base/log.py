"""The log: each action with its duration, and every failure that is suppressed.

Each module has its own logger from the standard `logging`, and logs at INFO or DEBUG only. So no line is shown unless
the user asks for the log with `voiceguide --verbose`, or a program that imports voiceguide sets up `logging`.

Actions are logged at INFO, phrases and suppressed failures at DEBUG. Facts about the listener's body, such as a
profile, are never logged.

`logging` takes milliseconds to import, and most runs don't log. So the modules that `--help` and `list` load import it
only when needed.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

ROOT = __name__.partition(".")[0]
"""Name of the parent logger of all modules."""

LEVELS = ("debug", "info")


@contextmanager
def showing(level: str, show: Callable[[str], None]) -> Iterator[None]:
    """Pass each line of the log to `show`: seconds since the start of the block, the module, and the message.

    >>> import logging
    >>> with showing("debug", lambda line: print(line[10:])):
    ...     logging.getLogger("voiceguide.speech.narrator").debug("a phrase was in the cache")
    speech.narrator: a phrase was in the cache
    """
    import logging

    begun = time.monotonic()

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            try:
                module = record.name.removeprefix(f"{ROOT}.")
                show(f"{time.monotonic() - begun:8.3f}s {module}: {record.getMessage()}")
            except Exception:  # noqa: BLE001  # as every handler does: a log must not stop what it tells of
                self.handleError(record)

    logger, handler = logging.getLogger(ROOT), Lines()
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(level.upper())
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)


def is_shown() -> bool:
    """Whether the log is shown. A line that is redrawn, such as a progress bar, would overwrite it."""
    logging = sys.modules.get("logging")
    return bool(logging and logging.getLogger(ROOT).isEnabledFor(logging.INFO))


def passed_over(logger: str, what: str, cause: BaseException) -> None:
    """Log a failure that is suppressed. `logger` is the module's `__name__`."""
    import logging

    reason = f"{type(cause).__name__}: {cause}" if str(cause) else type(cause).__name__
    logging.getLogger(logger).debug("%s (%s)", what, reason)


class suppressed(contextlib.suppress):  # noqa: N801  # as the standard one, which logs nothing
    """Suppress exceptions of a block, and log them.

    >>> with suppressed(OSError, log=__name__, what="the old file stays"):
    ...     raise PermissionError("not yours")
    """

    def __init__(self, *kinds: type[BaseException], log: str, what: str) -> None:
        """Take the exceptions, the module's `__name__`, and words for the action that fails."""
        super().__init__(*kinds)
        self._log, self._what = log, what

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """Log the exception if it is suppressed."""
        passed = super().__exit__(kind, failure, traceback)
        if passed and failure is not None:
            passed_over(self._log, self._what, failure)
        return passed
