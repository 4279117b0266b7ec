"""The cache: finished work on disk, found by the hash of everything that shapes it, so that nothing is made twice.

Each entry is one file: a header of magic, size and CRC-32, then the content. An entry is written beside its place and
then linked to it, so that readers never see half of it. The first of two writers wins, so that an entry does not change
while a session uses it.

The cache folder itself may be a link. Links inside it are never followed, neither to read nor to remove. A link or
folder in the place of an entry is replaced by a file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import math
import os
import re
import shutil
import stat
import struct
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from voiceguide.base.files import open_regular, read_open
from voiceguide.base.log import suppressed
from voiceguide.base.paths import is_nowhere, reason

log = logging.getLogger(__name__)

SCHEMA = 2
"""Increase this number when the same key gets other content, or when the layout of an entry changes. Each schema has
its own folder, so that two versions of the program on one machine neither read nor remove each other's entries."""

_FOLDER_NAME = re.compile(r"clips(-\d+)?")
"""Name of the folder of any schema. The first folders had no number."""

MAX_BYTES = 2 * 1024**3
"""Greatest size of the cache: about five hours of speech. Beyond it, the least recently used entries are removed."""

KEEP_SECONDS = 13 * 3600.0
"""Entries used within this time are kept at any size: a session of up to 12 hours may still be playing from them."""

OTHERS_SECONDS = 30 * 86_400.0
"""An entry of another schema is removed when no version of the program has used it for this time."""

MAX_ENTRY_BYTES = 64 * 1024**2
"""Greatest size of an entry: twelve minutes of speech, far more than any sentence. Larger ones are not kept or read."""

_HEADER = struct.Struct("<8sII")
_MAGIC = b"vgcache" + bytes([SCHEMA])
_NEW = ".new-"
"""Start of an entry's name while it is being written."""

TIDY_SECONDS = 3600.0
"""Least time between two prunings of the cache by `tidy`."""

_TOUCH_SECONDS = 600.0
"""An entry used twice within this time is not marked as used again."""


