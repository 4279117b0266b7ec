"""The practice log: what it stores, who may read it, and how it deletes everything."""

from __future__ import annotations

import contextlib
import sqlite3
import stat
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from voiceguide.practice.log import FEELINGS, PracticeLog, Practised, practice_log

EVENING = datetime(2026, 3, 1, 21, 30, tzinfo=timezone(timedelta(hours=1)))
MARKER = "a text found nowhere else"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "practice.db"


def test_a_log_keeps_sessions_and_feelings(path: Path) -> None:
    with PracticeLog(path) as log:
        first = log.begin("sciatica", "Acupressure", {"pace": 0.9, "only": ("LI4", "BL40"), "hold": None}, EVENING)
        log.reach(first, 5.0)
        log.finish(first, 610.5, complete=True)
        log.feel(first, "better")
        second = log.begin("stretch", "Dehnen für Füße", {}, EVENING + timedelta(days=1))
    choices = {"pace": 0.9, "only": ["LI4", "BL40"], "hold": None}
    assert PracticeLog(path).sessions() == (
        Practised(first, "sciatica", "Acupressure", choices, EVENING, 610.5, True, "better"),
        Practised(second, "stretch", "Dehnen für Füße", {}, EVENING + timedelta(days=1), 0.0, False, ""),
    )
    assert log.complaint == ""


def test_the_offset_of_the_listeners_clock_is_kept(path: Path) -> None:
    PracticeLog(path).begin("r", "t", {}, EVENING)
    (session,) = PracticeLog(path).sessions()
    assert session.started.utcoffset() == timedelta(hours=1)


def test_reading_a_missing_log_makes_no_file(path: Path) -> None:
    log = PracticeLog(path)
    assert log.sessions() == ()
    assert log.completed("sciatica") == 0
    assert log.forget() == 0
    log.close()
    assert not path.parent.exists()
    assert log.complaint == ""


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with modes of files")
def test_only_the_owner_may_read_the_log(path: Path) -> None:
    PracticeLog(path).begin("r", "t", {}, EVENING)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_killed_session_keeps_the_last_time_it_logged(path: Path) -> None:
    log = PracticeLog(path)
    session = log.begin("r", "t", {}, EVENING)
    for seconds in (5.0, 10.0, 7.5):
        log.reach(session, seconds)
    (found,) = PracticeLog(path).sessions()
    assert (found.seconds, found.complete) == (10.0, False)


def test_the_final_time_counts_even_if_the_listener_went_back(path: Path) -> None:
    log = PracticeLog(path)
    session = log.begin("r", "t", {}, EVENING)
    log.reach(session, 10.0)
    log.finish(session, 8.0, complete=False)
    assert log.sessions()[0].seconds == 8.0


def test_only_sessions_done_to_their_end_are_completed(path: Path) -> None:
    log = PracticeLog(path)
    for routine, complete in (("a", True), ("a", False), ("a", True), ("b", True)):
        log.finish(log.begin(routine, "t", {}, EVENING), 1.0, complete)
    assert [log.completed(routine) for routine in ("a", "b", "c")] == [2, 1, 0]


def test_wrong_calls_are_refused(path: Path) -> None:
    log = PracticeLog(path)
    with pytest.raises(ValueError, match="offset"):
        log.begin("r", "t", {}, datetime(2026, 3, 1))  # noqa: DTZ001  # a time without an offset is refused
    with pytest.raises(ValueError, match="better, same, worse, not 'great'"):
        log.feel(1, "great")  # type: ignore[arg-type]  # an unknown word is refused
    assert not path.exists()


@pytest.mark.parametrize("feeling", FEELINGS)
def test_each_feeling_is_kept(path: Path, feeling: str) -> None:
    log = PracticeLog(path)
    session = log.begin("r", "t", {}, EVENING)
    log.feel(session, feeling)  # type: ignore[arg-type]
    assert log.sessions()[0].feeling == feeling


def test_bytes_that_are_not_text_in_a_file_name_become_question_marks(path: Path) -> None:
    log = PracticeLog(path)
    log.begin("caf\udce9", "\udce9", {"only": "\udce9"}, EVENING)
    assert (log.sessions()[0].routine, log.completed("caf\udce9"), log.complaint) == ("caf?", 0, "")


