"""The bed that a listener chose: a shipped one, or a sound file."""

from __future__ import annotations

from pathlib import Path

from voiceguide.errors import UnknownName
from voiceguide.sound import beds
from voiceguide.sound.beds import Bed


def chosen(name: str, level_db: float) -> Bed | None:
    """The bed called `name`, or the sound file there; None where none is wanted. A file is decoded and checked here.

    Raises:
        UnknownName: no bed is called that, and it is no path of a file.
        FileError: the file cannot be used.
    """
    if name in ("", "none"):
        return None
    if name in beds.NAMES:
        return beds.bed(name, level_db)
    path = Path(name).expanduser()
    if not path.suffix and not path.exists():
        raise UnknownName("bed", name, beds.NAMES, "The path of a sound file will do, too.")
    from voiceguide.sound.bed_files import load

    return load(path, level_db)
