"""The practice log in the hands of several programs: two at once, killed ones, and ones whose disk is full."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from voiceguide.practice.log import PracticeLog

BEGINNING = """
import itertools, sys
from datetime import UTC, datetime
from pathlib import Path
from voiceguide.practice.log import PracticeLog

log = PracticeLog(Path(sys.argv[1]))
evening = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)

def practise(routine, number, title="{}"):
    session = log.begin(routine, title.format(number), {"pace": 0.9}, evening)
    log.finish(session, 2.0, complete=True)
    return session
"""


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", BEGINNING + program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


def test_a_kill_at_any_moment_loses_at_most_the_session_being_written(tmp_path: Path) -> None:
    path = tmp_path / "practice.db"
    program = "for number in itertools.count(int(sys.argv[2])): practise('r', number); print(number, flush=True)"
    chance = random.Random(20260301)
    known = 0
    for _ in range(20):
        writer = start(program, path, known)
        assert writer.stdout
        first = writer.stdout.readline()
        assert first == f"{known}\n"
        # Anywhere within a few sessions, each of which is some milliseconds of writing.
        time.sleep(chance.uniform(0, 0.03))
        writer.kill()
        rest, _ = writer.communicate(timeout=30)
        said = int((first + rest).split()[-1])

        # The journal of the last write is still there for the next player.
        log = PracticeLog(path)
        sessions = log.sessions()
        assert [session.title for session in sessions] == [f"{number}" for number in range(len(sessions))]
        assert len(sessions) in (said + 1, said + 2)
        assert all((each.seconds, each.complete) == (2.0, True) for each in sessions[known : said + 1])
        known = len(sessions)
        assert log.complaint == ""
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()


def together(players: list[subprocess.Popen[str]]) -> list[str]:
    """What programs print that wait for a line, let go at one moment."""
    for player in players:
        assert player.stdout
        assert player.stdout.readline() == "ready\n"
    for player in players:
        assert player.stdin
        player.stdin.write("go\n")
        player.stdin.flush()
    return [player.communicate(timeout=90)[0] for player in players]


WAIT = "print('ready', flush=True); sys.stdin.readline()\n"


def test_two_players_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "practice.db"
    # Each process has two threads: one must not release the locks of the other.
    program = """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(2) as threads:
    numbers = list(threads.map(lambda number: practise(sys.argv[2], number), range(200)))
print(log.complaint or len(set(numbers) - {0}))
"""
    assert together([start(WAIT + program, path, name) for name in "ab"]) == ["200\n", "200\n"]
    log = PracticeLog(path)
    sessions = log.sessions()
    for name in "ab":
        own = [session for session in sessions if session.routine == name]
        assert sorted(int(session.title) for session in own) == [*range(200)]
        assert all(session.complete for session in own)
    assert len({session.id for session in sessions}) == 400
    assert log.complaint == ""


def test_players_who_find_a_broken_file_at_once_move_it_aside_once(tmp_path: Path) -> None:
    path = tmp_path / "practice.db"
    program = "practise('r', sys.argv[2]); print(log.complaint)"
    for attempt in range(1, 6):
        path.write_bytes(b"no database" * 1000)
        said = together([start(WAIT + program, path, name) for name in "abcd"])
        asides = list(tmp_path.glob("practice-broken-*.db"))
        assert len(asides) == attempt
        assert all(aside.read_bytes() == b"no database" * 1000 for aside in asides)
        assert sum("It is now" in line for line in said) == 1
        assert sorted(session.title for session in PracticeLog(path).sessions()) == [*"abcd"]
        path.unlink()


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with a limit on files")
def test_a_file_that_may_not_grow_costs_no_session(tmp_path: Path) -> None:
    program = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
numbers = [practise('r', number, "{} " + "long " * 1000) for number in range(20)]
print(numbers.index(0), len(log.sessions()), log.complaint)
"""
    writer = start(program, tmp_path / "practice.db")
    output, _ = writer.communicate(timeout=60)
    kept, found, complaint = output.split(maxsplit=2)
    assert 0 < int(kept) == int(found)
    assert f"The practice log {tmp_path / 'practice.db'} cannot be written: " in complaint
    assert len(PracticeLog(tmp_path / "practice.db").sessions()) == int(kept)


SMALL_DISK = """
mount -t tmpfs -o size=64k tmpfs "$1"
"$2" -c "$3" "$1/practice.db"
mount -o remount,ro "$1"
"$2" -c "$4" "$1/practice.db"
"""


def test_a_full_disk_and_a_read_only_one_cost_no_session(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    alone = [unshare or "", "--user", "--map-root-user", "--mount"]
    try_it = ["sh", "-c", 'mount -t tmpfs tmpfs "$1"', "sh", str(tmp_path)]
    if not unshare or subprocess.run([*alone, *try_it], capture_output=True, check=False).returncode:
        pytest.skip("only on systems where a user may mount a disk of their own")
    filling = """
numbers = [practise('r', number, "{} " + "long " * 500) for number in range(40)]
print(numbers.index(0), len(log.sessions()), log.complaint)
"""
    reading = "print(practise('r', 1), len(log.sessions()), log.forget(), log.complaint)"
    arguments = ["sh", str(tmp_path), sys.executable, BEGINNING + filling, BEGINNING + reading]
    done = subprocess.run(
        [*alone, "sh", "-ec", SMALL_DISK, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    full, read_only = done.stdout.splitlines()
    kept, found, complaint = full.split(maxsplit=2)
    # A session too long for what is left is lost; a shorter one later may still fit.
    assert 0 < int(kept) <= int(found)
    assert complaint.endswith("cannot be written: database or disk is full.")
    number, still_found, forgotten, complaint = read_only.split(maxsplit=3)
    assert (number, still_found, forgotten) == ("0", found, "0")
    assert complaint.endswith("cannot be written: attempt to write a readonly database.")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="only on systems with modes, as a plain user")
def test_a_folder_that_may_not_be_written_costs_no_session(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    writer = start("print(practise('r', 1), log.complaint)", tmp_path / "practice.db")
    output, _ = writer.communicate(timeout=60)
    tmp_path.chmod(0o700)
    assert output.startswith("0 The practice log")
    assert "Permission denied" in output