def test_threads_of_one_program_do_not_disturb_each_other(path: Path) -> None:
    log = PracticeLog(path)
    ready = threading.Barrier(4)

    def write(name: str) -> None:
        ready.wait()
        for number in range(10):
            log.finish(log.begin(name, f"{number}", {}, EVENING), 1.0, complete=True)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log.complaint == ""
    assert [log.completed(name) for name in "abcd"] == [10, 10, 10, 10]


def test_the_users_own_log_is_in_their_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEGUIDE_DATA_DIR", str(tmp_path))
    with practice_log() as log:
        assert log.path == tmp_path / "practice.db"


# Forgetting.


def test_forgetting_leaves_no_trace_in_the_file(path: Path) -> None:
    log = PracticeLog(path)
    for _ in range(5):
        session = log.begin(MARKER, MARKER * 200, {"bed": MARKER}, EVENING)
        log.feel(session, "worse")
    assert MARKER.encode() in path.read_bytes()
    before = path.stat().st_size
    assert log.forget() == 5
    assert log.complaint == ""
    assert log.sessions() == ()
    assert MARKER.encode() not in path.read_bytes()
    assert path.stat().st_size < before
    assert [left.name for left in path.parent.iterdir()] == ["practice.db"]


def test_forgetting_reaches_broken_logs_too(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(MARKER.encode() * 100)
    log = PracticeLog(path)
    log.begin("r", "t", {}, EVENING)
    assert (path.parent / "practice-broken-1.db").exists()
    log.forget()
    assert not list(path.parent.glob("*broken*"))


def test_a_forgotten_session_still_playing_cannot_write_into_a_new_one(path: Path) -> None:
    playing, other = PracticeLog(path), PracticeLog(path)
    old = playing.begin("r", "old", {}, EVENING)
    other.forget()
    other.begin("r", "new", {}, EVENING)
    playing.finish(old, 99.0, complete=True)
    (session,) = other.sessions()
    assert (session.title, session.seconds, playing.complaint) == ("new", 0.0, "")


def test_a_session_still_playing_does_not_bring_back_a_deleted_log(path: Path) -> None:
    log = PracticeLog(path)
    session = log.begin("r", "t", {}, EVENING)
    path.unlink()
    log.reach(session, 5.0)
    assert not path.exists()


@pytest.mark.parametrize(
    "change",
    [
        "seconds = 9e999",
        "seconds = -9e999",
        "seconds = -1",
        "seconds = 1e12",
        "seconds = 'long'",
        "started = '2026-13-45'",
        "started = '2026-01-01T00:00:00'",
        "choices = '{'",
        "choices = '[]'",
        "choices = '{\"pace\": NaN}'",
        "choices = '" + "[" * 5000 + "'",
        "routine = x'ff00'",
    ],
)
def test_a_row_with_impossible_values_is_left_out(path: Path, change: str) -> None:
    log = PracticeLog(path)
    for name in ("good", "odd"):
        log.finish(log.begin(name, "t", {}, EVENING), 60.0, complete=True)
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute(f"UPDATE session SET {change} WHERE routine = 'odd'")
        database.commit()
    assert [session.routine for session in log.sessions()] == ["good"]
    assert log.complaint == f"1 of 2 sessions in {path} cannot be read."


def test_an_unknown_feeling_is_none(path: Path) -> None:
    log = PracticeLog(path)
    log.begin("r", "t", {}, EVENING)
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE session SET feeling = 'elated'")
        database.commit()
    assert [session.feeling for session in log.sessions()] == [""]


def test_a_log_with_bytes_that_are_no_utf8_is_moved_aside(path: Path) -> None:
    log = PracticeLog(path)
    log.begin("r", "t", {}, EVENING)
    # SQLite's message quotes bytes of the file that Python cannot decode.
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE session", b"\x82REATE TABLE session"))
    log = PracticeLog(path)
    assert log.completed("r") == 0
    aside = path.with_name("practice-broken-1.db")
    assert aside.exists()
    assert log.complaint.startswith("The practice log was broken (")
    assert log.complaint.endswith(f"). It is now {aside}; a new one begins.")
