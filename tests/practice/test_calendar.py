"""Days in a row, totals, and the drawn calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.practice.calendar import LEGEND, NARROWEST, Totals, days, draw, streak, total, totals
from voiceguide.practice.log import Practised

WINTER, SUMMER = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))


def session(started: str, routine: str = "r", *, seconds: float = 600.0, complete: bool = True) -> Practised:
    return Practised(1, routine, "t", {}, datetime.fromisoformat(started), seconds, complete, "")


def on(*written: str) -> list[Practised]:
    """Return sessions from days and marks: `03-05 *o` is a complete session and one that only began."""
    return [
        session(f"2026-{day}T08:00:00+01:00", complete=mark == "*")
        for day, marks in (each.split() for each in written)
        for mark in marks
    ]


STREAKS = {
    "never": ("", "2026-03-10", 0),
    "today alone": ("2026-03-10", "2026-03-10", 1),
    "today and before": ("2026-03-08 2026-03-09 2026-03-10", "2026-03-10", 3),
    "today none yet": ("2026-03-08 2026-03-09", "2026-03-10", 2),
    "yesterday none either": ("2026-03-07 2026-03-08", "2026-03-10", 0),
    "a gap": ("2026-03-06 2026-03-07 2026-03-09 2026-03-10", "2026-03-10", 2),
    "over a month's end": ("2026-02-27 2026-02-28 2026-03-01", "2026-03-01", 3),
    "over a leap day": ("2028-02-28 2028-02-29 2028-03-01", "2028-03-01", 3),
    "over a year's end": ("2025-12-31 2026-01-01", "2026-01-01", 2),
    "a clock that was ahead": ("2026-03-09 2026-03-10 2026-03-12", "2026-03-10", 2),
    "a later day alone": ("2026-03-11", "2026-03-10", 0),
    "the first day there is": ("0001-01-01", "0001-01-01", 1),
    "the day after it": ("0001-01-01", "0001-01-02", 1),
}


@pytest.mark.parametrize(("practised", "today", "expected"), STREAKS.values(), ids=STREAKS.keys())
def test_a_streak_is_counted(practised: str, today: str, expected: int) -> None:
    assert streak(map(date.fromisoformat, practised.split()), date.fromisoformat(today)) == expected


@given(st.sets(st.integers(0, 20)))
def test_a_streak_is_the_number_of_days_counted_back(back: set[int]) -> None:
    today = date(2026, 3, 10)
    counted = 0
    while counted + (0 not in back) in back:
        counted += 1
    assert streak([today - timedelta(days=each) for each in back], today) == counted


def test_a_session_counts_for_the_day_on_which_it_began_by_the_listeners_clock() -> None:
    # In UTC both sessions are on the same day, at 22:59 and 23:01.
    late, early = session("2026-03-09T23:59:00+01:00"), session("2026-03-10T00:01:00+01:00")
    assert days([late]) == {date(2026, 3, 9)}
    assert days([early]) == {date(2026, 3, 10)}


def test_a_journey_does_not_move_sessions_to_another_day() -> None:
    tokyo, honolulu = session("2026-03-09T07:00:00+09:00"), session("2026-03-10T07:00:00-10:00")
    assert streak(days([tokyo, honolulu]), date(2026, 3, 10)) == 2


def test_the_clock_change_breaks_no_streak() -> None:
    # On 29 March the clocks of central Europe go forward, so that day has 23 hours.
    zones = ((28, WINTER), (29, SUMMER), (30, SUMMER))
    evenings = [session(datetime(2026, 3, day, 23, 45, tzinfo=zone).isoformat()) for day, zone in zones]
    assert streak(days(evenings), date(2026, 3, 30)) == 3
    nights = [session(datetime(2026, 3, day, 0, 15, tzinfo=zone).isoformat()) for day, zone in zones]
    assert streak(days(nights), date(2026, 3, 30)) == 3


def test_totals_count_sessions_complete_ones_and_seconds() -> None:
    done = [
        session("2026-03-01T08:00:00+01:00", "stretch", seconds=60),
        session("2026-03-02T08:00:00+01:00", "sciatica", seconds=600),
        session("2026-03-03T08:00:00+01:00", "sciatica", seconds=30, complete=False),
    ]
    assert total(done) == Totals(3, 2, 690.0, (0, 0, 0))
    assert totals(done) == {"sciatica": Totals(2, 1, 630.0, (0, 0, 0)), "stretch": Totals(1, 1, 60.0, (0, 0, 0))}
    assert [*totals(done)] == ["sciatica", "stretch"]
    assert total([]) == Totals(0, 0, 0.0, (0, 0, 0))


def test_the_calendar_has_a_line_for_each_week() -> None:
    done = on("01-27 *", "01-28 o", "01-30 **", "01-31 oo", "02-01 o*", "02-06 ***", "02-20 ooo", "03-01 *", "03-05 o")
    assert draw(done, date(2026, 3, 5), 6, 40).splitlines() == [
        "2026   Mo Tu We Th Fr Sa Su",
        "Jan 26 .  *  o  .  ** oo *o",
        "Feb  2 .  .  .  .  ** .  .",
        "     9 .  .  .  .  .  .  .",
        "    16 .  .  .  .  oo .  .",
        "    23 .  .  .  .  .  .  *",
        "Mar  2 .  .  .  o",
    ]


def test_a_narrow_calendar_has_no_spaces_and_names_the_new_year() -> None:
    done = [session("2025-12-31T08:00:00+01:00"), *on("01-01 o", "01-05 **", "01-06 **")]
    assert draw(done, date(2026, 1, 6), 3, NARROWEST).splitlines() == [
        "2025   MoTuWeThFrSaSu",
        "Dec 22 . . . . . . .",
        "    29 . . * o . . .",
        "2026",
        "Jan  5 ****",
    ]


def test_a_calendar_of_one_week_can_end_on_monday() -> None:
    assert draw([], date(2026, 3, 2), 1, 40).splitlines() == ["2026   Mo Tu We Th Fr Sa Su", "Mar  2 ."]


def test_weeks_before_the_first_possible_day_are_not_drawn() -> None:
    assert draw([], date(1, 1, 10), 50, 40).splitlines()[1:] == ["Jan  1 .  .  .  .  .  .  .", "     8 .  .  ."]


@pytest.mark.parametrize(("weeks", "columns"), [(0, 40), (1, NARROWEST - 1)])
def test_too_few_weeks_or_columns_are_refused(weeks: int, columns: int) -> None:
    with pytest.raises(ValueError, match="a calendar needs 21 columns and 1 week"):
        draw([], date(2026, 3, 2), weeks, columns)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=60),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(1, 60),
    st.integers(NARROWEST, 60),
)
def test_every_calendar_is_plain_text_that_fits_the_columns(
    done: list[tuple[int, bool]], today: date, weeks: int, columns: int
) -> None:
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=WINTER)
    sessions = [session((noon - timedelta(days=back)).isoformat(), complete=complete) for back, complete in done]
    drawn = draw(sessions, today, weeks, columns)
    assert drawn.isascii()
    assert LEGEND.isascii()
    assert all(len(line) <= columns and line == line.rstrip() for line in drawn.splitlines())
    first = today.toordinal() - today.weekday() - 7 * (weeks - 1)
    shown = {session.started.date() for session in sessions if session.started.date().toordinal() >= first}
    rows = [line[7:] for line in drawn.splitlines()[1:] if line[:1] != "2"]
    assert len(rows) == weeks
    room = 3 if columns >= 27 else 2
    marks = [row[at : at + room].strip() for row in rows for at in range(0, len(row), room)]
    assert len(marks) == today.toordinal() - first + 1
    assert sum(mark != "." for mark in marks) == len(shown)
