"""Every folder of the program: the user's own, the cache, and the shipped ones. One of the user's may be unknown."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from voiceguide.base.errors import FileError
from voiceguide.base.log import passed_over

_PACKAGE = Path(__file__).resolve().parents[1]

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
    except RuntimeError as cause:
        # As platformdirs says it.
        passed_over(__name__, f"no folder is known for {variable}", cause)
        return NOWHERE
    # Some versions of it leave the `~` where it is.
    return NOWHERE if found.parts[0].startswith("~") else found


def is_nowhere(path: Path) -> bool:
    """Whether a path lies in a folder that cannot be known."""
    return path == NOWHERE or NOWHERE in path.parents


def reason(path: Path, cause: OSError) -> str:
    """Why something failed at a path."""
    return NO_HOME if is_nowhere(path) else cause.strerror or str(cause)


def data_folder() -> Path:
    """The user's folder for routines, voices and the practice log; `NOWHERE` if it cannot be known."""

    def usual() -> Path:
        from platformdirs import user_data_path

        return user_data_path("voiceguide", appauthor=False)

    return user_folder("VOICEGUIDE_DATA_DIR", usual)


def cache_folder() -> Path:
    """`VOICEGUIDE_CACHE_DIR`, or the platform's folder for caches; `NOWHERE` if it cannot be known."""

    def usual() -> Path:
        from platformdirs import user_cache_path

        return user_cache_path("voiceguide", appauthor=False)

    return user_folder("VOICEGUIDE_CACHE_DIR", usual)


def shipped(folder: str) -> Path:
    """The folder of shipped files called `folder`: `routines` or `audio`.

    A wheel carries the two inside the package; in a source checkout they lie beside it.

    Raises:
        FileError: it is in neither place.
    """
    packaged = _PACKAGE / "shipped" / folder
    for path in (packaged, _PACKAGE.parent / folder):
        if path.is_dir():
            return path
    raise FileError(packaged, f"The shipped folder {folder!r} is missing from {_PACKAGE}.", "Install voiceguide again.")
