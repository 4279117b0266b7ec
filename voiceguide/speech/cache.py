"""The clip cache: finished phrases on disk, so that nothing is spoken twice.

One entry is one file: a header of magic, frames and CRC-32, then 16-bit mono samples at `units.RATE`, little-endian.
Entries are written beside their place and linked to it, so that readers never see half of one, and the first of two
writers wins: what a running session has planned with does not change under it.
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
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.errors import FileError
from voiceguide.units import RATE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from voiceguide.sound.audio import Samples

SCHEMA = 1
"""Raised whenever the same key would have to hold other samples."""

MAX_BYTES = 2 * 1024**3
"""About five hours of speech. The least recently used entries beyond it go."""

KEEP_SECONDS = 13 * 3600.0
"""An entry used within this time stays, whatever the size: a session may be playing from it, for 12 hours at most."""

_HEADER = struct.Struct("<8sII")
_NEW = ".new-"
"""How the name of an entry begins while it is being written."""

_MAGIC = b"vgclip\x00" + bytes([SCHEMA])


def cache_folder() -> Path:
    """`VOICEGUIDE_CACHE_DIR`, or the platform's folder for caches."""
    given = os.environ.get("VOICEGUIDE_CACHE_DIR")
    if given:
        return Path(given)
    from platformdirs import user_cache_path

    return user_cache_path("voiceguide", appauthor=False)


def key_of(parts: Mapping[str, object]) -> str:
    """The key for everything that shapes a phrase's samples: SHA-256 of its canonical JSON."""
    text = json.dumps({**parts, "schema": SCHEMA, "rate": RATE}, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CachedClip:
    """A phrase in the cache."""

    path: Path
    frames: int

    def samples(self) -> Samples:
        """Shape (frames, 1).

        Raises:
            FileError: the entry is gone or broken.
        """
        import numpy as np

        data = _payload(self.path)
        if data is None or len(data) != 2 * self.frames:
            raise FileError(self.path, f"A phrase is gone from the cache ({self.path}).", "Run the command again.")
        return _as_samples(np.frombuffer(data, "<i2"))


@dataclass(frozen=True, slots=True, eq=False)
class UncachedClip:
    """A phrase kept in memory because the cache cannot be written; the same samples as if it had been cached."""

    data: npt.NDArray[np.int16]

    @property
    def frames(self) -> int:
        """Length in frames."""
        return len(self.data)

    def samples(self) -> Samples:
        """Shape (frames, 1)."""
        return _as_samples(self.data)


class ClipCache:
    """Entries by key, in one folder. Safe with several processes and threads at once."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self.folder = folder / "clips"
        self.max_bytes = max_bytes
        self.complaint = ""
        """Why the last write failed; empty while all is well."""

    def get(self, key: str) -> CachedClip | None:
        """The entry of that key; None where there is none, or where it is broken."""
        path = self._path(key)
        data = _payload(path)
        if data is None:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return CachedClip(path, len(data) // 2)

    def put(self, key: str, samples: npt.NDArray[np.int16]) -> CachedClip | UncachedClip:
        """Keep samples of shape (frames,). Where an entry was made meanwhile, that one is given back.

        A cache that cannot be written costs time, never a session: the clip then stays in memory, and `complaint`
        says why.
        """
        path = self._path(key)
        data = samples.astype("<i2").tobytes()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=_NEW, dir=path.parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(_HEADER.pack(_MAGIC, len(samples), zlib.crc32(data)))
                    file.write(data)
                _link_once(Path(name), path)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    Path(name).unlink()
        except OSError as cause:
            self.complaint = f"{self.folder}: {cause.strerror or cause}"
            return UncachedClip(samples)
        return self.get(key) or UncachedClip(samples)

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

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]


def _payload(path: Path) -> bytes | None:
    """The samples of an entry as bytes; None where it is missing or not whole."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if len(content) < _HEADER.size:
        return None
    magic, frames, check = _HEADER.unpack_from(content)
    data = content[_HEADER.size :]
    whole = magic == _MAGIC and len(data) == 2 * frames and zlib.crc32(data) == check
    return data if whole else None


def _as_samples(whole: npt.NDArray[np.int16]) -> Samples:
    import numpy as np

    return (whole * np.float32(1 / 32767)).reshape(-1, 1)


def _link_once(new: Path, path: Path) -> None:
    """Put `new` at `path`, unless a whole entry is there."""
    try:
        os.link(new, path)
    except OSError:
        # Something is there, or the file system knows no links, and the last writer wins.
        if _payload(path) is None:
            new.replace(path)
