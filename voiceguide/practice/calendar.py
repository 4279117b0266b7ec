"""What the practice log tells: days in a row, totals, and a calendar in plain characters. Pure functions.

A session counts for the day on which it began, by the clock the listener had then: neither a journey nor the clock
change of spring or autumn moves it to another day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from voiceguide.practice.log import FEELINGS, Practised

NARROWEST = 21
"""Columns that a calendar needs at least."""

LEGEND = "* to the end   o begun   doubled: 2+"
"""What the marks mean, in 40 columns."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_LABEL = 7
"""Columns of a week's label: `Jan  5` and a blank."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Sessions, added up."""

    sessions: int
    complete: int
    """How many were done to their end."""
    seconds: float
    felt: tuple[int, ...]
    """How often each of `FEELINGS` was said."""


def days(sessions: Iterable[Practised]) -> set[date]:
    """The days on which a session began."""
    return {session.started.date() for session in sessions}


def streak(practised: Iterable[date], today: date) -> int:
    """Days in a row with a session, up to today, or up to yesterday while today has none yet."""
    known = set(practised)
    # By ordinals, because the calendar's first day has no day before it.
    day = today.toordinal() if today in known else today.toordinal() - 1
    ordinals = {each.toordinal() for each in known}
    length = 0
    while day - length in ordinals:
        length += 1
    return length


def total(sessions: Sequence[Practised]) -> Totals:
    """All of them together."""
    return Totals(
        sessions=len(sessions),
        complete=sum(session.complete for session in sessions),
        seconds=sum(session.seconds for session in sessions),
        felt=tuple(sum(session.feeling == word for session in sessions) for word in FEELINGS),
    )


def totals(sessions: Iterable[Practised]) -> dict[str, Totals]:
    """Those of each routine, by its name, the one done most often first."""
    by_routine: defaultdict[str, list[Practised]] = defaultdict(list)
    for session in sessions:
        by_routine[session.routine].append(session)
    added = {routine: total(done) for routine, done in by_routine.items()}
    return dict(sorted(added.items(), key=lambda item: (-item[1].sessions, item[0])))


def draw(sessions: Iterable[Practised], today: date, weeks: int, columns: int) -> str:
    """A calendar of the last weeks: a line for each, its Monday at the left, this week at the bottom.

    Args:
        sessions: in any order; those outside the weeks shown are left out.
        today: the last day shown.
        weeks: how many, this one included.
        columns: room on the screen; 27 are enough for blanks between the days.

    Returns:
        Lines of ASCII, no wider than `columns`.

    Raises:
        ValueError: `columns` is under `NARROWEST`, or `weeks` under 1.
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
    """`.` for a day without a session; one character for one, two for more, those done to their end first."""
    marks = sorted("*" if session.complete else "o" for session in sessions)
    return "".join(marks[:2]) or "."
