"""Every folder of the program: the user's own, the cache, and the shipped ones. The user's folders may be unknown."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from voiceguide.base.errors import FileError
from voiceguide.base.log import passed_over

_PACKAGE = Path(__file__).resolve().parents[1]

NOWHERE = Path(os.devnull, "no-home")
"""Path used for an unknown folder. It does not exist and cannot be created."""

NO_HOME = "no home folder is known: set HOME, or VOICEGUIDE_DATA_DIR and VOICEGUIDE_CACHE_DIR"
"""Message that says why no files can be kept, and what to do about it."""


def user_folder(variable: str, usual: Callable[[], Path]) -> Path:
    """Return the folder that the environment's `variable` names, or the platform's usual one.

    Returns:
        `NOWHERE` if neither is known: there is no HOME, and the system does not know this user, as in some containers.
        Sessions then work without the files of that folder.
    """
    given = os.environ.get(variable)
    if given:
        return Path(given)
    try:
        found = usual()
    except RuntimeError as cause:
        # platformdirs found no home folder.
        passed_over(__name__, f"no folder is known for {variable}", cause)
        return NOWHERE
    # Some versions of platformdirs leave the `~` in the path.
    return NOWHERE if found.parts[0].startswith("~") else found


def is_nowhere(path: Path) -> bool:
    """Whether a path lies in an unknown folder."""
    return path == NOWHERE or NOWHERE in path.parents


def reason(path: Path, cause: OSError) -> str:
    """Return the reason why an operation on a path failed, in words."""
    return NO_HOME if is_nowhere(path) else cause.strerror or str(cause)


def data_folder() -> Path:
    """Return the user's folder for routines, voices and the practice log; `NOWHERE` if unknown."""

    def usual() -> Path:
        from platformdirs import user_data_path

        return user_data_path("voiceguide", appauthor=False)

    return user_folder("VOICEGUIDE_DATA_DIR", usual)


def cache_folder() -> Path:
    """Return `VOICEGUIDE_CACHE_DIR`, or the platform's folder for caches; `NOWHERE` if unknown."""

    def usual() -> Path:
        from platformdirs import user_cache_path

        return user_cache_path("voiceguide", appauthor=False)

    return user_folder("VOICEGUIDE_CACHE_DIR", usual)


def shipped(folder: str) -> Path:
    """Return the folder of shipped files called `folder`: `routines` or `audio`.

    In a wheel, both folders are inside the package; in a source checkout they are beside it.

    Raises:
        FileError: the folder is in neither place.
    """
    packaged = _PACKAGE / "shipped" / folder
    for path in (packaged, _PACKAGE.parent / folder):
        if path.is_dir():
            return path
    raise FileError(packaged, f"The shipped folder {folder!r} is missing from {_PACKAGE}.", "Install voiceguide again.")
