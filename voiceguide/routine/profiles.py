"""The profiles a listener can name: data in `profiles.yaml` files, so that an author can add one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from voiceguide.base.errors import UnknownName
from voiceguide.base.source import Problems, Span, UnreadableSource, folded, known_as
from voiceguide.base.text_files import read_text
from voiceguide.routine.fields import Fields
from voiceguide.routine.model import Move, Profiles, Routine
from voiceguide.routine.moves import read_library
from voiceguide.routine.search_path import exists, files_in, folders
from voiceguide.routine.tree import Mapping, parse

FILE = "profiles.yaml"


def read_profiles(root: Mapping, problems: Problems) -> Profiles:
    """Read the profiles of a file."""
    listed = Fields(root, "a file of profiles", ("profiles",), problems).mapping("profiles", "{pregnant: Pregnancy}")
    if listed is None:
        return Profiles(())
    names = tuple(key.value for key, _ in listed.pairs)
    fields = Fields(listed, "profiles", names, problems)
    return Profiles(tuple((name, fields.word(name, name)) for name in names))


def profiles() -> dict[str, str]:
    """Return titles by name of the profiles in all folders of the search path. Broken files are skipped here."""
    titles: dict[str, str] = {}
    for folder in reversed(folders()):
        path = folder / FILE
        try:
            root = parse(read_text(path), str(path), Problems()) if exists(path) else None
        except UnreadableSource:
            continue
        if isinstance(root, Mapping):
            titles |= dict(read_profiles(root, Problems()).titles)
    return titles


def known_profiles(names: tuple[str, ...], routine: Routine, advice: str = "") -> tuple[str, ...]:
    """Return the named profiles, in every spelling that a file or a caution of this routine has for them.

    Raises:
        UnknownName: no file, and no caution of this routine or of a shared library, has this profile. The exception
            holds the nearest.
    """
    here = {*profiles(), *_in_cautions(routine.library)}
    found: dict[str, None] = {}
    for name in names:
        same = sorted(each for each in here if folded(each) == folded(name))
        # A profile that only other routines use is no mistake, and changes nothing in this one.
        found |= dict.fromkeys(same or [require_profile(name, here, advice)])
    return tuple(found)


def require_profile(name: str, here: Iterable[str] = (), advice: str = "") -> str:
    """Return the spelling of a profile in `here`, a file of profiles, or a shared move library.

    Raises:
        UnknownName: the profile is in none of them. The exception holds the nearest.
    """
    known = {*here, *profiles()}
    found = known_as(name, sorted(known))
    if found is None:
        known |= _in_libraries()
        found = known_as(name, sorted(known))
    if found is None:
        raise UnknownName("profile", name, sorted(known), advice)
    return found


def _in_cautions(moves: Iterable[Move]) -> set[str]:
    return {caution.when for move in moves for caution in move.cautions}


def _in_libraries() -> set[str]:
    """Return the profiles that cautions of the shared move libraries name. Broken libraries are skipped here."""
    found: set[str] = set()
    for folder in folders():
        for path in files_in(folder / "moves", "*.y*ml"):
            problems = Problems()
            with suppress(UnreadableSource):
                library = read_library(parse(read_text(path), str(path), problems), Span(str(path), 1, 1), problems)
                found |= _in_cautions(library.moves)
    return found
