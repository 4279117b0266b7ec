"""Writing files atomically: a file appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import secrets
import stat
import tempfile
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from voiceguide.base.errors import FileError
from voiceguide.base.log import suppressed

log = logging.getLogger(__name__)

LEFTOVER_SECONDS = 3600.0
"""Age in seconds of an unfinished file whose writer is certainly gone."""

_PREFIX, _SUFFIX = ".voiceguide-", ".part"
"""Start and end of an unfinished file's name. The target's name is not part of it, because that may be too long."""


_unfinished: set[Path] = set()
_ending = threading.Lock()
"""Held while an unfinished file is created, and never released after this process has given up its unfinished files."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A finished file that was not moved to its place yet."""

    path: Path
    """Name of the target as the user gave it."""
    unfinished: Path
    target: Path


_waiting: ContextVar[list[_Waiting] | None] = ContextVar("_waiting", default=None)
"""The files of a `together` block; None outside of one."""


class NotWritten(FileError):
    """A file cannot be written. `reason` says why; the same may be true of other files."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        self.reason = reason
        super().__init__(path, f"{path} was not written: {reason}.", remedy)


class DiskFull(NotWritten):
    """The disk has no room for the file. A smaller file may still fit."""


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file beside `path`, and move it to `path` when the block ends without an exception.

    `path` holds either the old or the new content; even a killed process never leaves it half written.

    Raises:
        FileError: as `require_place`.
        NotWritten, DiskFull: the disk refuses the file.
    """
    require_place(path)
    target = _target(path)
    unfinished = target.with_name(f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}")
    _sweep(target.parent)
    waiting = _waiting.get()
    begun = time.monotonic()
    try:
        try:
            with _begun(unfinished) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
                size = os.fstat(file.fileno()).st_size
                log.debug("%s: %d bytes in %.2f s", path, size, time.monotonic() - begun)
            if waiting is None:
                put(unfinished, target)
                sync_folder(target.parent)
            else:
                waiting.append(_Waiting(path, unfinished, target))
        except BaseException:
            _drop(unfinished)
            raise
        if waiting is None:
            _unfinished.discard(unfinished)
    except OSError as cause:
        raise explained(path, cause) from cause


@contextlib.contextmanager
def together() -> Iterator[None]:
    """Move all files that `replacing` writes within the block to their places when it ends without an exception.

    So a file and its sidecars are all new or all old. Blocks may be nested: the outermost one moves the files.

    Raises:
        NotWritten: a file cannot be moved to its place.
    """
    if _waiting.get() is not None:
        yield
        return
    files: list[_Waiting] = []
    token = _waiting.set(files)
    try:
        try:
            yield
        finally:
            _waiting.reset(token)
        for each in files:
            try:
                put(each.unfinished, each.target)
            except OSError as cause:
                raise explained(each.path, cause) from cause
        for folder in {each.target.parent for each in files}:
            sync_folder(folder)
    finally:
        for each in files:
            _drop(each.unfinished)


def _drop(unfinished: Path) -> None:
    """Remove an unfinished file, if it is still there."""
    with suppressed(OSError, log=__name__, what=f"the unfinished file {unfinished} stays"):
        unfinished.unlink(missing_ok=True)
    _unfinished.discard(unfinished)


def put(finished: Path, target: Path) -> None:
    """Move a file to its place on the same disk. It replaces an existing file and takes over its permissions.

    Raises:
        OSError: the file cannot be moved.
    """
    # Not every file system has permissions.
    try:
        finished.chmod(stat.S_IMODE(target.stat().st_mode))
    except FileNotFoundError:
        pass
    except OSError as cause:
        log.debug("%s does not keep its permissions (%s)", target, cause)
    finished.replace(target)


def _begun(unfinished: Path) -> BinaryIO:
    with _ending:
        _unfinished.add(unfinished)
        return unfinished.open("w+b")


