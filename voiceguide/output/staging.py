"""Writing several files to a folder together: they are moved there when all of them are written."""

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
"""Start and end of the name of a hidden folder, which holds the files until they are moved."""


@contextlib.contextmanager
def staged(folder: Path, last: str, earlier: Collection[str]) -> Iterator[Path]:
    """Give a hidden folder to write files into, and move them to `folder` when the block ends without an exception.

    Until then `folder` is unchanged. Moving takes milliseconds. A kill during it leaves old and new files in `folder`;
    `unmoved` finds the files that were not moved yet.

    Args:
        folder: folder for the files; it is made if missing.
        last: name of the file that lists the others, and so is moved after them.
        earlier: names of files of an earlier set; those that are not in the new set are removed.

    Raises:
        FileError: a file cannot be written to the folder.
        DiskFull: the disk has no room.
    """
    # The hidden folder must be on the same disk: inside the folder, or beside its future place.
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
        # After an interrupt, the move is finished, because undoing it would take as long.
        _move(stage, folder, names, earlier)
        raise
    except OSError as cause:
        raise explained(folder, cause) from cause
    sync_folder(folder)


def unmoved(folder: Path) -> list[Path]:
    """Return the hidden folders of other runs, killed or still running, with files for `folder`."""
    return [path for path in folder.glob(f"{_PREFIX}*{_SUFFIX}") if is_folder(path) and not path.is_symlink()]


def _move(stage: Path, folder: Path, names: Sequence[str], earlier: Collection[str]) -> None:
    """Move the files that are not moved yet."""
    if not is_folder(folder):
        # All files are moved at once.
        stage.rename(folder)
        return
    for name in names:
        if name == names[-1]:
            # While the old list is there, a next run still knows which old files to remove.
            _remove(folder, set(earlier) - set(names), names)
        if (stage / name).exists():
            put(stage / name, folder / name)
    shutil.rmtree(stage, ignore_errors=True)


def _remove(folder: Path, names: Collection[str], kept: Sequence[str]) -> None:
    # On some file systems, two names such as `a.mp3` and `A.mp3` mean the same file.
    present = {_identity(folder / name) for name in kept}
    for name in names:
        with suppressed(OSError, log=__name__, what=f"the old part {name} stays"):
            if _identity(folder / name) not in present:
                (folder / name).unlink()


def _identity(path: Path) -> tuple[int, int] | None:
    """Return a value that is equal for two names of one file; None if there is no file."""
    with contextlib.suppress(OSError):
        found = path.lstat()
        return found.st_dev, found.st_ino
    return None


def _see_from_outside(failure: FileError, stage: Path, folder: Path) -> None:
    """Replace the hidden folder in an error's text and path by the folder that the user knows."""
    line, failure.what, failure.path = (
        text.replace(str(stage), str(folder)) for text in (str(failure), failure.what, failure.path)
    )
    failure.args = (line,)


def _sweep(folder: Path) -> None:
    """Remove the hidden folders of killed runs."""
    for leftover in unmoved(folder):
        with suppressed(OSError, log=__name__, what=f"the folder {leftover} stays"):
            newest = max(path.stat().st_mtime for path in (leftover, *leftover.iterdir()))
            if time.time() - newest > LEFTOVER_SECONDS:
                shutil.rmtree(leftover, ignore_errors=True)
