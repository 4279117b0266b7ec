"""Where routines, move libraries and shared parts are found."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from voiceguide.errors import FileError, UnknownName
from voiceguide.resources import shipped
from voiceguide.source import known_as, nearest
from voiceguide.user_folders import user_folder

NO_ROUTINES = ("README", "profiles")
"""Files among the routines that are none."""

YAML = (".yaml", ".yml")

ENDINGS = (*YAML, ".md")
"""Routine files, and scripts written by hand."""


def folders() -> tuple[Path, ...]:
    """The folders searched, first one first: `VOICEGUIDE_ROUTINES`, the user's own, the shipped ones."""
    listed = tuple(Path(part) for part in os.environ.get("VOICEGUIDE_ROUTINES", "").split(os.pathsep) if part)
    return (*listed, data_folder() / "routines", shipped("routines"))


def data_folder() -> Path:
    """The user's folder for routines, voices and the practice log; `NOWHERE` if it cannot be known."""

    def usual() -> Path:
        from platformdirs import user_data_path

        return user_data_path("voiceguide", appauthor=False)

    return user_folder("VOICEGUIDE_DATA_DIR", usual)


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


def find_beside(routine: Path, folder: str, name: str) -> Path | None:
    """A move library (`folder` is `moves`) or a shared part (`parts`): beside the routine, or on the search path."""
    for place in (routine.parent, *folders()):
        for ending in YAML:
            path = place / folder / f"{name}{ending}"
            # A folder of the search path may be closed to this user.
            with suppress(OSError):
                if path.is_file():
                    return path
    return None


def files_in(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder whose names match, sorted; none where the folder is missing, or cannot be read."""
    # A path may be too long for any folder.
    with suppress(OSError):
        return sorted(folder.glob(pattern))
    return []


def names_beside(routine: Path, folder: str) -> list[str]:
    """What `find_beside` could find, for a hint."""
    places = [place / folder for place in (routine.parent, *folders())]
    return sorted({path.stem for place in places for ending in YAML for path in files_in(place, f"*{ending}")})
