"""A lock for each folder, so that one run at a time writes to it. The lock ends with its process and leaves no file."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from voiceguide.base.errors import FileError

log = logging.getLogger(__name__)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder.

    Raises:
        FileError: another run is writing to the folder.
    """
    descriptor = _lock(folder)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _lock(folder: Path) -> int | None:
    """Return the open lock; None if the disk has no locks. Then the last writer wins, and each file is still whole."""
    if sys.platform == "win32":
        # Windows cannot open a folder. This file is deleted when it is closed, at the latest when the process ends.
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_TEMPORARY
        try:
            return os.open(folder / ".voiceguide.lock", flags)
        except (FileExistsError, PermissionError):
            # Windows reports a file that is being deleted as a PermissionError.
            raise _busy(folder) from None
        except OSError as cause:
            log.debug("%s is not locked (%s)", folder, cause)
            return None
    import fcntl

    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as cause:
        log.debug("%s is not locked (%s)", folder, cause)
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as cause:
        os.close(descriptor)
        if cause.errno in (errno.EWOULDBLOCK, errno.EACCES):
            raise _busy(folder) from None
        log.debug("%s is not locked (%s)", folder, cause)
        return None
    return descriptor


def _busy(folder: Path) -> FileError:
    what = f"Another voiceguide is exporting to {folder}."
    return FileError(folder, what, "Wait until it is done, or name another folder with -o.")
