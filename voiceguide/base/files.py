"""Reading files whole: only regular ones, and never more bytes than the caller allows."""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path


class NoRegularFile(OSError):
    """The path is a folder, a link that must not be followed, a named pipe, or a device."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EINVAL, "this is not a file", str(path))


class TooLarge(OSError):
    """The file holds more bytes than the caller allows."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__(errno.EFBIG, f"the file is larger than {most // 1024:,} KB", str(path))


def open_regular(path: Path, *, follow: bool = True) -> BufferedReader:
    """Open a regular file for reading. Never blocks; opening a named pipe otherwise would.

    Args:
        path: the file.
        follow: whether a link is followed.

    Raises:
        IsADirectoryError, NoRegularFile: the path is no regular file.
        OSError: the file cannot be opened.
    """
    if not follow and not stat.S_ISREG(os.lstat(path).st_mode):
        raise NoRegularFile(path)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags if follow else flags | getattr(os, "O_NOFOLLOW", 0))
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise NoRegularFile(path)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_whole(path: Path, most: int, *, follow: bool = True) -> bytes:
    """Return the whole content of a regular file.

    Args:
        path: the file.
        most: most bytes that the file may hold; a larger file is not read.
        follow: whether a link is followed.

    Raises:
        TooLarge: the file holds more.
        OSError: as `open_regular`, or the file cannot be read.
    """
    with open_regular(path, follow=follow) as file:
        return read_open(file, path, most)


def read_open(file: BufferedReader, path: Path, most: int) -> bytes:
    """Do the same as `read_whole` for a file that `open_regular` has opened."""
    if os.fstat(file.fileno()).st_size > most:
        raise TooLarge(path, most)
    # The file may have grown since its size was read.
    data = file.read(most + 1)
    if len(data) > most:
        raise TooLarge(path, most)
    return data
