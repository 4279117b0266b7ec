"""The profiles a listener can name: data in `profiles.yaml` files, so that an author can add one."""

from __future__ import annotations

from voiceguide.errors import UnknownName
from voiceguide.routine.fields import Fields
from voiceguide.routine.model import Profiles, Routine
from voiceguide.routine.shelf import folders
from voiceguide.routine.tree import Mapping, parse, read_text
from voiceguide.source import Problems, UnreadableSource

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
            root = parse(read_text(path), str(path), Problems()) if path.is_file() else None
        except UnreadableSource:
            continue
        if isinstance(root, Mapping):
            titles |= dict(read_profiles(root, Problems()).titles)
    return titles


def require_profiles(names: tuple[str, ...], routine: Routine) -> None:
    """Refuse a profile that neither a file nor a caution of this routine knows.

    Raises:
        UnknownName: it holds the nearest.
    """
    known = {*profiles(), *(caution.when for move in routine.library for caution in move.cautions)}
    for name in names:
        if name not in known:
            raise UnknownName("profile", name, known)
