"""Where the user's own files are, and what is said where that cannot be known."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

NOWHERE = Path(os.devnull, "no-home")
"""Stands for a folder that cannot be known. Nothing is there, and nothing can be made there."""

NO_HOME = "no home folder is known: set HOME, or VOICEGUIDE_DATA_DIR and VOICEGUIDE_CACHE_DIR"
"""Why nothing can be kept, and what to do about it."""


def user_folder(variable: str, usual: Callable[[], Path]) -> Path:
    """The folder that the environment's `variable` names, or the platform's usual one.

    Returns:
        `NOWHERE` where neither is known: there is no HOME, and the system does not know this user, as in some
        containers. Sessions go on without what would be kept there.
    """
    given = os.environ.get(variable)
    if given:
        return Path(given)
    try:
        found = usual()
    except RuntimeError:
        # As platformdirs says it.
        return NOWHERE
    # Some versions of it leave the `~` where it is.
    return NOWHERE if found.parts[0].startswith("~") else found


def is_nowhere(path: Path) -> bool:
    """Whether a path lies in a folder that cannot be known."""
    return path == NOWHERE or NOWHERE in path.parents


def reason(path: Path, cause: OSError) -> str:
    """Why something failed at a path."""
    return NO_HOME if is_nowhere(path) else cause.strerror or str(cause)
