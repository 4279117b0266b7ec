"""Private folder of a worker for the system's speech, with a link that gives eSpeak NG a short path to its data."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

from voiceguide.base.log import suppressed

LONGEST_ESPEAK_PATH = 159
"""Longest path, in bytes, of its data that eSpeak NG can use. It cuts off longer paths, and then finds nothing."""

_PREFIX = "voiceguide-system-"
_LONGEST_BASE = 100
"""Longest path, in bytes, of a folder for temporary files, so that paths inside the new folder are short enough too."""

_LEFT_SECONDS = 86_400.0
"""Age in seconds after which an unchanged folder is left over: a session has at most 12 hours."""


def make_folder() -> Path:
    """Make a folder for one worker, readable by this user alone. Remove leftover folders of killed runs.

    Raises:
        OSError: the folder cannot be made.
    """
    base = Path(tempfile.gettempdir())
    if os.name == "posix" and len(os.fsencode(base)) > _LONGEST_BASE:
        short = (Path(each) for each in ("/tmp", "/var/tmp"))
        base = next((each for each in short if each.is_dir() and os.access(each, os.W_OK)), base)
    _sweep(base)
    return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))


def readable_by_espeak(data: Path, folder: Path) -> Path:
    """Return a path to the folder `data` that is short enough for eSpeak NG: its own, or a link made in `folder`.

    Raises:
        OSError: the link cannot be made.
        ValueError: the path of the link would also be too long.
    """
    if len(os.fsencode(data)) <= LONGEST_ESPEAK_PATH:
        return data
    link = folder / data.name
    if len(os.fsencode(link)) > LONGEST_ESPEAK_PATH:
        raise ValueError(
            f"eSpeak NG reads paths of at most {LONGEST_ESPEAK_PATH} bytes, and that of its data is longer ({data}), "
            f"as is that of the folder for temporary files; set TMPDIR to a folder with a short path"
        )
    link.symlink_to(data, target_is_directory=True)
    return link


def _sweep(base: Path) -> None:
    """Remove the folders of this user in which nothing was written for a day."""
    for folder in base.glob(f"{_PREFIX}*"):
        with suppressed(OSError, log=__name__, what=f"the old folder {folder} stays"):
            status = folder.lstat()
            ours = stat.S_ISDIR(status.st_mode) and (os.name != "posix" or status.st_uid == os.geteuid())
            # A folder dated far in the future was made while the clock was wrong.
            if ours and abs(time.time() - status.st_mtime) > _LEFT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
