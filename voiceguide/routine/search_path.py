"""Where routines, move libraries and shared parts are found."""

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
"""Files among the routines that are none."""

YAML = (".yaml", ".yml")

_FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
"""Two ways to spell letters with accents: some file systems keep names in the second."""

ENDINGS = (*YAML, ".md")
"""Routine files, and scripts written by hand."""

_NAME = re.compile(r"[\w\u0300-\u036f\u3099\u309a-]{1,60}")
"""What a routine may write for a library or a part: no path. The codes are accents that are spelled apart from their
letters, and which are no letters to Python."""


def folders() -> tuple[Path, ...]:
    """The folders searched, first one first: `VOICEGUIDE_ROUTINES`, the user's own, the shipped ones."""
    listed = tuple(Path(part) for part in os.environ.get("VOICEGUIDE_ROUTINES", "").split(os.pathsep) if part)
    return (*listed, data_folder() / "routines", shipped("routines"))


def routines() -> dict[str, Path]:
    """Every routine that can be called by name, sorted; an earlier folder hides a later one's."""
    found: dict[str, Path] = {}
    for folder in folders():
        # A folder of the search path that does not exist holds no routines; `doctor` names it.
        with suppress(OSError):
            for path in _routines_in(folder):
                found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def _routines_in(folder: Path) -> list[Path]:
    """The files of a folder that may be routines or scripts, sorted."""
    return sorted(
        path for path in folder.iterdir() if path.suffix in ENDINGS and path.stem not in NO_ROUTINES and path.is_file()
    )


def find(name: str) -> Path:
    """The file of a routine, from its name or a path to it.

    Raises:
        UnknownName: there is none; it holds the nearest names, or for a path the nearest files in its folder.
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
    # There may be no such folder, nor could be.
    with suppress(OSError, ValueError):
        # By what they are called: with the same ending, any two names are alike.
        files = {each.stem: each for each in _routines_in(path.parent)}
    raise UnknownName("file", name, [str(files[each]) for each in nearest(path.stem, files)])


def exists(path: Path) -> bool:
    """Whether there is anything at this path."""
    try:
        return path.exists()
    except OSError:
        # A name too long for any file, say.
        return False


class LeadsOut(Exception):
    """What a routine names lies neither in its own folder nor in one of the search path."""


def confined(routine: Path, named: Path) -> Path:
    """Where a file that a routine names really is, with every link followed.

    Anybody may have written a routine and packed links with it, so that what it names, be it a library, a part or a
    bed, must lie in the routine's folder or in a folder of the search path. Of the routine itself and of these folders
    nothing is asked: the user has named them, and they may be links.

    Args:
        routine: the routine's file, as the user named it.
        named: the path that it names, whether or not there is something.

    Raises:
        LeadsOut: it lies elsewhere.
    """
    real = Path(os.path.realpath(named))
    for folder in (routine.parent, *folders()):
        top = Path(os.path.realpath(folder))
        # Not by their names, which do not tell it where a file system takes no notice of case.
        if any(_same(parent, top) for parent in real.parents):
            return real
    raise LeadsOut


def find_beside(routine: Path, folder: str, name: str) -> Path | None:
    """A move library (`folder` is `moves`) or a shared part (`parts`): beside the routine, or on the search path.

    Returns:
        Its path; None where there is none, or the name is none that such a file can have.

    Raises:
        LeadsOut: the first of that name is a link to somewhere else, or its folder is.
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
    """The files of a folder whose names match, sorted; none where the folder is missing, or cannot be read."""
    # A path may be too long for any folder.
    with suppress(OSError):
        return sorted(folder.glob(pattern))
    return []


def _same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return one.samefile(other)
    return False


def locate(routine: Path, folder: str, name: str, span: Span, what: str) -> Path | Problem:
    """As `find_beside`; a problem at `span` where there is no such file, or one that may not be read.

    Args:
        routine: the routine's file.
        folder: `moves` or `parts`.
        name: as the author wrote it.
        span: where.
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
    """What `find_beside` could find, for a hint."""
    places = [place / folder for place in (routine.parent, *folders())]
    return sorted({path.stem for place in places for ending in YAML for path in files_in(place, f"*{ending}")})
