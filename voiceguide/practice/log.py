"""The practice log: which sessions began, how far they went, and how the listener felt afterwards.

If the log cannot be written, the session goes on, and `complaint` says why.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

from voiceguide.base.paths import data_folder
from voiceguide.choices.model import LONGEST_SESSION_MS
from voiceguide.practice.database import COLUMNS, Database

if TYPE_CHECKING:
    import sqlite3

_logger = logging.getLogger(__name__)

Feeling = Literal["better", "same", "worse"]

FEELINGS: tuple[Feeling, ...] = get_args(Feeling)

MOST_SECONDS = 2 * LONGEST_SESSION_MS / 1000
"""No session goes further: its words come on top of its holds and silences, which have half of this."""

_ALL = f"SELECT {', '.join(COLUMNS)} FROM session ORDER BY id"  # the names are ours


@dataclass(frozen=True, slots=True)
class Practised:
    """A session that began."""

    id: int
    routine: str
    """Routine's name, as `voiceguide list` shows it."""
    title: str
    choices: Mapping[str, object]
    """Listener's choices, as JSON values."""
    started: datetime
    """Time at which the session began, with the UTC offset of the listener's clock."""
    seconds: float
    """Seconds of the session that were reached."""
    complete: bool
    feeling: Feeling | Literal[""]
    """How the listener felt afterwards; empty for no answer."""


def practice_log() -> PracticeLog:
    """Return the user's own log: `practice.db` in their data folder."""
    return PracticeLog(data_folder() / "practice.db")


class PracticeLog:
    """A log in one file. The first write makes the file. Several players at once, or a kill, do not harm it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = Database(path)
        self._unreadable = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def complaint(self) -> str:
        """Faults of the log so far, in whole sentences; empty for none."""
        return " ".join(filter(None, (*self._database.complaints, self._unreadable)))

    def begin(self, routine: str, title: str, choices: Mapping[str, object], started: datetime) -> int:
        """Log the start of a session.

        Args:
            routine: the routine's name.
            title: the session's title.
            choices: the listener's choices, as values that JSON can hold.
            started: the start time, with the listener's UTC offset.

        Returns:
            The number of the session in the log; 0 if it could not be logged. The other methods ignore 0.

        Raises:
            ValueError: `started` has no offset.
        """
        if started.utcoffset() is None:
            raise ValueError(f"started must have an offset, not {started.isoformat()}")
        row = (_storable(routine), _storable(title), json.dumps(dict(choices), sort_keys=True), started.isoformat())

        def insert(database: sqlite3.Connection) -> int:
            cursor = database.execute("INSERT INTO session (routine, title, choices, started) VALUES (?, ?, ?, ?)", row)
            return cursor.lastrowid or 0

        return self._database.write(insert, 0)

    def reach(self, session_id: int, seconds: float) -> None:
        """Log that a session has reached this time. An earlier time than before is ignored."""
        self._update(session_id, "seconds = max(seconds, ?)", seconds)

    def finish(self, session_id: int, seconds: float, complete: bool) -> None:
        """Log the time at which a session stopped, and whether that was its end."""
        self._update(session_id, "seconds = ?, complete = ?", seconds, int(complete))

    def feel(self, session_id: int, feeling: Feeling) -> None:
        """Log how the listener feels after a session.

        Raises:
            ValueError: `feeling` is none of `FEELINGS`.
        """
        if feeling not in FEELINGS:
            raise ValueError(f"feeling must be one of {', '.join(FEELINGS)}, not {feeling!r}")
        self._update(session_id, "feeling = ?", feeling)

    def sessions(self) -> tuple[Practised, ...]:
        """Return all sessions in the order in which they began; empty if there is no log."""
        rows: list[tuple[Any, ...]] = self._database.read(lambda database: database.execute(_ALL).fetchall(), [])
        found = [session for row in rows if (session := _practised(*row)) is not None]
        left_out = len(rows) - len(found)
        self._unreadable = f"{left_out} of {len(rows)} sessions in {self.path} cannot be read." if left_out else ""
        return tuple(found)

    def completed(self, routine: str) -> int:
        """Return how often a routine was done to its end."""
        query = "SELECT count(*) FROM session WHERE complete AND routine = ?"
        name = _storable(routine)
        return self._database.read(lambda database: int(database.execute(query, (name,)).fetchone()[0]), 0)

    def forget(self) -> int:
        """Delete all sessions from this log and from broken logs that were moved aside, and leave no trace in the file.

        Returns:
            Number of deleted sessions. If `complaint` is not empty, some may be left.
        """
        deleted = self._database.write(
            lambda database: database.execute("DELETE FROM session").rowcount, 0, create=False
        )
        self._database.erase()
        return deleted

    def close(self) -> None:
        """Do nothing: the log holds nothing open between calls. May be called twice."""

    def _update(self, session_id: int, assignments: str, *values: object) -> None:
        if session_id:
            statement = f"UPDATE session SET {assignments} WHERE id = ?"
            row = (*values, session_id)
            self._database.write(lambda database: database.execute(statement, row).rowcount, 0, create=False)


def _storable(text: str) -> str:
    """Replace bytes in file names that are not text, because SQLite rejects them."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _practised(
    number: int, routine: str, title: str, choices: str, started: str, seconds: float, complete: int, feeling: str
) -> Practised | None:
    """Return one row; None if it holds values that this program does not write."""
    try:
        begun = datetime.fromisoformat(started)
        chosen = json.loads(choices, parse_constant=_refuse)
    except (TypeError, ValueError, RecursionError) as cause:
        # The reason would quote the choices, which tell of a body.
        _logger.debug("session %d cannot be read (%s)", number, type(cause).__name__)
        return None
    texts: tuple[object, ...] = (routine, title)
    if begun.utcoffset() is None or not isinstance(chosen, dict) or not all(isinstance(text, str) for text in texts):
        return None
    length: object = seconds
    # The length may be no number, infinite, negative, or longer than any session.
    if not (isinstance(length, int | float) and 0 <= length <= MOST_SECONDS):
        return None
    felt: Feeling | Literal[""] = next((word for word in FEELINGS if word == feeling), "")
    return Practised(number, routine, title, MappingProxyType(chosen), begun, seconds, bool(complete), felt)


def _refuse(constant: str) -> object:
    raise ValueError(f"JSON has no {constant}")
