"""The wheel, made from the source archive and installed by itself: it works without the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import wave
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]

# Goes into the new environment: writes down every file of the checkout that Python opens or lists there. The libraries
# the wheel needs are taken from the environment the tests run in, which may itself be in the checkout.
WATCH = """\
import os, sys

CHECKOUT, LIBRARIES, LOG = {checkout!r}, {libraries!r}, {log!r}

def watch(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes, os.PathLike)):
        path = os.path.realpath(os.fsdecode(arguments[0]))
        if path.startswith(CHECKOUT + os.sep) and not path.startswith(LIBRARIES):
            with os.fdopen(os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT), "w") as log:
                log.write(path + chr(10))

sys.addaudithook(watch)
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """The wheel in an environment of its own."""

    scripts: Path
    """Where its programs are."""
    elsewhere: Path
    """A folder to call them from."""
    log: Path
    """Files of the checkout that were touched, one a line."""

    def run(self, program: str, *arguments: str) -> str:
        """Run one of its programs; returns what it prints."""
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
        path = self.scripts / (program + (".exe" if os.name == "nt" else ""))
        done = subprocess.run(
            [path, *arguments], cwd=self.elsewhere, env=surroundings, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, f"{program} {arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert not self.log.exists(), (
            f"{program} {arguments} read the checkout:\n{self.log.read_text(encoding='utf-8')}"
        )
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """Run voiceguide and read the JSON it prints."""
        return json.loads(self.run("voiceguide", *arguments))


def call(*command: str | Path, cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive, unpacked."""
    folder = tmp_path_factory.mktemp("source")
    call(sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", folder, cwd=CHECKOUT)
    (archive,) = folder.glob("*.tar.gz")
    call(sys.executable, "-m", "tarfile", "-e", archive, folder)
    (unpacked,) = (path for path in folder.iterdir() if path.is_dir())
    return unpacked


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=source)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("a folder with spaces")
    home = folder / "its environment"
    call(sys.executable, "-m", "venv", "--without-pip", home)
    names = {"base": str(home), "platbase": str(home)}
    scripts = Path(sysconfig.get_path("scripts", "venv", names))
    packages = Path(sysconfig.get_path("purelib", "venv", names))
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    call(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel)
    libraries, log = sysconfig.get_path("purelib"), folder / "touched"
    # A folder named here is searched, but the .pth files in it, the editable install's among them, are not read.
    (packages / "libraries.pth").write_text(f"{libraries}\nimport _watch\n", encoding="utf-8")
    watch = WATCH.format(checkout=str(CHECKOUT), libraries=os.path.realpath(sys.prefix) + os.sep, log=str(log))
    (packages / "_watch.py").write_text(watch, encoding="utf-8")
    elsewhere = folder / "another place"
    elsewhere.mkdir()
    return Installed(scripts, elsewhere, log)


def test_the_source_archive_holds_all_that_is_developed(source: Path) -> None:
    for name in ("CHANGELOG.md", "CONTRIBUTING.md", ".ci/run", "scripts/voiceguide", "scripts/locks/base.txt"):
        assert (source / name).is_file(), name
    assert (source / "tests" / "test_wheel.py").read_bytes() == Path(__file__).read_bytes()
    assert not list(source.glob(".venv*"))


def test_the_wheel_holds_only_files_that_the_program_needs(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    roots = {name.partition("/")[0] for name in names}
    assert roots == {"voiceguide", "voiceguide-0.1.0.dist-info"}
    assert "voiceguide/py.typed" in names
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in names)
    for folder in ("audio", "routines"):
        inside = {path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / folder).rglob("*") if path.is_file()}
        assert {f"voiceguide/shipped/{name}" for name in inside} <= names
    assert {"voiceguide/output/cover/fonts/cover.otf", "voiceguide/output/cover/fonts/OFL.txt"} <= names
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_is_watched_for_touching_the_checkout(installed: Installed) -> None:
    with pytest.raises(AssertionError, match=r"pyproject\.toml"):
        installed.run("python", "-c", f"open({str(CHECKOUT / 'pyproject.toml')!r})")
    installed.log.unlink()


def test_its_program_starts(installed: Installed) -> None:
    assert "Usage: voiceguide" in installed.run("voiceguide", "--help")
    assert "Usage: voiceguide" in installed.run("python", "-m", "voiceguide", "--help")


def test_its_engines_can_be_found_and_imported(installed: Installed) -> None:
    code = "from importlib.metadata import entry_points as e; print(*sorted(x.load().name for x in e(group='{}')))"
    assert installed.run("python", "-c", code.format("voiceguide.engines")).split() == ["piper", "system", "tone"]


def test_the_wheel_lists_the_shipped_routines(installed: Installed) -> None:
    listed = {entry["name"]: Path(entry["path"]) for entry in installed.json("list", "--json")}
    assert {"sciatica", "sciatica-short"} <= set(listed)
    for path in listed.values():
        assert installed.scripts.parent in path.parents


def test_the_wheel_compiles_a_routine(installed: Installed) -> None:
    timeline = installed.json("compile", "sciatica", "--to", "timeline", "--engine", "tone")
    assert timeline["sample_rate"] == 44_100
    assert timeline["length"] > 600
    assert timeline["problems"] == []


def test_the_wheel_exports_a_file_of_the_length_it_says(installed: Installed) -> None:
    said = installed.json("export", "sciatica-short", "--engine", "tone", "-o", "x.wav", "--json")
    with wave.open(str(installed.elsewhere / "x.wav")) as file:
        assert file.getframerate() == 44_100
        assert file.getnframes() / 44_100 == pytest.approx(said["seconds"], abs=1e-6)
