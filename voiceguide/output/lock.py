"""One run at a time for each folder. A lock goes with its process, however that ends, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from voiceguide.errors import FileError


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder.

    Raises:
        FileError: one is at work in it.
    """
    descriptor = _lock(folder)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _lock(folder: Path) -> int | None:
    """The open lock; None where the disk knows no locks, and the last writer wins: each file is whole all the same."""
    if sys.platform == "win32":
        # Windows opens no folders. This file goes when it is closed, and that when the process ends.
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_TEMPORARY
        try:
            return os.open(folder / ".voiceguide.lock", flags)
        except (FileExistsError, PermissionError):
            # A file that is about to go is refused for want of permission.
            raise _busy(folder) from None
        except OSError:
            return None
    import fcntl

    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as cause:
        os.close(descriptor)
        if cause.errno in (errno.EWOULDBLOCK, errno.EACCES):
            raise _busy(folder) from None
        return None
    return descriptor


def _busy(folder: Path) -> FileError:
    what = f"Another voiceguide is exporting to {folder}."
    return FileError(folder, what, "Wait until it is done, or name another folder with -o.")
