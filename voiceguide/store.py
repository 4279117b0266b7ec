"""The cache: finished work on disk under the hash of everything that shapes it, so that nothing is made twice.

One entry is one file: a header of magic, size and CRC-32, then the content. Entries are written beside their place and
linked to it, so that readers never see half of one, and the first of two writers wins: what a running session has
planned with does not change under it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import struct
import tempfile
import time
import zlib
from collections.abc import Mapping
from pathlib import Path

from voiceguide.user_folders import is_nowhere, reason, user_folder

SCHEMA = 2
"""Raised whenever the same key would have to hold other content."""

MAX_BYTES = 2 * 1024**3
"""About five hours of speech. The least recently used entries beyond it go."""

KEEP_SECONDS = 13 * 3600.0
"""An entry used within this time stays, whatever the size: a session may be playing from it, for 12 hours at most."""

_HEADER = struct.Struct("<8sII")
_MAGIC = b"vgcache" + bytes([SCHEMA])
_NEW = ".new-"
"""How the name of an entry begins while it is being written."""

TIDY_SECONDS = 3600.0
"""Entries beyond the bound may stay for so long."""

_TOUCH_SECONDS = 600.0
"""An entry used twice within this time is not marked as used again."""


def cache_folder() -> Path:
    """`VOICEGUIDE_CACHE_DIR`, or the platform's folder for caches; `NOWHERE` if it cannot be known."""

    def usual() -> Path:
        from platformdirs import user_cache_path

        return user_cache_path("voiceguide", appauthor=False)

    return user_folder("VOICEGUIDE_CACHE_DIR", usual)


def key_of(parts: Mapping[str, object]) -> str:
    """The key for everything that shapes some content: SHA-256 of its canonical JSON."""
    text = json.dumps({**parts, "schema": SCHEMA}, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Store:
    """Entries by key, in one folder. Safe with several processes and threads at once."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self.folder = folder / "clips"
        self.max_bytes = max_bytes
        self.complaint = ""
        """Why the last write failed; empty while all is well."""
        self._grown = False

    def path(self, key: str) -> Path:
        """Where the entry of that key is, if it is there."""
        return self.folder / key[:2] / key[2:]

    def has(self, key: str) -> bool:
        """Whether there is an entry of that key. It may be broken."""
        # Not Path.exists, which raises an error for a folder that may not be read.
        return os.path.exists(self.path(key))  # noqa: PTH110

    def get(self, key: str) -> bytes | None:
        """The entry of that key; None where there is none, or where it is broken."""
        path = self.path(key)
        try:
            with path.open("rb") as file:
                whole = file.read()
                used = os.fstat(file.fileno()).st_mtime
        except OSError:
            return None
        if len(whole) < _HEADER.size:
            return None
        magic, size, check = _HEADER.unpack_from(whole)
        content = whole[_HEADER.size :]
        if magic != _MAGIC or len(content) != size or zlib.crc32(content) != check:
            return None
        if time.time() - used > _TOUCH_SECONDS:
            with contextlib.suppress(OSError):
                os.utime(path)
        return content

    def put(self, key: str, content: bytes) -> bytes | None:
        """Keep content.

        Returns:
            What is kept: where an entry was made meanwhile, that one. None where the cache cannot be written, which
            costs time, never a session; `complaint` then says why.
        """
        path = self.path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=_NEW, dir=path.parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(_HEADER.pack(_MAGIC, len(content), zlib.crc32(content)))
                    file.write(content)
                self._link_once(Path(name), key)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    Path(name).unlink()
        except OSError as cause:
            why = reason(self.folder, cause)
            self.complaint = why if is_nowhere(self.folder) else f"{self.folder}: {why}"
            return None
        self._grown = True
        return self.get(key)

    def tidy(self) -> None:
        """Prune, where something was put in and nobody has pruned for an hour: it takes long in a large cache."""
        mark = self.folder / ".pruned"
        with contextlib.suppress(OSError):
            if self._grown and not (mark.exists() and time.time() - mark.stat().st_mtime < TIDY_SECONDS):
                mark.touch()
                self.prune()

    def prune(self) -> int:
        """Remove the least recently used entries beyond `max_bytes`, and what killed writers left behind.

        Returns:
            Entries removed.
        """
        now = time.time()
        entries: list[tuple[float, int, Path]] = []
        for path in self.folder.glob("*/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                entries.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in entries)
        removed = 0
        for used, size, path in sorted(entries):
            leftover = path.name.startswith(_NEW)
            if now - used < KEEP_SECONDS or not (leftover or total > self.max_bytes):
                continue
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size
                removed += 1
        return removed

    def _link_once(self, new: Path, key: str) -> None:
        """Put `new` in the place of `key`, unless a whole entry is there."""
        path = self.path(key)
        try:
            os.link(new, path)
        except OSError:
            # Something is there, or the file system knows no links, and the last writer wins.
            if self.get(key) is None:
                new.replace(path)
