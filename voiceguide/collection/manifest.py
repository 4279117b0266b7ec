"""The manifest of a collection: which files of its folder were made, of what, and what they then were."""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from voiceguide.exporting import Exported
from voiceguide.files import read_whole
from voiceguide.hashes import Hashes, sha256
from voiceguide.output.replacing import replacing

FILE_NAME = "voiceguide.json"

MAX_BYTES = 64 * 1024**2
"""The entries of about 50,000 files. A larger manifest is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of the folder."""

    routine: str
    """The routine's name, or where it is: see `whereabouts`."""
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
        """Whether the file at `path` is what was made.

        Where its size and time of change are what they were, `hashes` remember what is in it.
        """
        if not _is_file(path) or path.stat().st_size != self.bytes:
            return False
        with suppress(OSError):
            return hashes.of(path) == self.sha256
        return False

    def exported(self, path: Path) -> Exported:
        """What its export would tell, had all been in the cache."""
        return Exported(
            path=path,
            seconds=self.seconds,
            bytes=self.bytes,
            phrases=self.phrases,
            synthesised=0,
            cached=self.phrases,
            also=tuple(path.with_name(name) for name in self.also),
        )

    def lacks(self, path: Path) -> bool:
        """Whether `path`, which is to lie beside the file, is not what was made."""
        return not is_as_made(path, self.also.get(path.name, ""))


@dataclass(frozen=True, slots=True)
class Left:
    """A file that was made beside another, and no longer is."""

    routine: str
    sha256: str


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
        self.left: dict[str, Left] = {}
        self._saved = ""
        try:
            self._saved = read_whole(self.path, MAX_BYTES).decode("utf-8")
            read = json.loads(self._saved)
            self.left = {name: _left(each) for name, each in read["left"].items() if _is_plain(name)}
            self.entries = {name: _entry(each) for name, each in read["files"].items() if _is_plain(name)}
        except FileNotFoundError:
            pass
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as cause:
            said = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
            reason = " ".join(said.split())[:80]
            self.complaint = f"{self.path} cannot be read ({reason}), so every file is made again."

    def put(self, name: str, entry: Entry) -> None:
        """Take in a file that was made."""
        self._leave(name)
        self.entries[name] = entry
        for made in (name, *entry.also):
            self.left.pop(made, None)

    def forget(self, names: Collection[str]) -> None:
        """Forget files, but not what was made beside them, unless that is named too."""
        for name in names:
            self._leave(name)
        for name in names:
            self.left.pop(name, None)
        for name, entry in self.entries.items():
            also = {beside: made for beside, made in entry.also.items() if beside not in names}
            self.entries[name] = replace(entry, also=also)

    def _leave(self, name: str) -> None:
        """Take a file out; what lies beside it stays where it is."""
        if old := self.entries.pop(name, None):
            self.left |= {beside: Left(old.routine, made) for beside, made in old.also.items()}

    def save(self) -> None:
        """Write it, if it has changed.

        Raises:
            FileError: it cannot be written.
        """
        files = {name: asdict(entry) for name, entry in self.entries.items()}
        left = {name: asdict(each) for name, each in self.left.items()}
        text = json.dumps({"files": files, "left": left}, indent=1, sort_keys=True) + "\n"
        if text != self._saved:
            with replacing(self.path) as file:
                file.write(text.encode())
            self._saved = text


def _entry(read: dict[str, Any]) -> Entry:
    values = _values(Entry, read)
    return Entry(**{**values, "also": _hashes(values["also"])})


def _left(read: dict[str, Any]) -> Left:
    return Left(**_values(Left, read))


def _values(kind: type[Entry | Left], read: dict[str, Any]) -> dict[str, Any]:
    """What was kept of a dataclass, each of its fields of its type."""
    types: dict[str, Any] = {"seconds": int | float, "phrases": int, "bytes": int, "also": dict}
    values = {each.name: read[each.name] for each in fields(kind)}
    for name, value in values.items():
        if not isinstance(value, types.get(name, str)):
            raise TypeError(f"{name} is {value!r}")
    return values


def _hashes(read: dict[str, str]) -> dict[str, str]:
    return {name: str(made) for name, made in read.items() if _is_plain(name)}


def _is_plain(name: str) -> bool:
    """Whether it names something in the folder itself, on any system: the manifest may have been edited."""
    return PurePosixPath(name).name == name == PureWindowsPath(name).name and name not in ("..", FILE_NAME)
