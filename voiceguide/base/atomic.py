"""Files that appear whole or not at all."""

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
"""An unfinished file of this age has no living writer."""

_PREFIX, _SUFFIX = ".voiceguide-", ".part"
"""An unfinished file's name, whatever its target's: that may be as long as a name can be."""


_unfinished: set[Path] = set()
_ending = threading.Lock()
"""Held while an unfinished file comes to be, and for ever once this process gives up its own."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A finished file that is not in its place yet."""

    path: Path
    """Its name as the user gave it."""
    unfinished: Path
    target: Path


_waiting: ContextVar[list[_Waiting] | None] = ContextVar("_waiting", default=None)
"""The files of a `together` block; None outside of one."""


class NotWritten(FileError):
    """A file cannot be written. `reason` says why, as it may for others."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        self.reason = reason
        super().__init__(path, f"{path} was not written: {reason}.", remedy)


class DiskFull(NotWritten):
    """There is no room; for a smaller file there may be."""


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file beside `path`, and put it in its place when the block ends without an exception.

    Whatever happens, `path` is what it was or what it should be; not even a kill leaves it half written.

    Raises:
        FileError: as `require_place`.
        NotWritten, DiskFull: the disk does not take it.
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
    """Let what `replacing` writes within the block come to its places when it ends, if it ends without an exception.

    So a file and those beside it are all new or all old. Blocks may lie within each other: the outermost one counts.

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
    """Move a file to its place on the same disk; what is there is gone, and has left its permissions.

    Raises:
        OSError: it cannot be moved.
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
    """Remove what this process is writing, and let it begin nothing more: for one that must end at once."""
    # It is never released.
    _ending.acquire()
    for unfinished in tuple(_unfinished):
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all. See `replacing`."""
    with replacing(path) as file:
        # What is no text, as in a file name of any bytes, shows as a question mark.
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
        FileError: there is a zero character in it, or one that its encoding lacks.
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
    """Make sure that `path` is a folder, or nothing.

    Raises:
        FileError: `path` is a file.
    """
    if os.path.lexists(path) and not is_folder(path):
        raise FileError(path, f"{path} is a file, not a folder.", "Name a folder with -o.")


@contextlib.contextmanager
def folders_made(folder: Path) -> Iterator[None]:
    """Make a folder and those above it that are missing, and remove these again where the block fails.

    Raises:
        FileError: one of them cannot be made.
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
            # One that holds something by now stays.
            with suppressed(OSError, log=__name__, what=f"the folder {each} stays"):
                each.rmdir()
        raise


def _missing(folder: Path) -> list[Path]:
    """The folder and those above it that are not there, the innermost first.

    Raises:
        FileError: it is the home of a user there is not.
    """
    missing = [each for each in (folder, *folder.parents) if not os.path.lexists(each)]
    if missing and str(missing[-1]).startswith("~"):
        # The shell or Python has looked for that user.
        raise FileError(folder, f"There is no folder {folder}.", "Make it first, or name another with -o.")
    return missing


def _target(path: Path) -> Path:
    """The file itself, where `path` is a link to it."""
    # Path.is_symlink and Path.resolve raise errors for names that are too long and links that go in circles.
    return Path(os.path.realpath(path)) if os.path.islink(path) else path  # noqa: PTH114


def explained(path: Path, cause: OSError) -> NotWritten:
    """Why `path` was not written, and what to do about it."""
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
    """Remove what killed writers left behind."""
    for leftover in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppressed(OSError, log=__name__, what=f"the unfinished file {leftover} stays"):
            if time.time() - leftover.stat().st_mtime > LEFTOVER_SECONDS:
                leftover.unlink()


def sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system lets a folder be synced."""
    with suppressed(OSError, log=__name__, what=f"the folder {folder} is not synced"):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
