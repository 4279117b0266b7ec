"""The folders in which routines, move libraries and shared parts are found."""

from __future__ import annotations

import os
import re
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import Literal

from voiceguide.base.errors import FileError, UnknownName
from voiceguide.base.paths import data_folder, shipped
from voiceguide.base.source import Problem, Span, did_you_mean, error, known_as, nearest, shortened

NO_ROUTINES = ("README", "profiles")
"""Names of files in the folders that are not routines."""

YAML = (".yaml", ".yml")

_FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
"""Unicode forms in which to look up a name with accents: some file systems keep names in NFD."""

ENDINGS = (*YAML, ".md")
"""Endings of routine files, and of scripts written by hand."""

_NAME = re.compile(r"[\w\u0300-\u036f\u3099\u309a-]{1,60}")
"""Name by which a routine may refer to a library or a part; never a path. The codes are combining accents, which are
not letters to Python."""


def folders() -> tuple[Path, ...]:
    """Return the folders in the order in which they are searched: `VOICEGUIDE_ROUTINES`, the user's, the shipped."""
    listed = tuple(Path(part) for part in os.environ.get("VOICEGUIDE_ROUTINES", "").split(os.pathsep) if part)
    return (*listed, data_folder() / "routines", shipped("routines"))


def routines() -> dict[str, Path]:
    """Return every routine that can be called by name, sorted. For equal names, the earlier folder wins."""
    found: dict[str, Path] = {}
    for folder in folders():
        # A folder of the search path that does not exist holds no routines; `doctor` names it.
        with suppress(OSError):
            for path in _routines_in(folder):
                found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def _routines_in(folder: Path) -> list[Path]:
    """Return the files of a folder that may be routines or scripts, sorted."""
    return sorted(
        path for path in folder.iterdir() if path.suffix in ENDINGS and path.stem not in NO_ROUTINES and path.is_file()
    )


def find(name: str) -> Path:
    """Return the file of a routine, from its name or a path to it.

    Raises:
        UnknownName: no such routine exists. The exception holds the nearest names, or for a path the nearest files in
            its folder.
        FileError: the path leads to a folder.
    """
    path = Path(name)
    looks_like_path = path.suffix in ENDINGS or path.name != name
    if exists(path) and (looks_like_path or path.is_file()):
        if path.is_dir():
            raise FileError(name, f"{name} is a folder.", "Give the path of a routine file in it.")
        return path
    by_name = routines()
    known = known_as(name, by_name)
    if known is not None:
        return by_name[known]
    if not (path.suffix or path.name != name):
        raise UnknownName("routine", name, by_name, "See them all: voiceguide list")
    files: dict[str, Path] = {}
    # The folder may be missing, or its name impossible.
    with suppress(OSError, ValueError):
        # Names are compared without endings, because an equal ending would make all names similar.
        files = {each.stem: each for each in _routines_in(path.parent)}
    raise UnknownName("file", name, [str(files[each]) for each in nearest(path.stem, files)])


def exists(path: Path) -> bool:
    """Whether a file or folder exists at this path."""
    try:
        return path.exists()
    except OSError:
        # The name may be too long for any file, for example.
        return False


class LeadsOut(Exception):
    """A file that a routine names is neither in the routine's folder nor in a folder of the search path."""


def confined(routine: Path, named: Path) -> Path:
    """Return the real path of a file that a routine names, with every link followed.

    A routine from a stranger may come with links. So the library, part or bed that it names must be in the routine's
    folder or in a folder of the search path. The routine and these folders may themselves be links, because the user
    chose them.

    Args:
        routine: the routine's file, as the user named it.
        named: the path that the routine names; it need not exist.

    Raises:
        LeadsOut: the file is in another place.
    """
    real = Path(os.path.realpath(named))
    for folder in (routine.parent, *folders()):
        top = Path(os.path.realpath(folder))
        # Folders are compared by identity, because names may differ in case on some file systems.
        if any(_same(parent, top) for parent in real.parents):
            return real
    raise LeadsOut


def find_beside(routine: Path, folder: str, name: str) -> Path | None:
    """Find a move library (`folder` is `moves`) or a shared part (`parts`) beside the routine or on the search path.

    Returns:
        Path of the file; None if no file is found, or the name is not allowed.

    Raises:
        LeadsOut: the first file of that name, or its folder, is a link to another place.
    """
    if not _NAME.fullmatch(name):
        return None
    for place in (routine.parent, *folders()):
        for ending in YAML:
            for written in dict.fromkeys((name, *(unicodedata.normalize(form, name) for form in _FORMS))):
                path = place / folder / f"{written}{ending}"
                # A folder of the search path may be closed to this user.
                with suppress(OSError):
                    if path.is_file():
                        confined(routine, path)
                        return path
    return None


def files_in(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a folder whose names match, sorted; none if the folder is missing or cannot be read."""
    # A path may be too long for any folder.
    with suppress(OSError):
        return sorted(folder.glob(pattern))
    return []


def _same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return one.samefile(other)
    return False


def locate(routine: Path, folder: str, name: str, span: Span, what: str) -> Path | Problem:
    """Do the same as `find_beside`, but return a problem at `span` if the file is missing or not allowed.

    Args:
        routine: the routine's file.
        folder: `moves` or `parts`.
        name: name as the author wrote it.
        span: place of the name.
        what: a word for such a file.
    """
    try:
        path = find_beside(routine, folder, name)
    except LeadsOut:
        hint = f"put the file itself into the folder `{folder}`"
        return error(span, f"the {what} `{name}` is a link that leads out of the routine's folder", hint)
    hint = did_you_mean(name, names_beside(routine, folder)) if path is None else ""
    return path or error(span, f"there is no {what} `{shortened(name)}`", hint or f"put it in a folder `{folder}`")


def names_beside(routine: Path, folder: str) -> list[str]:
    """Return the names that `find_beside` could find, for a hint."""
    places = [place / folder for place in (routine.parent, *folders())]
    return sorted({path.stem for place in places for ending in YAML for path in files_in(place, f"*{ending}")})
