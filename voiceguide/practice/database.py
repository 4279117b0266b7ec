"""The file behind the practice log: a small SQLite database that is opened anew for every transaction.

So several players can log at once, a kill at any moment loses at most the transaction it hits, and nothing holds the
file while a session plays. What goes wrong with the file becomes a sentence of `complaints`, never an exception.
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
"""Kept in the file as `PRAGMA user_version`."""

TRY_S = 0.02
TRIES = 250
"""How long a transaction waits for another player's: 5 s in all. In short tries, because SQLite looks less and less
often the longer it waits, and misses the moments between the writes of a busy player; and so that Ctrl-C gets through
meanwhile."""

COLUMNS = ("id", "routine", "title", "choices", "started", "seconds", "complete", "feeling")

# AUTOINCREMENT: a number is never given twice, so that a session still playing while all is forgotten cannot write
# into a later one.
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
    """The file is no sound database, or not one of ours."""


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
        """What went wrong so far, each sentence once."""
        return (*self._moved.values(), *self._failures)

    def write(self, work: Callable[[sqlite3.Connection], T], otherwise: T, *, create: bool = True) -> T:
        """Do some work in a transaction of its own.

        Args:
            work: given the open database; called again where another player came between.
            otherwise: the result where the work cannot be done.
            create: whether to make the file, and its folder, where there is none.
        """

        def attempt() -> T:
            if not self._present(create):
                return otherwise
            # IMMEDIATE, because what has read already cannot wait for a writer any more.
            with self._opened() as database, _transaction(database, "IMMEDIATE"):
                self._examine(database)
                if _version(database) == 0:
                    database.execute(_TABLE)
                    database.execute(f"PRAGMA user_version = {SCHEMA}")
                return work(database)

        return self._tried(attempt, otherwise, "written")

    def read(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Do some work that changes nothing; `otherwise` where there is no file, or none that can be read."""

        def attempt() -> T:
            if not self._present(create=False):
                return otherwise
            with self._opened() as database, _transaction(database, "DEFERRED"):
                self._examine(database)
                return work(database) if _version(database) else otherwise

        return self._tried(attempt, otherwise, "read")

    def erase(self) -> None:
        """Remove every trace of deleted rows: from the file, and with the broken files that were moved aside."""

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
        """The result of an attempt, made again where a broken file stood in its way."""
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
        """Whether the file is there; made, for its owner alone, where it should be."""
        # SQLite would let everybody read a file it makes. Under a lock, because closing a file lets go of every lock
        # that this process has on it, those of SQLite in another thread with them.
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
            # Bytes that are no text are shown as such, instead of hiding every other session.
            database.text_factory = lambda stored: stored.decode("utf-8", errors="replace")
            yield database
        except UnicodeDecodeError as cause:
            # Python decodes what SQLite says is wrong with the file, and that may quote bytes of it.
            raise _Broken(_NO_TEXT) from cause
        finally:
            database.close()

    def _examine(self, database: sqlite3.Connection) -> None:
        """Refuse a file of a later version; the first time, look through the whole file as well.

        Within a transaction, so that another player cannot change the file between one look and the next.

        Raises:
            _Newer, _Broken: as they say.
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
        """Keep what a broken file holds under another name, unless another player has just done so, and empty it.

        Raises:
            OSError, sqlite3.Error: it cannot be done; the file is as it was.
        """
        # A lock that every platform has and a kill lets go of: a transaction on an empty database.
        lock_path = self.path.with_suffix(".lock")
        with contextlib.closing(sqlite3.connect(lock_path, timeout=TRY_S, isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            # A file with a new name would still be open in players that are looking at it, and SQLite in them, which
            # finds journals by name, would play the new file's journal into the broken one. The file is closed last,
            # because closing it lets go of SQLite's locks as well.
            with self.path.open("r+b") as file, self._opened() as database:
                why = self._why_broken(database)
                if why:
                    aside = next(path for path in map(self._aside, count(1)) if not path.exists())
                    _copy(file, aside)
                    file.truncate(0)
                    self._moved[aside] = f"The practice log was broken ({why}). It is now {aside}; a new one begins."

    def _why_broken(self, database: sqlite3.Connection) -> str:
        """What is wrong with the file; empty where it is sound. Nobody else writes to it before it is closed."""
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
    """The address by which SQLite opens a file that is there.

    `as_uri` would not do: it puts the server of a Windows share where an address has its host, and SQLite takes none.

    `//nas/home/my log.db` becomes `file:////nas/home/my%20log.db?mode=rw`, and `C:/a.db` `file:///C:/a.db?mode=rw`.

    Args:
        path: absolute.
    """
    written = path.as_posix()
    rooted = written if written.startswith("/") else f"/{written}"
    return f"file://{quote_from_bytes(os.fsencode(rooted), safe='/:')}?mode=rw"


def _patiently(attempt: Callable[[], T]) -> T:
    """The result of an attempt, made again while another player stands in its way."""
    for _ in range(TRIES - 1):
        try:
            return attempt()
        except sqlite3.OperationalError as cause:
            if _kind(cause) != sqlite3.SQLITE_BUSY:
                raise
    return attempt()


@contextlib.contextmanager
def _transaction(database: sqlite3.Connection, kind: str) -> Iterator[None]:
    """Committed when the block ends; what an exception leaves undone is rolled back when the connection closes."""
    database.execute(f"BEGIN {kind}")
    yield
    database.execute("COMMIT")


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _copy(file: BinaryIO, path: Path) -> None:
    """Copy an open file to a new one, for its owner alone; whole, or not at all."""
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
    """SQLite's primary code for an error, which is the low byte; 0 for an error that is not SQLite's own."""
    return int(getattr(cause, "sqlite_errorcode", 0)) & 0xFF
