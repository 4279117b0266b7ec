"""The log: what is done, how long it took, and every failure that is passed over.

Each module has a logger of its own from the standard `logging`, and logs nothing above INFO: so nothing is shown until
somebody asks for it, as `voiceguide --verbose` does. A program that imports voiceguide sets up `logging` as it likes.

INFO holds what is done, DEBUG each phrase and each failure that is passed over. What a listener says of their body,
such as a profile, is in neither.

`logging` takes milliseconds to import, and most runs log nothing: what `--help` and `list` load imports it when needed.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

ROOT = __name__.partition(".")[0]
"""The logger above those of all modules."""

LEVELS = ("debug", "info")


@contextmanager
def showing(level: str, show: Callable[[str], None]) -> Iterator[None]:
    """Pass each line of the log to `show`: seconds since now, the module, and what it has done.

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
    """Whether somebody reads the log. A line that is drawn again and again would be drawn over it."""
    logging = sys.modules.get("logging")
    return bool(logging and logging.getLogger(ROOT).isEnabledFor(logging.INFO))


def passed_over(logger: str, what: str, cause: BaseException) -> None:
    """Log a failure that stops nothing. `logger` is the module's `__name__`."""
    import logging

    reason = f"{type(cause).__name__}: {cause}" if str(cause) else type(cause).__name__
    logging.getLogger(logger).debug("%s (%s)", what, reason)


class suppressed(contextlib.suppress):  # noqa: N801  # as the standard one, which logs nothing
    """Let a block end with a failure that stops nothing, and log it.

    >>> with suppressed(OSError, log=__name__, what="the old file stays"):
    ...     raise PermissionError("not yours")
    """

    def __init__(self, *kinds: type[BaseException], log: str, what: str) -> None:
        """Take the failures, the module's `__name__`, and what does not happen now."""
        super().__init__(*kinds)
        self._log, self._what = log, what

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """Log it."""
        passed = super().__exit__(kind, failure, traceback)
        if passed and failure is not None:
            passed_over(self._log, self._what, failure)
        return passed
