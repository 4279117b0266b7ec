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
"""The name of no bed at all."""

_NAMES = ("", NONE, *beds.NAMES)


def chosen(name: str, level_db: float) -> Bed | None:
    """The bed called `name`, or the sound file there; None where none is wanted. A file is decoded and checked here.

    Raises:
        UnknownName: no bed is called that, and it is no path of a file.
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
    """What a listener calls a bed, in the spelling of the shipped ones; anything else is the path of a file."""
    known = known_as(name, _NAMES)
    return name if known is None else known


def is_file_name(name: str) -> bool:
    """Whether a bed of this name, from `bed_called`, is a file."""
    return name not in _NAMES


def require_bed(name: str) -> Path:
    """The path of the sound file that a bed's name is.

    Raises:
        UnknownName: it is no path of a file.
        FileError: it does not exist, or is none that can be a bed by all that can be seen without decoding it.
    """
    # Not Path.expanduser, which raises an error for a user there is not.
    path = Path(os.path.expanduser(name))  # noqa: PTH111
    if not path.suffix and not os.path.exists(path):  # noqa: PTH110  # Path.exists raises errors for odd names
        raise UnknownName("bed", name, (NONE, *beds.NAMES), "The path of a sound file will do, too.")
    inspect(path)
    return path
