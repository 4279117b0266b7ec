"""The file behind the practice log: a small SQLite database that is opened anew for every transaction.

So several players can log at once, a kill loses at most one transaction, and the file is not locked while a session
plays. Errors with the file become sentences of `complaints`, never exceptions.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path, PurePath
from typing import BinaryIO, TypeVar
from urllib.parse import quote_from_bytes

from voiceguide.base.paths import NO_HOME, is_nowhere

T = TypeVar("T")

SCHEMA = 1
"""Version of the table, kept in the file as `PRAGMA user_version`."""

TRY_S = 0.02
TRIES = 250
"""Number of short tries of a transaction while another player has the file: 5 s in all. One long wait would be worse:
SQLite checks less and less often, misses the moments between the writes of a busy player, and blocks Ctrl-C."""

COLUMNS = ("id", "routine", "title", "choices", "started", "seconds", "complete", "feeling")

# AUTOINCREMENT never uses a number twice. So a session that plays while the log is erased cannot write into the row of
# a later session.
_TABLE = """
    CREATE TABLE session (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        routine TEXT NOT NULL,
        title TEXT NOT NULL,
        choices TEXT NOT NULL,
        started TEXT NOT NULL,
        seconds REAL NOT NULL DEFAULT 0,
        complete INTEGER NOT NULL DEFAULT 0,
        feeling TEXT NOT NULL DEFAULT ''
    )
