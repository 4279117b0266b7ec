"""The file behind the practice log: broken, newer, of another program, or impossible to make."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from voiceguide.practice.database import Database, address_of
from voiceguide.practice.log import PracticeLog

EVENING = datetime(2026, 3, 1, 21, 30, tzinfo=timezone(timedelta(hours=1)))
MARKER = "a text found nowhere else"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "practice.db"


def titles(log: PracticeLog) -> list[str]:
    return [session.title for session in log.sessions()]


def test_a_deleted_row_is_overwritten_at_once(path: Path) -> None:
    # Even if the program is killed right after this, no trace of the sessions is left.
    PracticeLog(path).begin(MARKER, MARKER * 200, {}, EVENING)
    Database(path).write(lambda database: database.execute("DELETE FROM session").rowcount, 0)
    assert MARKER.encode() not in path.read_bytes()


def sound_log(path: Path) -> bytes:
    log = PracticeLog(path)
    for number in range(5):
        log.begin("r", f"{number} {MARKER}" * 100, {}, EVENING)
    return path.read_bytes()


def of_another_program(path: Path) -> bytes:
    sound_log(path)
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE invoices (number INTEGER)")
    other.close()
    return path.read_bytes()


def cut_short(path: Path) -> bytes:
    return sound_log(path)[:9000]


def overwritten(path: Path) -> bytes:
    content = bytearray(sound_log(path))
    content[5000:12000] = b"\xff" * 7000
    return bytes(content)


def without_columns(path: Path) -> bytes:
    sound_log(path)
    database = sqlite3.connect(path)
    database.execute("ALTER TABLE session DROP COLUMN feeling")
    database.close()
    return path.read_bytes()


BROKEN = {
    "text": lambda _: b"this was never a database\n" * 400,
    "header only": lambda path: sound_log(path)[:100],
    "cut short": cut_short,
    "overwritten": overwritten,
    "of another program": of_another_program,
    "without columns": without_columns,
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("first", ["write", "read"])
def test_a_broken_file_is_moved_aside_and_said_so(path: Path, content: object, first: str) -> None:
    path.parent.mkdir()
    assert callable(content)
    broken: bytes = content(path)
    path.write_bytes(broken)
    log = PracticeLog(path)
    if first == "read":
        assert log.sessions() == ()
    session = log.begin("r", "new", {}, EVENING)
    log.finish(session, 1.0, complete=True)
    aside = path.parent / "practice-broken-1.db"
    assert aside.read_bytes() == broken
    assert sys.platform == "win32" or stat.S_IMODE(aside.stat().st_mode) == 0o600
    assert str(aside) in log.complaint
    assert titles(PracticeLog(path)) == ["new"]
    assert PracticeLog(path).complaint == ""


def test_a_file_that_breaks_while_a_session_plays_is_moved_aside_too(path: Path) -> None:
    log = PracticeLog(path)
    session = log.begin("r", "old", {}, EVENING)
    path.write_bytes(b"\x00\xff" * 4096)
    log.reach(session, 5.0)
    log.finish(session, 6.0, complete=True)
    assert "practice-broken-1.db" in log.complaint
    assert log.begin("r", "new", {}, EVENING)
    assert titles(log) == ["new"]


def test_a_second_broken_file_does_not_replace_the_first(path: Path) -> None:
    path.parent.mkdir()
    for number in (1, 2):
        path.write_bytes(f"broken {number}\n".encode() * 100)
        PracticeLog(path).begin("r", "t", {}, EVENING)
    asides = sorted(path.parent.glob("practice-broken-*.db"))
    assert [aside.read_text()[:8] for aside in asides] == ["broken 1", "broken 2"]


def test_an_empty_file_is_a_new_log(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    log = PracticeLog(path)
    assert log.sessions() == ()
    log.begin("r", "t", {}, EVENING)
    assert (titles(log), log.complaint) == (["t"], "")


def test_a_log_of_a_newer_version_is_left_alone(path: Path) -> None:
    sound_log(path)
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 7")
    database.close()
    before = path.read_bytes()
    log = PracticeLog(path)
    session = log.begin("r", "t", {}, EVENING)
    log.finish(session, 1.0, complete=True)
    assert (session, log.sessions(), log.completed("r"), log.forget()) == (0, (), 0, 0)
    assert path.read_bytes() == before
    assert f"{path} cannot be written: a newer voiceguide wrote it (schema 7, and 1 is known here)" in log.complaint
    assert "Update voiceguide." in log.complaint
    assert [left.name for left in path.parent.iterdir()] == ["practice.db"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("started", "yesterday"),
        ("started", "2026-03-01T10:00:00"),
        ("choices", "{"),
        ("choices", "[]"),
        ("seconds", "?"),
    ],
)
def test_a_row_somebody_wrote_into_is_left_out_and_counted(path: Path, column: str, value: str) -> None:
    log = PracticeLog(path)
    log.begin("r", "sound", {}, EVENING)
    log.begin("r", "scribbled", {}, EVENING)
    database = sqlite3.connect(path)
    with database:
        database.execute(f"UPDATE session SET {column} = ? WHERE id = 2", (value,))
    database.close()
    assert titles(log) == ["sound"]
    assert log.complaint == f"1 of 2 sessions in {path} cannot be read."


def test_bytes_that_are_no_text_do_not_hide_other_sessions(path: Path) -> None:
    log = PracticeLog(path)
    log.begin("r", "t", {}, EVENING.astimezone(UTC))
    database = sqlite3.connect(path)
    with database:
        database.execute("UPDATE session SET title = CAST(x'66ff' AS TEXT)")
    database.close()
    assert titles(log) == ["f\N{REPLACEMENT CHARACTER}"]


def test_a_log_that_cannot_be_made_costs_no_session(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    log = PracticeLog(tmp_path / "data" / "practice.db")
    session = log.begin("r", "t", {}, EVENING)
    log.reach(session, 5.0)
    log.finish(session, 5.0, complete=True)
    log.feel(session, "better")
    assert (session, log.sessions(), log.forget()) == (0, (), 0)
    assert log.complaint.startswith(f"The practice log {log.path} cannot be written: ")
    assert log.complaint.count("cannot be written") == 1


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (PureWindowsPath(r"\\nas\home\practice.db"), "file:////nas/home/practice.db?mode=rw"),
        (
            PureWindowsPath(r"\\nas.local\my logs$\ü#1%?.db"),
            "file:////nas.local/my%20logs%24/%C3%BC%231%25%3F.db?mode=rw",
        ),
        (PureWindowsPath(r"C:\Users\Zoë\practice.db"), "file:///C:/Users/Zo%C3%AB/practice.db?mode=rw"),
        (PureWindowsPath("//?/C:/long/practice.db"), "file:////%3F/C:/long/practice.db?mode=rw"),
        (PurePosixPath("/home/a b/50%?mode=memory#x.db"), "file:///home/a%20b/50%25%3Fmode%3Dmemory%23x.db?mode=rw"),
        (PurePosixPath("//home/practice.db"), "file:////home/practice.db?mode=rw"),
    ],
    ids=str,
)
def test_the_address_of_a_file_has_no_host_and_no_open_signs(path: PurePath, address: str) -> None:
    assert address_of(path) == address
    # SQLite refuses a host before it looks for the file.
    with pytest.raises(sqlite3.OperationalError, match="unable to open database file"):
        sqlite3.connect(address.replace("practice", "there-is-none"), uri=True).execute("SELECT 1")


ODD_FOLDERS = ["a b", "50% off", "what?mode=memory", "one#two", "a&b=c;d", "Füße 合谷", "%41%2F", "file:", "a:b", "[x]"]


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems that take any sign in a name")
@pytest.mark.parametrize("folder", [*ODD_FOLDERS, os.fsdecode(b"no \xff text"), "two\nlines", "back\\slash"])
def test_a_log_opens_in_a_folder_of_any_name(tmp_path: Path, folder: str) -> None:
    try:
        (tmp_path / folder).mkdir()
    except OSError:
        pytest.skip("only on file systems that take any bytes in a name")
    log = PracticeLog(tmp_path / folder / "practice.db")
    log.begin("r", "t", {}, EVENING)
    assert (titles(log), log.complaint) == (["t"], "")
    assert (tmp_path / folder / "practice.db").stat().st_size > 0
    assert [path.name for path in tmp_path.iterdir()] == [folder]
