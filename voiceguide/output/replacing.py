"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from voiceguide.errors import FileError

LEFTOVER_SECONDS = 3600.0
"""An unfinished file of this age has no living writer."""


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file beside `path`, and put it in its place when the block ends without an exception.

    Whatever happens, `path` is what it was or what it should be; not even a kill leaves it half written.

    Raises:
        FileError: `path` is a folder, its folder is missing or read-only, or the disk is full.
    """
    target = path.resolve() if path.is_symlink() else path
    _check_target(path, target)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    _sweep(target)
    try:
        try:
            with unfinished.open("w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
            _sync_folder(target.parent)
        finally:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)
    except OSError as cause:
        raise _explained(path, cause) from cause


def _check_target(path: Path, target: Path) -> None:
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    except OSError as cause:
        raise _explained(path, cause) from cause
    if stat.S_ISDIR(mode):
        raise FileError(path, f"{path} is a folder.", "Name a file in it with -o.")
    if not stat.S_ISREG(mode):
        raise FileError(path, f"{path} is a device, not a file.", "Name a file with -o.")
    if not target.parent.is_dir():
        raise FileError(path, f"There is no folder {target.parent}.", "Make it first, or name another with -o.")


def _explained(path: Path, cause: OSError) -> FileError:
    known = {
        errno.ENOSPC: ("The disk is full", "Free some space, or name a file on another disk with -o."),
        errno.EDQUOT: ("Your disk quota is used up", "Free some space, or name a file on another disk with -o."),
        errno.EACCES: ("You may not write there", "Name a file in a folder of your own with -o."),
        errno.EPERM: ("You may not write there", "Name a file in a folder of your own with -o."),
        errno.EROFS: ("That disk is read-only", "Name a file on another disk with -o."),
        errno.ENAMETOOLONG: ("The name is too long", "Name a shorter one with -o."),
    }
    reason, remedy = known.get(cause.errno or 0, (cause.strerror or str(cause), "Name another file with -o."))
    return FileError(path, f"{path} was not written: {reason}.", remedy)


def _sweep(target: Path) -> None:
    """Remove what killed writers of the same file left behind."""
    with contextlib.suppress(OSError):
        for leftover in target.parent.glob(f".{_glob_escaped(target.name)}.*.part"):
            with contextlib.suppress(OSError):
                if time.time() - leftover.stat().st_mtime > LEFTOVER_SECONDS:
                    leftover.unlink()


def _glob_escaped(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system lets a folder be synced."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
