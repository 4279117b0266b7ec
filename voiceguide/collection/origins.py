"""How the manifest refers to the routine of a file, and whether that routine still exists.

A routine that can be called by name is stored as its name, which is the same on every machine. Any other routine is
stored as a path with a slash in it, relative to the folder of the files, so that both can be moved together.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from voiceguide.base.log import passed_over


def told(routine: Path, folder: Path, by_name: Mapping[str, Path]) -> str:
    """Return the manifest's reference to a routine. `by_name` holds the routines that can be called by name."""
    path = _real(routine)
    named = by_name.get(routine.stem)
    if named and _real(named) == path:
        return routine.stem
    try:
        seen = os.path.relpath(path, os.path.realpath(folder))
    except ValueError:
        # The routine is on another drive of Windows, and has no relative path.
        return path.as_posix()
    return Path(seen).as_posix() if os.sep in seen else f"./{seen}"


def is_there(routine: str, folder: Path, by_name: Mapping[str, Path]) -> bool:
    """Whether a routine exists, or may exist: if its folder is missing, its disk may only be disconnected."""
    if "/" not in routine:
        return routine in by_name
    path = os.path.normpath(Path(os.path.realpath(folder), routine))
    try:
        # A link counts as a routine's file, even if its target is missing.
        os.lstat(path)
    except FileNotFoundError:
        return not os.path.isdir(os.path.dirname(path))  # noqa: PTH112, PTH120  # Path.is_dir raises errors
    except (OSError, ValueError) as cause:
        passed_over(__name__, f"the routine {routine} counts as there", cause)
    return True


def _real(routine: Path) -> Path:
    """Return a path whose folders are not links. The file itself may be a link."""
    return Path(os.path.realpath(routine.parent), routine.name)