def key_of(parts: Mapping[str, object]) -> str:
    """Return the key for everything that shapes some content: SHA-256 of its canonical JSON."""
    text = json.dumps({**parts, "schema": SCHEMA}, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Store:
    """Entries by key, in one folder. Several processes and threads can use it at once."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self.folder = folder / f"clips-{SCHEMA}"
        self.max_bytes = max_bytes
        self.complaint = ""
        """Why the last write failed; empty while all is well."""
        self._grown = False

    def path(self, key: str) -> Path:
        """Return the path that the entry of that key has, if there is one."""
        return self.folder / key[:2] / key[2:]

    def has(self, key: str) -> bool:
        """Whether there is an entry of that key. It may be broken."""
        path = self.path(key)
        return _is(stat.S_ISREG, path) and self._leads_nowhere_else(path)

    def get(self, key: str) -> bytes | None:
        """Return the entry of that key; None if there is none or it is broken."""
        path = self.path(key)
        if not self._leads_nowhere_else(path):
            return None
        try:
            with open_regular(path, follow=False) as file:
                whole = read_open(file, path, _HEADER.size + MAX_ENTRY_BYTES)
                used = os.fstat(file.fileno()).st_mtime
        except FileNotFoundError:
            return None
        except OSError as cause:
            log.debug("the entry %s cannot be read (%s)", path, cause)
            return None
        if len(whole) < _HEADER.size:
            log.debug("the entry %s is broken", path)
            return None
        magic, size, check = _HEADER.unpack_from(whole)
        content = whole[_HEADER.size :]
        if magic != _MAGIC or len(content) != size or zlib.crc32(content) != check:
            log.debug("the entry %s is broken", path)
            return None
        if abs(time.time() - used) > _TOUCH_SECONDS:
            with suppressed(OSError, log=__name__, what=f"{path} is not marked as used"):
                os.utime(path)
        return content

    def put(self, key: str, content: bytes) -> bytes | None:
        """Keep content.

        Returns:
            The content that is kept: if another process made the entry meanwhile, its content. None if the content is
            longer than `MAX_ENTRY_BYTES`, or if the cache cannot be written. Then `complaint` says why, and the
            session goes on.
        """
        if len(content) > MAX_ENTRY_BYTES:
            self.complaint = f"it is longer than {MAX_ENTRY_BYTES // 1024**2} MB"
            return None
        path = self.path(key)
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            for folder in (self.folder, path.parent):
                _make_folder(folder)
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
            log.debug("an entry is not kept (%s)", cause)
            return None
        self._grown = True
        return self.get(key)

    def tidy(self) -> None:
        """Prune if entries were added and the last pruning is an hour ago. Pruning a large cache is slow."""
        mark = self.folder / ".pruned"
        with suppressed(OSError, log=__name__, what="the cache is not tidied"):
            if self._grown and not _marked_lately(mark):
                clear_place(mark)
                mark.touch()
                begun = time.monotonic()
                removed = self.prune()
                log.info("%d entries of the cache removed in %.2f s", removed, time.monotonic() - begun)

    def prune(self) -> int:
        """Remove the least recently used entries beyond `max_bytes`, and unfinished files of killed processes.

        Entries of other schemas are removed when they were not used for `OTHERS_SECONDS`. An entry that is dated in
        the future was written while the clock was wrong: it counts as the least recently used one.

        Returns:
            Number of entries removed.
        """
        now = time.time()
        entries = sorted(_entries(self.folder, now), key=lambda entry: -entry[0])
        total = sum(size for _, size, _ in entries)
        removed = 0
        for idle, size, path in entries:
            leftover = path.name.startswith(_NEW)
            if idle > KEEP_SECONDS and (leftover or total > self.max_bytes):
                with suppressed(OSError, log=__name__, what=f"{path} stays in the cache"):
                    path.unlink()
                    total -= size
                    removed += 1
        return removed + self._prune_other_schemas(now)

    def _prune_other_schemas(self, now: float) -> int:
        removed = 0
        with suppressed(OSError, log=__name__, what="entries of other versions stay in the cache"):
            for other in list(self.folder.parent.iterdir()):
                if other == self.folder or not _FOLDER_NAME.fullmatch(other.name) or not _is(stat.S_ISDIR, other):
                    continue
                for idle, _, path in _entries(other, now):
                    if idle > OTHERS_SECONDS:
                        with suppressed(OSError, log=__name__, what=f"{path} stays in the cache"):
                            path.unlink()
                            removed += 1
                _remove_empty(other)
        return removed

    def _leads_nowhere_else(self, path: Path) -> bool:
        """Whether the folders of an entry are folders, not links to other places."""
        return _is(stat.S_ISDIR, self.folder) and _is(stat.S_ISDIR, path.parent)

    def _link_once(self, new: Path, key: str) -> None:
        """Put `new` in the place of `key`, unless a whole entry is there."""
        path = self.path(key)
        try:
            os.link(new, path)
        except OSError:
            # Either something is in this place, or the file system has no links. Then the last writer wins.
            if self.get(key) is None:
                clear_place(path)
                new.replace(path)


def clear_place(path: Path) -> None:
    """Remove a link, folder or other thing in the place of a cache file. A regular file is left alone.

    Raises:
        OSError: the thing cannot be removed.
    """
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISREG(mode):
        return
    if not stat.S_ISDIR(mode):
        path.unlink()
        return
    try:
        # This also removes a Windows junction, but not the folder it leads to.
        path.rmdir()
    except OSError:
        shutil.rmtree(path)


def _make_folder(path: Path) -> None:
    """Make a folder of the cache. It replaces a file or a link of that name."""
    try:
        path.mkdir()
    except FileExistsError:
        if not _is(stat.S_ISDIR, path):
            path.unlink()
            path.mkdir(exist_ok=True)


def _is(kind: Callable[[int], bool], path: Path) -> bool:
    """Whether `path` itself, not followed if a link, is of that kind. False if the system reports an error."""
    try:
        return kind(os.lstat(path).st_mode)
    except FileNotFoundError:
        return False
    except OSError as cause:
        log.debug("%s cannot be looked at (%s)", path, cause)
        return False


def _marked_lately(mark: Path) -> bool:
    try:
        status = os.lstat(mark)
    except FileNotFoundError:
        return False
    return stat.S_ISREG(status.st_mode) and abs(time.time() - status.st_mtime) < TIDY_SECONDS


def _entries(folder: Path, now: float) -> Iterator[tuple[float, int, Path]]:
    """Yield the files in the subfolders of a folder: seconds since each was last used, its bytes, its path.

    A file that is dated more than `KEEP_SECONDS` in the future counts as unused for an infinite time.
    """
    for name in _names(folder, stat.S_ISDIR):
        for path in _names(name, stat.S_ISREG):
            # Somebody else may have removed it meanwhile.
            with contextlib.suppress(OSError):
                status = os.lstat(path)
                idle = now - status.st_mtime
                yield (idle if idle > -KEEP_SECONDS else math.inf), status.st_size, path


def _names(folder: Path, kind: Callable[[int], bool]) -> list[Path]:
    """Return the paths of one kind in a folder, without links; none if the folder itself is a link."""
    if not _is(stat.S_ISDIR, folder):
        return []
    with suppressed(OSError, log=__name__, what=f"the folder {folder} cannot be read"):
        return [path for path in folder.iterdir() if _is(kind, path)]
    return []


def _remove_empty(folder: Path) -> None:
    """Remove the empty folders of another schema, and its mark."""
    for inner in _names(folder, stat.S_ISDIR):
        with suppressed(OSError, log=__name__, what=f"the folder {inner} stays in the cache"):
            inner.rmdir()
    if [path.name for path in folder.iterdir()] in ([], [".pruned"]):
        with suppressed(OSError, log=__name__, what=f"the folder {folder} stays in the cache"):
            (folder / ".pruned").unlink(missing_ok=True)
            folder.rmdir()
