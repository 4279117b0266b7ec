"""Where the files shipped with the program are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from voiceguide.base.errors import FileError

_PACKAGE = Path(__file__).resolve().parents[1]


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


@cache
def chime_names() -> tuple[str, ...]:
    """The names of the shipped chimes, sorted.

    Raises:
        FileError: the shipped files are missing.
    """
    return tuple(sorted(path.stem for path in shipped("audio").glob("*.wav")))
