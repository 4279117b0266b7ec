"""`voiceguide history`."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import click
import pytest

from voiceguide.cli.history import history, lines
from voiceguide.practice.log import PracticeLog

WINTER = timezone(timedelta(hours=1))
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PracticeLog:
    monkeypatch.setenv("VOICEGUIDE_DATA_DIR", str(tmp_path))
    return PracticeLog(tmp_path / "practice.db")


@pytest.fixture
def run(log: PracticeLog, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run the command on the log of the test: its code, and what it printed on both streams."""
    assert not log.complaint

    def run_history(*arguments: str) -> tuple[int, str, str]:
        code = history.main([*arguments], prog_name="history", standalone_mode=False)
        sys.stdout.flush()
        captured = capfdbinary.readouterr()
        return code, captured.out.decode(), captured.err.decode()

    return run_history


def practise(log: PracticeLog, routine: str, started: datetime, seconds: float, complete: bool, feeling: str) -> None:
    session = log.begin(routine, f'Title, "{routine}"', {"pace": 0.9, "only": ["LI4"]}, started)
    log.finish(session, seconds, complete)
    if feeling:
        log.feel(session, feeling)  # type: ignore[arg-type]


def three_days(log: PracticeLog) -> None:
    evening = datetime(2026, 3, 3, 21, 30, tzinfo=WINTER)
    practise(log, "sciatica", evening, 610.5, True, "better")
    practise(log, "sciatica", evening + timedelta(days=1), 600, True, "")
    practise(log, "stretch", evening + timedelta(days=2), 59, False, "same")


def test_the_text_of_a_history(log: PracticeLog) -> None:
    three_days(log)
    assert "\n".join(lines(log.sessions(), date(2026, 3, 6), 2)).splitlines() == [
        "2026   Mo Tu We Th Fr Sa Su",
        "Feb 23 .  .  .  .  .  .  .",
        "Mar  2 .  *  *  o  .",
        "* to the end   o begun   doubled: 2+",
        "",
        "Streak: 3 days.",
        "In all: 3 sessions (2 to the end), 21 minutes; felt better 1, same 1",
        "",
        "sciatica  2 sessions (2 to the end), 20 minutes; felt better 1",
        "stretch   1 session (0 to the end), 1 minute; felt same 1",
    ]


def test_today_is_in_it(log: PracticeLog, run: Run) -> None:
    practise(log, "sciatica", datetime.now(UTC).astimezone(), 60, True, "")
    code, output, errors = run("--weeks", "3")
    assert (code, errors) == (0, "")
    assert "Streak: 1 day.\n" in output
    assert output.index("doubled") == output.index("* to the end") + 25
    assert len(output.split("* to the end")[0].splitlines()) in (4, 5)


def test_an_empty_log_says_how_to_begin(run: Run) -> None:
    assert run() == (0, "", "No sessions yet. Begin one: voiceguide play sciatica\n")
    assert run("--json") == (0, "[]\n", "")
    assert run("--csv") == (0, "id,routine,title,started,seconds,complete,feeling,choices\r\n", "")


def test_json(log: PracticeLog, run: Run) -> None:
    three_days(log)
    code, output, _ = run("--json")
    sessions = json.loads(output)
    assert (code, len(sessions)) == (0, 3)
    assert sessions[0] == {
        "id": 1,
        "routine": "sciatica",
        "title": 'Title, "sciatica"',
        "started": "2026-03-03T21:30:00+01:00",
        "seconds": 610.5,
        "complete": True,
        "feeling": "better",
        "choices": {"pace": 0.9, "only": ["LI4"]},
    }


def test_csv_follows_rfc_4180(log: PracticeLog, run: Run) -> None:
    three_days(log)
    log.begin("r", "two\nlines", {}, datetime(2026, 3, 9, tzinfo=UTC))
    code, output, _ = run("--csv")
    assert code == 0
    assert output.splitlines(keepends=True)[1] == (
        '1,sciatica,"Title, ""sciatica""",2026-03-03T21:30:00+01:00,610.5,true,better,'
        '"{""only"": [""LI4""], ""pace"": 0.9}"\r\n'
    )
    rows = list(csv.DictReader(output.splitlines(keepends=True)))
    assert [row["routine"] for row in rows] == ["sciatica", "sciatica", "stretch", "r"]
    assert json.loads(rows[0]["choices"]) == {"pace": 0.9, "only": ["LI4"]}
    assert rows[3]["title"] == "two\nlines"


@pytest.mark.parametrize("arguments", ["--csv --json", "--csv --forget --yes", "--yes", "--weeks 0"])
def test_options_that_do_not_go_together(run: Run, arguments: str) -> None:
    with pytest.raises(click.UsageError) as refused:
        run(*arguments.split())
    assert refused.value.exit_code == 2


def test_forgetting_asks_no_question_without_a_terminal(log: PracticeLog, run: Run) -> None:
    three_days(log)
    with pytest.raises(click.UsageError, match="add --yes"):
        run("--forget")
    assert len(log.sessions()) == 3
    assert run("--forget", "--yes") == (0, "", "3 sessions deleted.\n")
    assert log.sessions() == ()
    assert run("--forget", "--yes", "--json") == (0, '{\n  "forgotten": 0\n}\n', "")


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with terminals as files")
@pytest.mark.parametrize(
    ("answer", "left", "said"), [("n", 3, "Nothing was deleted."), ("y", 0, "3 sessions deleted.")]
)
def test_forgetting_asks_on_a_terminal(log: PracticeLog, answer: str, left: int, said: str) -> None:
    three_days(log)
    keyboard, terminal = os.openpty()
    os.write(keyboard, f"{answer}\n".encode())
    program = "from voiceguide.cli.history import history; history(['--forget'], standalone_mode=False)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, stdin=terminal, capture_output=True, text=True, check=True, timeout=60)
    os.close(keyboard)
    os.close(terminal)
    assert f"Delete 3 sessions from {log.path}?" in done.stderr
    assert said in done.stderr
    assert len(log.sessions()) == left


def test_a_broken_log_is_said_so(log: PracticeLog, run: Run) -> None:
    log.path.write_bytes(b"no database" * 100)
    code, output, errors = run()
    assert (code, output) == (3, "")
    assert errors.startswith("voiceguide: The practice log was broken (file is not a database). It is now ")
    assert len(errors.splitlines()) == 1
    assert run("--json") == (0, "[]\n", "")


def test_deleting_a_broken_log_ends_its_complaints(log: PracticeLog, run: Run) -> None:
    log.path.write_bytes(b"no database" * 100)
    assert run("--forget", "--yes") == (0, "", "0 sessions deleted.\n")
    assert not list(log.path.parent.glob("*broken*"))
    assert b"no database" not in log.path.read_bytes()


def test_deleting_that_fails_is_no_success(log: PracticeLog, run: Run) -> None:
    log.path.mkdir()
    code, _, errors = run("--forget", "--yes")
    assert code == 3
    assert f"voiceguide: The practice log {log.path} cannot be " in errors
    assert "deleted." not in errors