def give_up_unfinished() -> None:
    """Remove the unfinished files of this process, and create no more. For a process that must end at once."""
    # The lock is never released.
    _ending.acquire()
    for unfinished in tuple(_unfinished):
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all. See `replacing`."""
    with replacing(path) as file:
        # Bytes of a file name that are no text become question marks.
        file.write(text.encode(errors="replace"))


def require_place(path: Path) -> None:
    """Make sure that a file can be put at `path`.

    Raises:
        FileError: `path` is a folder or a device, may not be written, or its folder is missing or read-only.
    """
    require_name(path)
    target = _target(path)
    try:
        mode = target.stat().st_mode if target.exists() else stat.S_IFREG
        if stat.S_ISDIR(mode):
            raise FileError(path, f"{path} is a folder.", "Name a file in it with -o.")
        if not stat.S_ISREG(mode):
            raise FileError(path, f"{path} is a device, not a file.", "Name a file with -o.")
        with tempfile.TemporaryFile(dir=target.parent):
            pass
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except FileNotFoundError:
        what = f"There is no folder {target.parent}."
        raise FileError(path, what, "Make it first, or name another with -o.") from None
    except OSError as cause:
        raise explained(path, cause) from cause


def require_name(path: Path) -> None:
    """Make sure that the system can have a file or folder of this name.

    Raises:
        FileError: the name contains a zero character, or one that the encoding of file names lacks.
    """
    try:
        possible = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise FileError(path, f"No file can be called {str(path)!r}.", "Name another with -o.")


def is_folder(path: Path) -> bool:
    """Whether there is a folder of that name."""
    # Path.is_dir raises an error for names that are too long.
    return os.path.isdir(path)  # noqa: PTH112


def require_folder(path: Path) -> None:
    """Make sure that `path` is a folder or does not exist.

    Raises:
        FileError: `path` is a file.
    """
    if os.path.lexists(path) and not is_folder(path):
        raise FileError(path, f"{path} is a file, not a folder.", "Name a folder with -o.")


@contextlib.contextmanager
def folders_made(folder: Path) -> Iterator[None]:
    """Make a folder and its missing parents, and remove them again if the block fails.

    Raises:
        FileError: a folder cannot be made.
    """
    require_name(folder)
    made: list[Path] = []
    try:
        try:
            for missing in reversed(_missing(folder)):
                missing.mkdir(exist_ok=True)
                made.append(missing)
        except OSError as cause:
            raise explained(folder, cause) from cause
        yield
    except BaseException:
        for each in reversed(made):
            # A folder that holds something by now stays.
            with suppressed(OSError, log=__name__, what=f"the folder {each} stays"):
                each.rmdir()
        raise


def _missing(folder: Path) -> list[Path]:
    """Return the folder and its parents that do not exist, the innermost first.

    Raises:
        FileError: the folder is the home of an unknown user.
    """
    missing = [each for each in (folder, *folder.parents) if not os.path.lexists(each)]
    if missing and str(missing[-1]).startswith("~"):
        # The shell or Python could not find the user of a `~name`.
        raise FileError(folder, f"There is no folder {folder}.", "Make it first, or name another with -o.")
    return missing


def _target(path: Path) -> Path:
    """Return the file that `path` links to, or `path` itself if it is no link."""
    # Path.is_symlink and Path.resolve raise errors for names that are too long and links that go in circles.
    return Path(os.path.realpath(path)) if os.path.islink(path) else path  # noqa: PTH114


def explained(path: Path, cause: OSError) -> NotWritten:
    """Return an error that says why `path` was not written, and what to do about it."""
    known = {
        errno.ENOSPC: ("The disk is full", "Free some space, or name a file on another disk with -o."),
        errno.EDQUOT: ("Your disk quota is used up", "Free some space, or name a file on another disk with -o."),
        errno.EACCES: ("You may not write there", "Name a file in a folder of your own with -o."),
        errno.EPERM: ("You may not write there", "Name a file in a folder of your own with -o."),
        errno.EROFS: ("That disk is read-only", "Name a file on another disk with -o."),
        errno.ENAMETOOLONG: ("The name is too long", "Name a shorter one with -o."),
    }
    reason, remedy = known.get(cause.errno or 0, (cause.strerror or str(cause), "Name another file with -o."))
    failure = DiskFull if cause.errno in (errno.ENOSPC, errno.EDQUOT) else NotWritten
    return failure(path, reason, remedy)


def _sweep(folder: Path) -> None:
    """Remove unfinished files of killed processes."""
    for leftover in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppressed(OSError, log=__name__, what=f"the unfinished file {leftover} stays"):
            if time.time() - leftover.stat().st_mtime > LEFTOVER_SECONDS:
                leftover.unlink()


def sync_folder(folder: Path) -> None:
    """Make sure that a new name in a folder survives a power cut, if the system can sync folders."""
    with suppressed(OSError, log=__name__, what=f"the folder {folder} is not synced"):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
