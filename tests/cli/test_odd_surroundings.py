"""Odd options, names and surroundings: one line that says what is wrong, and never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from voiceguide.cli import run

Captured = pytest.CaptureFixture[str]

on_posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX")

ODD = [
    *("", " ", "-1", "0", "1e999", "nan", "inf", "٣", "a" * 5000, "nul\0", "sur\udcff", "\ud800", "../..", "/"),
    "\x1b[31m",
]
OPTIONS = [
    *("--only", "--skip", "--sore", "--order", "--hold", "--minutes", "--detail"),
    *("--profile", "--engine", "--voice", "--pace", "--bed", "--bed-level"),
]
TINY = "title: Tiny\nsteps:\n  - say: Hello there.\n"


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A routine in a folder that the test works in."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY, encoding="utf-8")
    return path


def is_one_answer(capsys: Captured, *arguments: str) -> None:
    """The command ends with a known code, and says something where that is no 0."""
    code = run(arguments)
    assert code in (0, 1, 2, 3)
    assert code == 0 or capsys.readouterr().err


@pytest.mark.parametrize("option", OPTIONS)
def test_odd_choices_get_an_answer(capsys: Captured, tiny: Path, option: str) -> None:
    for odd in ODD:
        is_one_answer(capsys, "show", "sciatica-short", option, odd)
        engine = () if option == "--engine" else ("--engine", "tone")
        # The system's own voices are made to speak by other tests.
        if option not in ("--voice", "--engine"):
            is_one_answer(capsys, "compile", tiny.name, "--to", "timeline", *engine, option, odd)


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_odd_names_get_an_answer(capsys: Captured, tiny: Path, odd: str) -> None:
    for command in ("show", "check", "compile"):
        is_one_answer(capsys, command, odd)
    is_one_answer(capsys, "export", tiny.name, "--engine", "tone", "-o", f"{odd}.wav")
    is_one_answer(capsys, "export", tiny.name, "--engine", "tone", "--split", "-o", f"{odd}.wav")
    is_one_answer(capsys, "play", tiny.name, "--speaker", odd)
    is_one_answer(capsys, "config", "unset", "--", odd)


def test_a_name_that_is_too_long_is_refused(capsys: Captured, tiny: Path) -> None:
    assert run(["export", tiny.name, "--engine", "tone", "-o", f"{'a' * 300}.mp3"]) == 3
    assert "The name is too long. Name a shorter one with -o." in capsys.readouterr().err


@on_posix
@pytest.mark.parametrize("kind", ["folder", "pipe", "empty", "dangling", "loop", "noise"])
def test_files_that_are_no_routines_get_an_answer(capsys: Captured, tiny: Path, kind: str) -> None:
    path = tiny.with_name("odd.yaml")
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "empty":
            path.touch()
        case "dangling":
            path.symlink_to("nowhere.yaml")
        case "loop":
            path.symlink_to(path.name)
        case _:
            path.write_bytes(bytes(range(256)) * 10)
    for command in ("show", "check", "compile", "export", "play"):
        assert run([command, path.name]) in (1, 2, 3)
        assert capsys.readouterr().err


@on_posix
@pytest.mark.parametrize("place", ["a-file", "a" * 300, "a-file/below"], ids=["a file", "too long", "below a file"])
def test_folders_that_cannot_be_made_stop_no_session(
    capsys: Captured, tiny: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    tiny.with_name("a-file").touch()
    monkeypatch.setenv("VOICEGUIDE_DATA_DIR", str(tiny.with_name("a-file").parent / place))
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(tiny.with_name("a-file").parent / place))
    assert run(["export", tiny.name, "--engine", "tone", "-o", "x.wav"]) == 0
    assert run(["list"]) == 0
    assert run(["config", "set", "pace", "0.9"]) == 3
    capsys.readouterr()
    for command in ("doctor", "history"):
        assert run([command]) in (0, 3)


NOBODY = 12345
"""A number that no user of the system has."""

only_as_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only on POSIX as root, who can become another user"
)


@only_as_root
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["list"], 0, ""),
        (["show", "sciatica"], 0, ""),
        (["export", "tiny.yaml", "--engine", "tone", "-o", "x.wav"], 0, "The speech was not kept"),
        (["play", "tiny.yaml", "--engine", "tone", "--speaker", "null"], 0, "The session is not logged"),
        (["history"], 0, "No sessions yet"),
        (["config", "set", "pace", "0.9"], 3, "Your defaults cannot be kept"),
        (["config"], 3, "Your defaults cannot be kept"),
        (["doctor"], 3, ""),
    ],
)
def test_without_a_home_folder_sessions_go_on(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    # By its real number, the user is unknown; by its effective one, it may still read Python's files.
    program = f"import os, sys; os.setreuid({NOBODY}, 0); from voiceguide.cli import main; main(sys.argv[1:])"
    left_out = ("HOME", "VOICEGUIDE_DATA_DIR", "VOICEGUIDE_CACHE_DIR", "XDG_CACHE_HOME", "XDG_DATA_HOME")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert not said or "set HOME" in done.stderr or arguments == ["history"]


# Files that shadow a library, each with the expected message.
FOREIGN = {
    "for another Python": ("numpy/__init__.py", "raise ImportError('Error importing numpy')", "numpy"),
    "empty": ("numpy.py", "", "numpy"),
    "for a later Python": ("numpy/__init__.py", "def (:", "numpy"),
    "half there": ("numpy/__init__.py", "from numpy._core import nothing", "numpy"),
    "too old": ("lameenc.py", "", "lameenc"),
}


@pytest.mark.parametrize(
    ("kind", "command"), [*((kind, "export") for kind in FOREIGN), ("for another Python", "doctor")]
)
def test_a_library_that_cannot_be_loaded_is_named_with_its_file(tmp_path: Path, kind: str, command: str) -> None:
    name, code, library = FOREIGN[kind]
    file = tmp_path / "foreign" / name
    file.parent.mkdir(parents=True)
    file.write_text(code, encoding="utf-8")
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    arguments = ["doctor"] if command == "doctor" else ["export", "tiny.yaml", "--engine", "tone", "-o", "x.mp3"]
    done = subprocess.run(
        [sys.executable, "-m", "voiceguide", *arguments],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(tmp_path / "foreign"), *filter(None, sys.path)]),
            "VOICEGUIDE_CACHE_DIR": str(tmp_path / "cache"),
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    said = done.stdout if command == "doctor" else done.stderr
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert f"The library {library} does not work" in said
    assert str(file) in said
    assert f"Take {tmp_path / 'foreign'} out of PYTHONPATH" in said
    assert "None" not in said
