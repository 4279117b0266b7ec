"""The bed that a listener chose: a shipped one, or a sound file."""

from __future__ import annotations

import os
from pathlib import Path

from voiceguide.base.errors import UnknownName
from voiceguide.base.source import known_as
from voiceguide.sound.beds import bed as beds
from voiceguide.sound.beds.bed import Bed
from voiceguide.sound.beds.paths import inspect

NONE = "none"
"""Name that stands for no bed."""

_NAMES = ("", NONE, *beds.NAMES)


def chosen(name: str, level_db: float) -> Bed | None:
    """Return the bed with this name or file path; None if no bed is wanted. A file is decoded and checked here.

    Raises:
        UnknownName: no bed has this name, and it is not the path of a file.
        FileError: the file cannot be used.
    """
    name = bed_called(name)
    if name in ("", NONE):
        return None
    if name in beds.NAMES:
        return beds.bed(name, level_db)
    from voiceguide.sound.beds.files import load

    return load(require_bed(name), level_db)


def bed_called(name: str) -> str:
    """Return the exact spelling of a shipped bed's name. Any other text is returned as the path of a file."""
    known = known_as(name, _NAMES)
    return name if known is None else known


def is_file_name(name: str) -> bool:
    """Whether a name, as `bed_called` returns it, means a file."""
    return name not in _NAMES


def require_bed(name: str) -> Path:
    """Return the path of the sound file that a bed's name stands for.

    Raises:
        UnknownName: the name is not the path of a file.
        FileError: the file does not exist, or cannot be a bed. It is not decoded for this check.
    """
    # Path.expanduser would raise an error for an unknown user.
    path = Path(os.path.expanduser(name))  # noqa: PTH111
    if not path.suffix and not os.path.exists(path):  # noqa: PTH110  # Path.exists raises errors for odd names
        raise UnknownName("bed", name, (NONE, *beds.NAMES), "The path of a sound file will do, too.")
    inspect(path)
    return path
