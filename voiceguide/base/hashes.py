"""SHA-256 of large files. A file is hashed again only when its size or time of change differs."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from pathlib import Path

from voiceguide.base.atomic import replace_text
from voiceguide.base.errors import FileError
from voiceguide.base.files import open_regular, read_whole
from voiceguide.base.log import suppressed
from voiceguide.base.paths import cache_folder
from voiceguide.base.store import clear_place

log = logging.getLogger(__name__)

MAX_MEMORY_BYTES = 16 * 1024**2
"""Greatest size of the file of hashes: about 80,000 hashes. A larger one is not read, and is started again empty."""


def sha256(path: Path) -> str:
    """Return the hash of a file's content.

    Raises:
        OSError: the file is no regular file, or cannot be read.
    """
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered_sha256(path: Path) -> str:
    """Return the hash of one file's content, from the cache if possible.

    Raises:
        OSError: the file cannot be read.
    """
    hashes = Hashes()
    digest = hashes.of(path)
    hashes.keep()
    return digest


class Hashes:
    """The hashes of many files, kept in the cache by path. For one thread."""

    def __init__(self) -> None:
        self._memory = cache_folder() / "file-hashes.json"
        self._known = _read_object(self._memory)
        self._new: dict[str, object] = {}

    def of(self, path: Path) -> str:
        """Return the hash of a file's content.

        Raises:
            OSError: the file cannot be read.
        """
        name = str(path.absolute())
        status = path.stat()
        now = [status.st_size, status.st_mtime_ns]
        entry = self._new.get(name, self._known.get(name))
        if isinstance(entry, list) and entry[:2] == now and len(entry) == 3 and isinstance(entry[2], str):
            return entry[2]
        begun = time.monotonic()
        digest = sha256(path)
        log.debug("%s: %d bytes hashed in %.2f s", path, status.st_size, time.monotonic() - begun)
        self._new[name] = [*now, digest]
        return digest

    def know(self, path: Path, digest: str) -> None:
        """Remember the hash of a file that the caller has just read."""
        with suppressed(OSError, log=__name__, what=f"the hash of {path} is not remembered"):
            status = path.stat()
            self._new[str(path.absolute())] = [status.st_size, status.st_mtime_ns, digest]

    def keep(self) -> None:
        """Save the hashes for next time. If the folder cannot be written, the files will be hashed again."""
        if not self._new:
            return
        # Hashes that other processes saved meanwhile are kept; those of files that no longer exist are dropped.
        merged = {**_read_object(self._memory), **self._new}
        what = f"hashes are not remembered in {self._memory}"
        with suppressed(FileError, OSError, ValueError, log=__name__, what=what):
            there = {name: entry for name, entry in merged.items() if Path(name).exists()}
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            clear_place(self._memory)
            replace_text(self._memory, json.dumps(there, indent=1))
        self._known |= self._new
        self._new.clear()


def _read_object(path: Path) -> dict[str, object]:
    """Return the JSON object in a file; empty if there is none."""
    try:
        read = json.loads(read_whole(path, MAX_MEMORY_BYTES, follow=False))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as cause:
        log.debug("the hashes in %s cannot be read (%s)", path, cause)
        return {}
    return read if isinstance(read, dict) else {}