"""

_NO_TEXT = "there are bytes in it that are no text"

_creating = threading.Lock()


class _Broken(sqlite3.DatabaseError):
    """The file is damaged, or is not a practice log."""


class _Newer(sqlite3.DatabaseError):
    """The file was written by a later version of the program."""


class Database:
    """The sessions in one file. Safe with several processes and threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._failures: dict[str, None] = {}
        self._moved: dict[Path, str] = {}
        self._sound = False

    @property
    def complaints(self) -> tuple[str, ...]:
        """Return the errors so far, each sentence once."""
        return (*self._moved.values(), *self._failures)

    def write(self, work: Callable[[sqlite3.Connection], T], otherwise: T, *, create: bool = True) -> T:
        """Do some work in its own transaction.

        Args:
            work: called with the open database; called again if another player had the file.
            otherwise: result if the work cannot be done.
            create: whether to make a missing file and its folder.
        """

        def attempt() -> T:
            if not self._present(create):
                return otherwise
            # IMMEDIATE, because a transaction that has already read cannot wait for another writer.
            with self._opened() as database, _transaction(database, "IMMEDIATE"):
                self._examine(database)
                if _version(database) == 0:
                    database.execute(_TABLE)
                    database.execute(f"PRAGMA user_version = {SCHEMA}")
                return work(database)

        return self._tried(attempt, otherwise, "written")

    def read(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Do some work that changes nothing. Return `otherwise` if the file is missing or cannot be read."""

        def attempt() -> T:
            if not self._present(create=False):
                return otherwise
            with self._opened() as database, _transaction(database, "DEFERRED"):
                self._examine(database)
                return work(database) if _version(database) else otherwise

        return self._tried(attempt, otherwise, "read")

    def erase(self) -> None:
        """Remove all traces of deleted rows from the file, and remove broken files that were moved aside."""

        def attempt() -> None:
            if self._present(create=False):
                with self._opened() as database:
                    with _transaction(database, "DEFERRED"):
                        self._examine(database)
                    database.execute("VACUUM")

        self._tried(attempt, None, "written")
        try:
            for path in self.path.parent.glob(f"{self.path.stem}-broken-*{self.path.suffix}*"):
                path.unlink(missing_ok=True)
                self._moved.pop(path, None)
        except OSError as cause:
            self._complain("deleted", cause)

    def _tried(self, attempt: Callable[[], T], otherwise: T, what: str) -> T:
        """Return the result of an attempt. If the file is broken, move it aside and try again."""
        doing = what
        try:
            try:
                return _patiently(attempt)
            except sqlite3.DatabaseError as cause:
                if not _is_broken(cause):
                    raise
                doing = f"moved aside, though it is broken ({cause})"
                _patiently(self._move_aside)
            doing = what
            return _patiently(attempt)
        except (sqlite3.Error, OSError) as cause:
            self._complain(doing, cause)
            return otherwise

    def _present(self, create: bool) -> bool:
        """Whether the file exists. With `create`, a missing file is made, readable by its owner alone."""
        # SQLite would make a file that everybody can read. The lock is needed because closing a file releases all locks
        # of this process on it, also those of SQLite in another thread.
        with _creating:
            if create:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(FileExistsError):
                    os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
                return True
            return self.path.exists()

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(address_of(self.path.absolute()), timeout=TRY_S, isolation_level=None, uri=True)
        try:
            database.execute("PRAGMA secure_delete = ON")
            # Bytes that are no text are replaced, so that the other sessions can still be read.
            database.text_factory = lambda stored: stored.decode("utf-8", errors="replace")
            yield database
        except UnicodeDecodeError as cause:
            # SQLite's message may quote bytes of the file that Python cannot decode.
            raise _Broken(_NO_TEXT) from cause
        finally:
            database.close()

    def _examine(self, database: sqlite3.Connection) -> None:
        """Refuse a file of a later version. The first time, check the whole file as well.

        Call it within a transaction, so that another player cannot change the file between the two checks.

        Raises:
            _Newer: a later version wrote the file.
            _Broken: the file is broken.
        """
        version = _version(database)
        if version > SCHEMA:
            raise _Newer(f"a newer voiceguide wrote it (schema {version}, and {SCHEMA} is known here)")
        if self._sound:
            return
        state = database.execute("PRAGMA quick_check(1)").fetchone()[0]
        if state != "ok":
            raise _Broken(" ".join(str(state).split()))
        columns = {name for _, name, *_ in database.execute("PRAGMA table_info(session)")}
        tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not columns.issuperset(COLUMNS) if version else tables:
            raise _Broken("it is the database of another program")
        self._sound = True

    def _move_aside(self) -> None:
        """Copy a broken file to another name and empty it, unless another player has just done so.

        Raises:
            OSError, sqlite3.Error: the file cannot be copied or emptied, and is unchanged.
        """
        # A transaction on an empty database is a lock that works on every platform and ends with a killed process.
        lock_path = self.path.with_suffix(".lock")
        with contextlib.closing(sqlite3.connect(lock_path, timeout=TRY_S, isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            # The file is not renamed, because other players may have it open. Their SQLite finds journals by name, and
            # would apply the new file's journal to the broken file. The file is closed last, because closing it
            # releases SQLite's locks as well.
            with self.path.open("r+b") as file, self._opened() as database:
                why = self._why_broken(database)
                if why:
                    aside = next(path for path in map(self._aside, count(1)) if not path.exists())
                    _copy(file, aside)
                    file.truncate(0)
                    self._moved[aside] = f"The practice log was broken ({why}). It is now {aside}; a new one begins."

    def _why_broken(self, database: sqlite3.Connection) -> str:
        """Return what is wrong with the file; empty if it is sound. The database stays locked until it is closed."""
        self._sound = False
        try:
            database.execute("BEGIN EXCLUSIVE")
            self._examine(database)
        except UnicodeDecodeError:
            return _NO_TEXT
        except sqlite3.DatabaseError as cause:
            if _is_broken(cause):
                return str(cause)
            raise
        return ""

    def _aside(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.stem}-broken-{number}{self.path.suffix}")

    def _complain(self, what: str, cause: sqlite3.Error | OSError) -> None:
        if is_nowhere(self.path):
            self._failures[f"The session is not logged: {NO_HOME}."] = None
            return
        reason = (cause.strerror if isinstance(cause, OSError) else None) or str(cause)
        remedy = " Update voiceguide." if isinstance(cause, _Newer) else ""
        self._failures[f"The practice log {self.path} cannot be {what}: {reason}.{remedy}"] = None


def address_of(path: PurePath) -> str:
    """Return the URI with which SQLite opens an existing file.

    `as_uri` does not work: it makes the server of a Windows share the host of the URI, which SQLite refuses.

    `//nas/home/my log.db` becomes `file:////nas/home/my%20log.db?mode=rw`, and `C:/a.db` `file:///C:/a.db?mode=rw`.

    Args:
        path: absolute path of the file.
    """
    written = path.as_posix()
    rooted = written if written.startswith("/") else f"/{written}"
    return f"file://{quote_from_bytes(os.fsencode(rooted), safe='/:')}?mode=rw"


def _patiently(attempt: Callable[[], T]) -> T:
    """Return the result of an attempt. While another player has the file locked, try again."""
    for _ in range(TRIES - 1):
        try:
            return attempt()
        except sqlite3.OperationalError as cause:
            if _kind(cause) != sqlite3.SQLITE_BUSY:
                raise
    return attempt()


@contextlib.contextmanager
def _transaction(database: sqlite3.Connection, kind: str) -> Iterator[None]:
    """Begin a transaction, and commit it when the block ends. After an exception, closing rolls it back."""
    database.execute(f"BEGIN {kind}")
    yield
    database.execute("COMMIT")


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _copy(file: BinaryIO, path: Path) -> None:
    """Copy an open file to a new one, readable by its owner alone. On failure, no copy is left."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            os.fsync(copy.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _is_broken(cause: sqlite3.DatabaseError) -> bool:
    return isinstance(cause, _Broken) or _kind(cause) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _kind(cause: sqlite3.DatabaseError) -> int:
    """Return SQLite's primary code for an error, which is the low byte; 0 if the error is not from SQLite."""
    return int(getattr(cause, "sqlite_errorcode", 0)) & 0xFF
