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
    """The profiles of a file."""
    listed = Fields(root, "a file of profiles", ("profiles",), problems).mapping("profiles", "{pregnant: Pregnancy}")
    if listed is None:
        return Profiles(())
    names = tuple(key.value for key, _ in listed.pairs)
    fields = Fields(listed, "profiles", names, problems)
    return Profiles(tuple((name, fields.word(name, name)) for name in names))


def profiles() -> dict[str, str]:
    """Title of every profile by name, from all folders of the search path. A broken file is left to the checker."""
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
    """The profiles called so, in every spelling that a file or a caution of this routine has for them.

    Raises:
        UnknownName: neither a file, nor a caution of this routine or of a shared library knows one; it holds the
            nearest.
    """
    here = {*profiles(), *_in_cautions(routine.library)}
    found: dict[str, None] = {}
    for name in names:
        same = sorted(each for each in here if folded(each) == folded(name))
        # One that only another routine heeds is no mistake, and changes nothing here.
        found |= dict.fromkeys(same or [require_profile(name, here, advice)])
    return tuple(found)


def require_profile(name: str, here: Iterable[str] = (), advice: str = "") -> str:
    """The spelling of a profile that one of `here`, a file of profiles, or a shared move library knows.

    Raises:
        UnknownName: none does; it holds the nearest.
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
    """The profiles that cautions of the shared move libraries name. What is broken there is left to the checker."""
    found: set[str] = set()
    for folder in folders():
        for path in files_in(folder / "moves", "*.y*ml"):
            problems = Problems()
            with suppress(UnreadableSource):
                library = read_library(parse(read_text(path), str(path), problems), Span(str(path), 1, 1), problems)
                found |= _in_cautions(library.moves)
    return found
