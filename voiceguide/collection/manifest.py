"""The manifest of a collection: which files of its folder were made, of what, and what they then were."""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from voiceguide.hashes import Hashes, sha256
from voiceguide.output.replacing import replacing

FILE_NAME = "voiceguide.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of the folder."""

    routine: str
    """The routine's name."""
    title: str
    seconds: float
    phrases: int
    """Distinct phrases of the session."""
    bytes: int
    sha256: str
    """Of the file."""
    inputs: str
    """The hash of everything that shaped it."""
    version: str
    """Of voiceguide."""
    encoder: str
    """Its name, version and settings."""
    voice: str
    """Engine and voice."""
    engine: str
    """The engine's fingerprint: versions, settings, the voice's hash."""
    also: dict[str, str]
    """The hashes of what lies beside it, by the names of the files."""

    def still_is(self, path: Path, hashes: Hashes) -> bool:
        """Whether the file at `path`, and all that lies beside it, is what was made.

        Of the file itself, `hashes` remember what it was when its size and time of change were what they are.
        """
        if not _is_file(path) or path.stat().st_size != self.bytes:
            return False
        with suppress(OSError):
            return hashes.of(path) == self.sha256 and all(
                is_as_made(path.with_name(name), made) for name, made in self.also.items()
            )
        return False


def is_as_made(path: Path, made: str) -> bool:
    """Whether a file's content is what it was, by its hash."""
    with suppress(OSError):
        return _is_file(path) and sha256(path) == made
    return False


def _is_file(path: Path) -> bool:
    # A link is somebody else's doing, and what it leads to need not be in the folder.
    return path.is_file() and not path.is_symlink()


class Manifest:
    """The entries of one folder, by the names of their files."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self.complaint = ""
        """Why what was there does not count; empty where all is well."""
        self.entries: dict[str, Entry] = {}
        self.left: dict[str, str] = {}
        """Hashes of files that were made beside others, and are no longer."""
        self._saved = ""
        try:
            self._saved = self.path.read_text(encoding="utf-8")
            read = json.loads(self._saved)
            self.left = _hashes(read["left"])
            self.entries = {name: _entry(each) for name, each in read["files"].items() if _is_plain(name)}
        except FileNotFoundError:
            pass
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as cause:
            reason = " ".join(str(cause).split())[:80]
            self.complaint = f"{self.path} cannot be read ({reason}), so every file is made again."

    def put(self, name: str, entry: Entry) -> None:
        """Take in a file that was made."""
        old = self.entries.get(name)
        self.left |= old.also if old else {}
        self.entries[name] = entry
        for made in (name, *entry.also):
            self.left.pop(made, None)

    def forget(self, names: Collection[str]) -> None:
        """Forget files, but not what was made beside them, unless that is named too."""
        for name in names:
            if entry := self.entries.pop(name, None):
                self.left |= entry.also
        for name in names:
            self.left.pop(name, None)

    def save(self) -> None:
        """Write it, if it has changed.

        Raises:
            FileError: it cannot be written.
        """
        files = {name: asdict(entry) for name, entry in self.entries.items()}
        text = json.dumps({"files": files, "left": self.left}, indent=1, sort_keys=True) + "\n"
        if text != self._saved:
            with replacing(self.path) as file:
                file.write(text.encode())
            self._saved = text


def _entry(read: dict[str, Any]) -> Entry:
    """An entry, each of its fields of its type."""
    types: dict[str, Any] = {"seconds": int | float, "phrases": int, "bytes": int, "also": dict}
    values = {each.name: read[each.name] for each in fields(Entry)}
    for name, value in values.items():
        if not isinstance(value, types.get(name, str)):
            raise TypeError(f"{name} is {value!r}")
    return Entry(**{**values, "also": _hashes(values["also"])})


def _hashes(read: dict[str, str]) -> dict[str, str]:
    return {name: str(made) for name, made in read.items() if _is_plain(name)}


def _is_plain(name: str) -> bool:
    """Whether it names something in the folder itself, on any system: the manifest may have been edited."""
    return PurePosixPath(name).name == name == PureWindowsPath(name).name and name not in ("..", FILE_NAME)
