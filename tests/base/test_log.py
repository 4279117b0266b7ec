"""The log: silent until asked for, one line for each thing done, and failures that are passed over."""

from __future__ import annotations

import ast
import logging
import subprocess
import sys
from pathlib import Path

import pytest

import voiceguide
from voiceguide.base.log import is_shown, passed_over, showing, suppressed

NAME = "voiceguide.base.test"

MODULES = sorted(Path(voiceguide.__file__).parent.rglob("*.py"))


def test_a_line_has_the_time_the_module_and_the_message() -> None:
    lines: list[str] = []
    with showing("info", lines.append):
        logging.getLogger(NAME).info("%d files", 3)
    (line,) = lines
    time, rest = line.split(" base.test: ")
    assert rest == "3 files"
    assert time.endswith("s")
    assert 0 <= float(time[:-1]) < 60


def test_info_leaves_out_the_details() -> None:
    lines: list[str] = []
    with showing("info", lines.append):
        logging.getLogger(NAME).debug("a phrase")
    assert lines == []


def test_no_line_is_shown_afterwards_and_the_level_is_restored() -> None:
    lines: list[str] = []
    logger = logging.getLogger("voiceguide")
    before = logger.level
    with pytest.raises(ZeroDivisionError), showing("debug", lines.append):
        raise ZeroDivisionError
    logging.getLogger(NAME).info("too late")
    assert (lines, logger.level, is_shown()) == ([], before, False)


def test_the_log_reports_whether_it_is_shown() -> None:
    assert not is_shown()
    with showing("info", lambda _: None):
        assert is_shown()


def test_a_log_that_cannot_be_shown_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(line: str) -> None:
        raise RuntimeError(line)

    with showing("debug", fail):
        logging.getLogger(NAME).info("lost")
    assert "RuntimeError" in capsys.readouterr().err


def test_a_suppressed_failure_is_logged_with_its_reason() -> None:
    lines: list[str] = []
    with showing("debug", lines.append), suppressed(OSError, log=NAME, what="the old file stays"):
        raise PermissionError(13, "Permission denied", "old.mp3")
    (line,) = lines
    assert line.endswith("base.test: the old file stays (PermissionError: [Errno 13] Permission denied: 'old.mp3')")


def test_a_failure_without_words_is_called_by_its_kind() -> None:
    lines: list[str] = []
    with showing("debug", lines.append):
        passed_over(NAME, "no answer", TimeoutError())
    assert lines[0].endswith("no answer (TimeoutError)")


def test_where_nothing_fails_nothing_is_logged() -> None:
    lines: list[str] = []
    with showing("debug", lines.append), suppressed(OSError, log=NAME, what="the old file stays"):
        pass
    assert lines == []


def test_another_failure_is_raised_and_not_logged() -> None:
    lines: list[str] = []
    with (
        showing("debug", lines.append),
        pytest.raises(ValueError, match="other"),
        suppressed(OSError, log=NAME, what="the old file stays"),
    ):
        raise ValueError("other")
    assert lines == []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_module_logs_what_python_shows_unasked(path: Path) -> None:
    """Python prints a WARNING, and what is graver, also where nobody has set up a log."""
    loud = {"warning", "error", "exception", "critical", "fatal"}
    loggers = {"log", "_logger", "logging"}
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    found = [
        ast.unparse(call)
        for call in calls
        if isinstance(call, ast.Attribute) and call.attr in loud and ast.unparse(call.value) in loggers
    ]
    assert found == []


def test_logging_is_not_loaded_for_help_or_the_list() -> None:
    code = (
        "import sys\n"
        "from voiceguide.cli import run\n"
        "for arguments in (['--help'], ['list']):\n"
        "    assert run(arguments) == 0\n"
        "print('logging' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "False"
