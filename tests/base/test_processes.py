"""Python processes of our own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import voiceguide
from voiceguide.base.processes import killed_after, python_command


@pytest.mark.parametrize("theirs", ["", "of_the_user"])
def test_the_package_is_found_first_and_the_user_s_own_path_is_kept(
    theirs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", theirs)
    _, environment = python_command("voiceguide.sound.decoding")
    ours = str(Path(voiceguide.__file__).parents[1])
    assert environment["PYTHONPATH"] == (f"{ours}{os.pathsep}{theirs}" if theirs else ours)


def test_the_rest_of_the_environment_is_passed_on_and_ours_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "of_the_user")
    monkeypatch.setenv("COLOUR", "green")
    _, environment = python_command("voiceguide.sound.decoding")
    assert environment["COLOUR"] == "green"
    assert os.environ["PYTHONPATH"] == "of_the_user"


def test_no_module_is_taken_from_the_folder_the_user_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    (tmp_path / "json.py").write_text("raise SystemExit('taken')", encoding="utf-8")
    command, environment = python_command("json.tool", "--help")
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_process_that_takes_too_long_is_killed_and_its_pipe_ends() -> None:
    code = "import time; print('begun', flush=True); time.sleep(60)"
    begun = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        with killed_after(process, 0.2) as overdue:
            assert process.stdout.read() == b""
        assert overdue.is_set()
    assert process.returncode != 0
    assert time.monotonic() - begun < 30


def test_a_process_that_is_in_time_is_left_alone() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        with killed_after(process, 0.5) as overdue:
            pass
        time.sleep(0.8)
        assert process.poll() is None
        assert not overdue.is_set()
        process.kill()
