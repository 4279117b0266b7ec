"""Which routine a file was made of, as the manifest tells it, and whether that routine is still there.

One that can be called by name is its name, the same on every machine. Any other is a path with a slash in it, as seen
from the folder of the files: who moves both, or sends them on a stick, moves that with them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from voiceguide.base.log import passed_over


def told(routine: Path, folder: Path, by_name: Mapping[str, Path]) -> str:
    """How the manifest of `folder` tells a routine, where `by_name` has those that can be called by name."""
    path = _real(routine)
    named = by_name.get(routine.stem)
    if named and _real(named) == path:
        return routine.stem
    try:
        seen = os.path.relpath(path, os.path.realpath(folder))
    except ValueError:
        # On another drive of Windows.
        return path.as_posix()
    return Path(seen).as_posix() if os.sep in seen else f"./{seen}"


def is_there(routine: str, folder: Path, by_name: Mapping[str, Path]) -> bool:
    """Whether a routine is still there, or may be: a disk that is not at hand has not lost its routines."""
    if "/" not in routine:
        return routine in by_name
    path = os.path.normpath(Path(os.path.realpath(folder), routine))
    try:
        # A link is a routine's file, wherever it leads.
        os.lstat(path)
    except FileNotFoundError:
        return not os.path.isdir(os.path.dirname(path))  # noqa: PTH112, PTH120  # Path.is_dir raises errors
    except (OSError, ValueError) as cause:
        passed_over(__name__, f"the routine {routine} counts as there", cause)
    return True


def _real(routine: Path) -> Path:
    """Its path without links on the way to it; it may be one itself."""
    return Path(os.path.realpath(routine.parent), routine.name)
