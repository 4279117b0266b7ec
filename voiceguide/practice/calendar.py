"""Statistics of the practice log: days in a row, totals, and a calendar in plain characters. Pure functions.

A session counts for the day on which it began, by the listener's clock at that time. A journey or a clock change does
not move it to another day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from voiceguide.practice.log import FEELINGS, Practised

NARROWEST = 21
"""Smallest number of columns for a calendar."""

LEGEND = "* to the end   o begun   doubled: 2+"
"""Meaning of the marks, in 40 columns."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_LABEL = 7
"""Columns of a week's label: `Jan  5` and a space."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over some sessions."""

    sessions: int
    complete: int
    """Sessions done to their end."""
    seconds: float
    felt: tuple[int, ...]
    """Sessions for each of `FEELINGS`."""


def days(sessions: Iterable[Practised]) -> set[date]:
    """Return the days on which a session began."""
    return {session.started.date() for session in sessions}


def streak(practised: Iterable[date], today: date) -> int:
    """Return the days in a row with a session, up to today, or up to yesterday if today has none yet."""
    known = set(practised)
    # Ordinals, because `date` has no day before its first one.
    day = today.toordinal() if today in known else today.toordinal() - 1
    ordinals = {each.toordinal() for each in known}
    length = 0
    while day - length in ordinals:
        length += 1
    return length


def total(sessions: Sequence[Practised]) -> Totals:
    """Return the totals of all sessions."""
    return Totals(
        sessions=len(sessions),
        complete=sum(session.complete for session in sessions),
        seconds=sum(session.seconds for session in sessions),
        felt=tuple(sum(session.feeling == word for session in sessions) for word in FEELINGS),
    )


def totals(sessions: Iterable[Practised]) -> dict[str, Totals]:
    """Return the totals of each routine by name, most frequent routine first."""
    by_routine: defaultdict[str, list[Practised]] = defaultdict(list)
    for session in sessions:
        by_routine[session.routine].append(session)
    added = {routine: total(done) for routine, done in by_routine.items()}
    return dict(sorted(added.items(), key=lambda item: (-item[1].sessions, item[0])))


def draw(sessions: Iterable[Practised], today: date, weeks: int, columns: int) -> str:
    """Return a calendar of the last weeks: a line for each week, Monday at the left, this week at the bottom.

    Args:
        sessions: sessions in any order. Those outside the shown weeks are left out.
        today: the last day shown.
        weeks: number of weeks, including this one.
        columns: width of the screen. 27 are enough for spaces between the days.

    Returns:
        Lines of ASCII text, no wider than `columns`.

    Raises:
        ValueError: `columns` is below `NARROWEST`, or `weeks` is below 1.
    """
    if columns < NARROWEST or weeks < 1:
        raise ValueError(f"a calendar needs {NARROWEST} columns and 1 week, not {columns} and {weeks}")
    room = min((columns - _LABEL + 1) // 7, 3)
    on_day: defaultdict[int, list[Practised]] = defaultdict(list)
    for session in sessions:
        on_day[session.started.date().toordinal()].append(session)
    this_monday = today.toordinal() - today.weekday()
    mondays = [this_monday - 7 * back for back in reversed(range(weeks)) if this_monday - 7 * back >= 1]
    lines: list[str] = []
    before: date | None = None
    for monday in mondays:
        first = date.fromordinal(monday)
        if before is None or first.year != before.year:
            lines.append(_line(f"{first.year}", [] if lines else _WEEKDAYS, room))
        month = _MONTHS[first.month - 1] if before is None or first.month != before.month else ""
        marks = [_mark(on_day[day]) for day in range(monday, min(monday + 7, today.toordinal() + 1))]
        lines.append(_line(f"{month:<3}{first.day:>3}", marks, room))
        before = first
    return "\n".join(lines)


def _line(label: str, cells: Sequence[str], room: int) -> str:
    return f"{label:<{_LABEL}}{''.join(f'{cell:<{room}}' for cell in cells)}".rstrip()


def _mark(sessions: Sequence[Practised]) -> str:
    """Return `.` for no session, one mark for one session, and two for more; complete sessions come first."""
    marks = sorted("*" if session.complete else "o" for session in sessions)
    return "".join(marks[:2]) or "."
