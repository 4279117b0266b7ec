"""Files that come into a folder together, when all of them are written."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from voiceguide.base.atomic import LEFTOVER_SECONDS, explained, is_folder, put, require_place, sync_folder
from voiceguide.base.errors import FileError
from voiceguide.base.log import suppressed

_PREFIX, _SUFFIX = ".voiceguide-", ".parts"
"""The name of a folder with files that are not in their places yet."""


@contextlib.contextmanager
def staged(folder: Path, last: str, earlier: Collection[str]) -> Iterator[Path]:
    """Give a hidden folder to write files into, and move them to `folder` when the block ends without an exception.

    Until then `folder` is what it was. A kill while they are moved, which takes milliseconds, leaves some of both; what
    is not moved yet stays, for `unmoved` to find.

    Args:
        folder: where they go; it is made if need be.
        last: the name of the file that names the others, and so is moved after them.
        earlier: names of files of an earlier set; those that are not in the new one are removed.

    Raises:
        FileError: a file cannot be put there.
        DiskFull: there is no room.
    """
    # On the same disk: in the folder, or beside where it will be.
    home = folder if is_folder(folder) else folder.parent
    stage = home / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
    for place in {home, folder.parent}:
        _sweep(place)
    try:
        try:
            stage.mkdir()
            yield stage
            names = sorted((path.name for path in stage.iterdir()), key=lambda name: (name == last, name))
            for name in names if is_folder(folder) else ():
                require_place(folder / name)
        except BaseException:
            shutil.rmtree(stage, ignore_errors=True)
            raise
    except FileError as failure:
        _see_from_outside(failure, stage, folder)
        raise
    except OSError as cause:
        raise explained(folder, cause) from cause
    try:
        _move(stage, folder, names, earlier)
    except KeyboardInterrupt:
        # To go on is as quick as to go back, and leaves no files of two sets.
        _move(stage, folder, names, earlier)
        raise
    except OSError as cause:
        raise explained(folder, cause) from cause
    sync_folder(folder)


def unmoved(folder: Path) -> list[Path]:
    """Where runs that were killed, or go on now, have files that are to come into `folder`."""
    return [path for path in folder.glob(f"{_PREFIX}*{_SUFFIX}") if is_folder(path) and not path.is_symlink()]


def _move(stage: Path, folder: Path, names: Sequence[str], earlier: Collection[str]) -> None:
    """Move what is not moved yet."""
    if not is_folder(folder):
        # All of them at once.
        stage.rename(folder)
        return
    for name in names:
        if name == names[-1]:
            # As long as the old one of these is there, the next run knows what is to be removed.
            _remove(folder, set(earlier) - set(names), names)
        if (stage / name).exists():
            put(stage / name, folder / name)
    shutil.rmtree(stage, ignore_errors=True)


def _remove(folder: Path, names: Collection[str], kept: Sequence[str]) -> None:
    # Some file systems take two names for one, as `a.mp3` and `A.mp3`.
    present = {_identity(folder / name) for name in kept}
    for name in names:
        with suppressed(OSError, log=__name__, what=f"the old part {name} stays"):
            if _identity(folder / name) not in present:
                (folder / name).unlink()


def _identity(path: Path) -> tuple[int, int] | None:
    """Equal for two names of one file. None where there is no file."""
    with contextlib.suppress(OSError):
        found = path.lstat()
        return found.st_dev, found.st_ino
    return None


def _see_from_outside(failure: FileError, stage: Path, folder: Path) -> None:
    """Let a failure name its file as it was to be."""
    line, failure.what, failure.path = (
        text.replace(str(stage), str(folder)) for text in (str(failure), failure.what, failure.path)
    )
    failure.args = (line,)


def _sweep(folder: Path) -> None:
    """Remove what killed runs left behind."""
    for leftover in unmoved(folder):
        with suppressed(OSError, log=__name__, what=f"the folder {leftover} stays"):
            newest = max(path.stat().st_mtime for path in (leftover, *leftover.iterdir()))
            if time.time() - newest > LEFTOVER_SECONDS:
                shutil.rmtree(leftover, ignore_errors=True)
