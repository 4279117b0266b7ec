"""`voiceguide check`: what is wrong, where, and what to do about it; and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from voiceguide.base.paths import shipped
from voiceguide.cli import run

Captured = pytest.CaptureFixture[str]

WRONG = """\
title: Desk break
steps:
  - say: Sit tall. Breathe in [4] and out.
  - pause: 1:30
  - mvoe: LI4
  - say: This cures everything.
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good and a bad routine, to work in."""
    (tmp_path / "good.yaml").write_text("title: T\nsteps:\n  - say: Rest.\n", encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_mistake_is_shown_with_its_line_a_caret_and_a_hint(capsys: Captured) -> None:
    assert run(["check", "wrong.yaml"]) == 1
    out, err = capsys.readouterr()
    assert out == (
        "wrong.yaml:3:31: error: `[4]` is not a silence\n"
        "      - say: Sit tall. Breathe in [4] and out.\n"
        "                                  ^\n"
        "    add the unit: 4s for seconds, 4m for minutes\n"
        "wrong.yaml:4:12: error: `1:30` is not a duration\n"
        "      - pause: 1:30\n"
        "               ^\n"
        "    write 1m30s for minutes and seconds\n"
        "wrong.yaml:5:5: error: there is no step `mvoe`\n"
        "      - mvoe: LI4\n"
        "        ^\n"
        "    did you mean `move`?\n"
    )
    assert err == "1 file: 3 errors, 0 warnings.\n"


def test_warnings_are_no_errors(here: Path, capsys: Captured) -> None:
    (here / "odd.md").write_text("# T\nThis cures everything.\n")
    assert run(["check", "odd.md", "good.yaml"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "odd.md:2:1: warning: `cures` promises too much"
    assert err == "2 files: 0 errors, 1 warning.\n"


def test_json_has_the_fields_that_others_build_on(capsys: Captured) -> None:
    assert run(["check", "good.yaml", "wrong.yaml", "--json"]) == 1
    out, err = capsys.readouterr()
    problems = json.loads(out)
    assert [list(problem) for problem in problems] == [["file", "line", "column", "severity", "message", "hint"]] * 3
    assert problems[1] == {
        "file": "wrong.yaml",
        "line": 4,
        "column": 12,
        "severity": "error",
        "message": "`1:30` is not a duration",
        "hint": "write 1m30s for minutes and seconds",
    }
    assert err == ""


def test_json_of_a_file_without_mistakes(capsys: Captured) -> None:
    assert run(["check", "good.yaml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_everything_that_is_shipped_is_clean(capsys: Captured) -> None:
    files = [str(path) for path in shipped("routines").rglob("*.yaml")]
    assert len(files) >= 4
    assert run(["check", *files]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"{len(files)} files: 0 errors, 0 warnings.\n"


def test_a_routine_is_checked_by_its_name(capsys: Captured) -> None:
    assert run(["check", "sciatica"]) == 0
    assert capsys.readouterr().err == "1 file: 0 errors, 0 warnings.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["check"], 2, "Missing argument 'FILE...'"),
        (["check", "siatica"], 2, "No routine is called 'siatica'. The nearest: sciatica"),
        (["check", "wron.yaml"], 2, "voiceguide: There is no file wron.yaml. The nearest: wrong.yaml.\n"),
        (["check", "nothere.yaml"], 2, "voiceguide: There is no file nothere.yaml.\n"),
        (["check", "no/wrong.yaml"], 2, "voiceguide: There is no file no/wrong.yaml.\n"),
        (["check", "x" * 5_000], 2, "No routine is called 'xxx"),
        (["check", ""], 2, "No routine is called ''"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_wrong_use_is_one_line_and_nothing_is_checked(
    arguments: list[str], code: int, said: str, capsys: Captured
) -> None:
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_missing_file_keeps_no_other_from_being_checked(option: list[str], capsys: Captured) -> None:
    assert run(["check", "good.yaml", "missing.md", "wrong.yaml", "siatica", *option]) == 2
    out, err = capsys.readouterr()
    assert out.count("wrong.yaml") == 3
    *summary, first, second = err.splitlines()
    assert summary == ([] if option else ["2 files: 3 errors, 0 warnings."])
    assert first == "voiceguide: There is no file missing.md."
    assert second.startswith("voiceguide: No routine is called 'siatica'. The nearest: sciatica")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only on systems with named pipes")
def test_a_folder_a_pipe_and_a_device_are_refused(here: Path, capsys: Captured) -> None:
    os.mkfifo(here / "pipe.yaml")
    assert run(["check", ".", "pipe.yaml", "/dev/zero"]) == 1
    assert capsys.readouterr().out == (
        ".:1:1: error: this is a folder, not a file\n    give the path of a routine file in it\n"
        "pipe.yaml:1:1: error: this is not a file\n    give the path of a routine file\n"
        "/dev/zero:1:1: error: this is not a file\n    give the path of a routine file\n"
    )


def test_a_mistake_in_a_library_is_shown_where_it_is(here: Path, capsys: Captured) -> None:
    (here / "moves").mkdir()
    (here / "moves" / "body.yaml").write_text("moves:\n  A: {nmae: A, where: Here., how: So., hold: 5s}\n")
    (here / "own.yaml").write_text("title: T\nmoves: body\nsteps:\n  - move: A\n")
    assert run(["check", "own.yaml"]) == 1
    assert capsys.readouterr().out == (
        f"moves{os.sep}body.yaml:2:7: error: `nmae` is not a key of the move A\n"
        "      A: {nmae: A, where: Here., how: So., hold: 5s}\n"
        "          ^\n"
        "    did you mean `name`?\n"
    )


def test_the_whole_program_in_a_process_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "voiceguide", "check", "wrong.yaml", "--json"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 1
    assert len(json.loads(done.stdout)) == 3
    assert done.stderr == ""
