"""The files shipped with the program: where they are found, in a wheel and in a checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import voiceguide
from voiceguide.base.paths import shipped
from voiceguide.base.resources import chime_names

Run = Callable[[str], list[str]]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package, away from the files it ships."""
    package = Path(voiceguide.__file__).parent
    shutil.copytree(package, tmp_path / "voiceguide", ignore=shutil.ignore_patterns("shipped", "__pycache__"))
    return tmp_path


@pytest.fixture
def run(house: Path) -> Run:
    """Run a line of Python with that copy; gives the lines of the line's value, or of the FileError it raises."""

    def run_line(line: str) -> list[str]:
        probe = (
            f"from voiceguide.base import errors, paths, resources\ntry:\n    print({line})\n"
            "except errors.FileError as error:\n    print(error.path, error, sep=chr(10))\n"
        )
        command = [sys.executable, "-c", probe]
        done = subprocess.run(command, cwd=house, check=True, capture_output=True, text=True, timeout=60)
        return done.stdout.splitlines()

    return run_line


def test_the_chimes_are_sorted_and_need_no_numpy() -> None:
    assert chime_names() == ("bell", "bowl", "wood")
    probe = (
        "import sys; from voiceguide.base.resources import chime_names; chime_names(); sys.exit('numpy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", probe], check=True, timeout=60)


@pytest.mark.parametrize("folder", ["audio", "routines"])
def test_the_shipped_folder_exists(folder: str) -> None:
    assert (shipped(folder) / "README.md").is_file()


def test_files_are_found_beside_the_package_and_first_inside_it(house: Path, run: Run) -> None:
    beside = house / "routines"
    beside.mkdir()
    assert run("paths.shipped('routines')") == [str(beside.resolve())]
    inside = house / "voiceguide" / "shipped" / "routines"
    inside.mkdir(parents=True)
    assert run("paths.shipped('routines')") == [str(inside.resolve())]


def test_a_missing_folder_is_named(house: Path, run: Run) -> None:
    path, text = run("resources.chime_names()")
    assert path == str((house / "voiceguide" / "shipped" / "audio").resolve())
    assert "'audio' is missing" in text
    assert "Install voiceguide again." in text
