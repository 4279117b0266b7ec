"""Checking the path of a bed: where a routine's bed may lie, and which files are refused undecoded. Needs no numpy."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path, PurePosixPath, PureWindowsPath

from voiceguide.base.errors import FileError
from voiceguide.routine.search_path import LeadsOut, confined
from voiceguide.sound.beds.bed import NAMES
from voiceguide.sound.decoding import INCOMPLETE, ODD, TOO_LONG
from voiceguide.sound.sniffing import Kind, is_cut, is_playlist, kind_of

MAX_BYTES = 1 << 30
"""Greatest size of a file. A larger one is refused unread."""

GIVE = f"Give a WAV, FLAC, MP3 or OGG file, or one of: {', '.join(NAMES)}."
_AGAIN = "Copy or download it again."
_PIECE = "Give a shorter piece of it: a bed is played in a loop."
_FAULTS = {
    INCOMPLETE: ("ends too early, or is damaged", _AGAIN),
    TOO_LONG: ("is longer than 2 hours", _PIECE),
    ODD: ("has a sample rate or a number of channels that no file for listening has", GIVE),
}


def beside(routine: Path, written: str) -> Path:
    """Return the path of a bed that a routine file names, within that file's folder. See `search_path.confined`.

    A path from the command line may lead anywhere and needs only `inspect`.

    Raises:
        FileError: the path leads out of the folder, by itself or through a link.
    """
    on_windows = PureWindowsPath(written)
    strays = on_windows.drive or on_windows.root or PurePosixPath(written).is_absolute() or ".." in on_windows.parts
    if written and not strays and "\0" not in written:
        with suppress(LeadsOut):
            return confined(routine, routine.parent / written)
    what = f"The bed {written!r} lies outside the folder of {routine.name}."
    raise FileError(written, what, "Put it in that folder and name it by its path from there.")


def inspect(path: Path) -> Kind:
    """Return the kind of a sound file by its header, after all checks that need no decoding.

    Raises:
        FileError: the file is missing, not regular, empty, too large, cut, a playlist, or of no known kind of sound.
    """
    try:
        mode, size = path.stat().st_mode, path.stat().st_size
        if stat.S_ISDIR(mode):
            raise refusal(path, "is a folder")
        if not stat.S_ISREG(mode):
            raise refusal(path, "is no ordinary file")
        if size == 0:
            raise refusal(path, "is empty")
        if size > MAX_BYTES:
            raise refusal(path, "is larger than 1 GB", _PIECE)
        with path.open("rb") as file:
            kind = kind_of(file)
            if kind is None:
                raise refusal(path, "is a playlist, not sound" if is_playlist(file) else "is no sound file known here")
            if is_cut(file, kind, size):
                raise refusal(path, "ends too early", _AGAIN)
    except FileNotFoundError as cause:
        raise refusal(path, "does not exist") from cause
    except (OSError, ValueError) as cause:
        # A path with a zero byte in it raises a ValueError.
        raise refusal(path, f"cannot be read ({cause})") from cause
    return kind


def refused_as(code: int, path: Path) -> FileError:
    """Return the error for a decoder's exit code."""
    return refusal(path, *_FAULTS.get(code, ("is damaged and cannot be decoded", GIVE)))


def refusal(path: Path, fault: str, remedy: str = GIVE) -> FileError:
    """Return an error of one line that says what is wrong with a bed, and what to use instead."""
    return FileError(path, f"The bed {shown(path)} {fault}.", remedy)


def shown(path: Path) -> str:
    """Return a path on one line, with special characters escaped."""
    return str(path) if str(path).isprintable() else ascii(str(path))
