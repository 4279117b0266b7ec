"""SHA-256 of large files, each worked out once for its size and time of change."""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
import time
from pathlib import Path

from voiceguide.base.files import open_regular, read_whole
from voiceguide.base.log import suppressed
from voiceguide.base.paths import cache_folder
from voiceguide.base.store import clear_place

log = logging.getLogger(__name__)

MAX_MEMORY_BYTES = 16 * 1024**2
"""The hashes of about 80,000 files. A larger file of them is not read, and begins anew."""


def sha256(path: Path) -> str:
    """The hash of a file's content.

    Raises:
        OSError: it is no regular file, or cannot be read.
    """
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered_sha256(path: Path) -> str:
    """The hash of one file's content, worked out once.

    Raises:
        OSError: it cannot be read.
    """
    hashes = Hashes()
    digest = hashes.of(path)
    hashes.keep()
    return digest


class Hashes:
    """The hashes of many files, in the cache under their paths. For one thread."""

    def __init__(self) -> None:
        self._memory = cache_folder() / "file-hashes.json"
        self._known = _read_object(self._memory)
        self._new: dict[str, object] = {}

    def of(self, path: Path) -> str:
        """The hash of a file's content.

        Raises:
            OSError: it cannot be read.
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
        """Take in the hash of a file that somebody else has just read."""
        with suppressed(OSError, log=__name__, what=f"the hash of {path} is not remembered"):
            status = path.stat()
            self._new[str(path.absolute())] = [status.st_size, status.st_mtime_ns, digest]

    def keep(self) -> None:
        """Remember them for next time. A folder that cannot be written costs the time to hash again, nothing else."""
        if not self._new:
            return
        # What others have learned meanwhile stays; what is gone from the disk goes.
        merged = {**_read_object(self._memory), **self._new}
        with suppressed(OSError, ValueError, log=__name__, what=f"hashes are not remembered in {self._memory}"):
            there = {name: entry for name, entry in merged.items() if Path(name).exists()}
            _replace(self._memory, json.dumps(there, indent=1))
        self._known |= self._new
        self._new.clear()


def _read_object(path: Path) -> dict[str, object]:
    """The JSON object in a file; empty where there is none."""
    try:
        read = json.loads(read_whole(path, MAX_MEMORY_BYTES, follow=False))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as cause:
        log.debug("the hashes in %s cannot be read (%s)", path, cause)
        return {}
    return read if isinstance(read, dict) else {}


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".new-", delete=False) as file:
        new = Path(file.name)
        try:
            file.write(text)
            file.close()
            clear_place(path)
            new.replace(path)
        except OSError:
            file.close()
            new.unlink(missing_ok=True)
            raise
