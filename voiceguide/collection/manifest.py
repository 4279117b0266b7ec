"""The manifest of a collection: the files made in its folder, their inputs, and their hashes."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from voiceguide.app.exporting import Exported
from voiceguide.base.atomic import replacing
from voiceguide.base.files import read_whole
from voiceguide.base.hashes import Hashes, sha256
from voiceguide.base.log import suppressed

FILE_NAME = "voiceguide.json"

MAX_BYTES = 64 * 1024**2
"""The entries of about 50,000 files. A larger manifest is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file of the folder."""

    routine: str
    """Routine's name, or its path: see `whereabouts`."""
    title: str
    seconds: float
    phrases: int
    """Number of distinct phrases in the session."""
    bytes: int
    sha256: str
    """Hash of the file."""
    inputs: str
    """Hash of everything that shaped the file."""
    version: str
    """Version of voiceguide."""
    encoder: str
    """Encoder's name, version and settings."""
    voice: str
    """Engine and voice."""
    engine: str
    """Engine's fingerprint: versions, settings, the voice's hash."""
    also: dict[str, str]
    """Hashes of the extra files beside this file, by name."""

    def still_is(self, path: Path, hashes: Hashes) -> bool:
        """Tell whether the file at `path` is unchanged.

        If its size and time of change are the same as before, `hashes` knows its hash without reading it.
        """
        if not _is_file(path) or path.stat().st_size != self.bytes:
            return False
        with suppressed(OSError, log=__name__, what=f"{path} cannot be read"):
            return hashes.of(path) == self.sha256
        return False

    def exported(self, path: Path) -> Exported:
        """Return the result of an export of this file with all phrases in the cache."""
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
        """Tell whether the extra file at `path` is missing or changed."""
        return not is_as_made(path, self.also.get(path.name, ""))


@dataclass(frozen=True, slots=True)
class Left:
    """An extra file that was made beside another file and is not wanted any more."""

    routine: str
    sha256: str


def is_as_made(path: Path, made: str) -> bool:
    """Tell whether a file still has the hash `made`."""
    with suppressed(OSError, log=__name__, what=f"{path} cannot be read"):
        return _is_file(path) and sha256(path) == made
    return False


def _is_file(path: Path) -> bool:
    # voiceguide makes no links, and the target of a link may be outside the folder.
    return path.is_file() and not path.is_symlink()


class Manifest:
    """The entries of a folder, by the names of their files."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self.complaint = ""
        """Reason why the old manifest was ignored; empty for none."""
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
        """Add a file that was made."""
        self._leave(name)
        self.entries[name] = entry
        for made in (name, *entry.also):
            self.left.pop(made, None)

    def forget(self, names: Collection[str]) -> None:
        """Remove files from the manifest, but not the extra files beside them unless they are also named."""
        for name in names:
            self._leave(name)
        for name in names:
            self.left.pop(name, None)
        for name, entry in self.entries.items():
            also = {sidecars: made for sidecars, made in entry.also.items() if sidecars not in names}
            self.entries[name] = replace(entry, also=also)

    def _leave(self, name: str) -> None:
        """Remove a file, and keep its extra files in `left`."""
        if old := self.entries.pop(name, None):
            self.left |= {sidecars: Left(old.routine, made) for sidecars, made in old.also.items()}

    def save(self) -> None:
        """Write the manifest if it has changed.

        Raises:
            FileError: the manifest cannot be written.
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
    """Return the stored fields of a dataclass, after a check of their types."""
    types: dict[str, Any] = {"seconds": int | float, "phrases": int, "bytes": int, "also": dict}
    values = {each.name: read[each.name] for each in fields(kind)}
    for name, value in values.items():
        if not isinstance(value, types.get(name, str)):
            raise TypeError(f"{name} is {value!r}")
    return values


def _hashes(read: dict[str, str]) -> dict[str, str]:
    return {name: str(made) for name, made in read.items() if _is_plain(name)}


def _is_plain(name: str) -> bool:
    """Tell whether a name means a file in the folder itself, on any system: the manifest may have been edited."""
    return PurePosixPath(name).name == name == PureWindowsPath(name).name and name not in ("..", FILE_NAME)
