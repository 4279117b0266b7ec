"""The scripts that need nothing but Python: how they make their environment, find it again, and fail."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from _setup import python_problem
from _stamp import whole_stamp

CHECKOUT = Path(__file__).resolve().parents[1]
SCRIPTS = CHECKOUT / "scripts"

# A checkout of our scripts with a program of two lines. The build backend is in the tree, so no download is needed.
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
BACKEND = """
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "voiceguide-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        info = "voiceguide-0.1.0.dist-info/"
        wheel.writestr("voiceguide.pth", __file__.rpartition("/")[0])
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: voiceguide\\nVersion: 0.1.0\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""
PROGRAM = "import sys, greeting\nprint(greeting.WORDS, *sys.argv[1:])\nsys.exit(7)\n"

posix = pytest.mark.skipif(os.name == "nt", reason="only on POSIX: signals and scripts with a first line")


@dataclass(frozen=True, slots=True)
class Toy:
    """A checkout of our scripts around a toy program."""

    folder: Path
    wheels: Path

    @property
    def stamp(self) -> Path:
        return self.folder / ".venv" / "stamp"

    def start(self, *arguments: str, **surroundings: str) -> subprocess.Popen[str]:
        """Run its scripts/voiceguide with next to no environment variables."""
        return subprocess.Popen(
            [sys.executable, self.folder / "scripts" / "voiceguide", *arguments],
            cwd="/",
            env={"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": self.wheels.as_uri(), **surroundings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **surroundings: str) -> tuple[int, str, str]:
        """Its exit code, standard output and standard error."""
        process = self.start(*arguments, **surroundings)
        output, errors = process.communicate()
        return process.returncode, output, errors


def toy(folder: Path) -> Toy:
    """One library that can be installed, and one, for the voice, that this machine has no build of."""
    made = Toy(folder / "a checkout", folder / "wheels")
    made.wheels.mkdir(parents=True)
    wheel = made.wheels / "greeting-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("greeting.py", "WORDS = 'good day'\n")
        packed.writestr("greeting-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n")
        packed.writestr(
            "greeting-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        packed.writestr("greeting-1.0.dist-info/RECORD", "")
    locks = made.folder / "scripts" / "locks"
    locks.mkdir(parents=True)
    for script in (SCRIPTS / "voiceguide", *SCRIPTS.glob("_*.py")):
        shutil.copy2(script, locks.parent)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for lock in ("base.txt", "formats.txt"):
        (locks / lock).write_text(f"greeting==1.0 --hash=sha256:{digest}\n", encoding="utf-8")
    (locks / "neural.txt").write_text(f"nowhere==1.0 --hash=sha256:{digest}\n", encoding="utf-8")
    (made.folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (made.folder / "backend.py").write_text(BACKEND, encoding="utf-8")
    (made.folder / "voiceguide").mkdir()
    (made.folder / "voiceguide" / "__init__.py").touch()
    (made.folder / "voiceguide" / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    return made


@posix
def test_two_first_runs_at_once_then_a_second_then_another_place(tmp_path: Path) -> None:
    made = toy(tmp_path)
    both = [made.start("play", "x y") for _ in range(2)]
    told = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [7, 7], told
    assert {output for output, _ in told} == {"good day play x y\n"}
    errors = "".join(error for _, error in told)
    assert errors.count("Setting up voiceguide in") == 1
    assert errors.count("Another run is setting up") == 1
    assert errors.count("There is no build of the Piper voice for this machine") == 1

    before = made.stamp.stat()
    assert made.run("again") == (7, "good day again\n", "")
    assert made.stamp.stat() == before

    link = tmp_path / "link"
    link.symlink_to(made.folder / "scripts" / "voiceguide")
    assert subprocess.run([link], cwd="/", env={}, capture_output=True, text=True, check=False).stdout == "good day\n"

    moved = Toy(made.folder.rename(tmp_path / "moved"), made.wheels)
    code, output, errors = moved.run("there")
    assert (code, output) == (7, "good day there\n")
    assert "Setting up voiceguide in" in errors
    assert ascii(str(moved.folder / ".venv")) in moved.stamp.read_text(encoding="ascii")


@posix
def test_a_stopped_set_up_leaves_no_environment_that_seems_complete(tmp_path: Path) -> None:
    made = toy(tmp_path)
    process = made.start()
    deadline = time.monotonic() + 60
    while not (made.folder / ".venv" / "pyvenv.cfg").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)  # SIGINT may be ignored here, and would stay so
    _, errors = process.communicate()
    assert process.returncode == 143
    assert errors.endswith("voiceguide: set-up stopped; the next run starts it again\n")
    assert not made.stamp.exists()
    code, output, errors = made.run("again")
    assert (code, output) == (7, "good day again\n")
    assert "Another run" not in errors  # a venv or pip that was left would hold the lock


@posix
def test_a_library_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    made = toy(tmp_path)
    lock = made.folder / "scripts" / "locks" / "base.txt"
    lock.write_text(f"greeting==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    code, output, errors = made.run()
    assert (code, output) == (3, "")
    assert errors.splitlines()[-1].startswith("voiceguide: It could not be set up: Got ")
    assert "DO NOT MATCH THE HASHES" in (made.folder / ".venv" / "setup.log").read_text(encoding="utf-8")
    assert not made.stamp.exists()


@posix
def test_an_environment_somebody_else_made_is_left_alone(tmp_path: Path) -> None:
    made = toy(tmp_path)
    other = made.folder / ".venv" / "pyvenv.cfg"
    other.parent.mkdir()
    other.write_text("home = /usr/bin\n", encoding="utf-8")
    blocked = tmp_path / "file"
    blocked.touch()
    code, _, errors = made.run(VOICEGUIDE_CACHE_DIR=str(blocked))
    assert code == 3
    assert re.fullmatch(
        r"voiceguide: There is no place for its environment \(.*not made by this script.*\)\.\n", errors
    )
    assert other.read_text(encoding="utf-8") == "home = /usr/bin\n"


def no_ensurepip(folder: Path) -> str:
    """A folder for PYTHONPATH that makes every Python one of those that Debian ships without ensurepip."""
    (folder / "sitecustomize.py").write_text("import sys\nsys.modules['ensurepip'] = None\n", encoding="utf-8")
    return str(folder)


@posix
def test_a_python_without_venv_is_told_how_to_get_it(tmp_path: Path) -> None:
    made = toy(tmp_path)
    code, output, errors = made.run(PYTHONPATH=no_ensurepip(tmp_path))
    assert (code, output) == (3, "")
    assert re.fullmatch(r"voiceguide: Python's ensurepip module is missing: .*, then run it again\.\n", errors)
    assert not (made.folder / ".venv").exists()


def as_python_3_9(made: Toy, *arguments: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
    script = str(made.folder / "scripts" / "voiceguide")
    code = f"""
import runpy, sys
sys.version_info = (3, 9, 18, "final", 0)
sys.argv[0] = {script!r}
runpy.run_path({script!r}, run_name="__main__")
"""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)


@posix
def test_an_old_python_is_told_which_one_is_needed(tmp_path: Path) -> None:
    done = as_python_3_9(toy(tmp_path), PYTHONPATH=no_ensurepip(tmp_path))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("voiceguide: This is Python 3.9, and 3.11 to 3.14 is needed: install one")


@posix
def test_an_old_python_hands_over_to_a_newer_one(tmp_path: Path) -> None:
    newer = tmp_path / "bin" / "python3.14"
    newer.parent.mkdir()
    newer.write_text('#!/bin/sh\n[ "$1" = -c ] || echo "over to me: $@"\n', encoding="utf-8")
    newer.chmod(0o755)
    made = toy(tmp_path)
    done = as_python_3_9(made, "play", "x y", PATH=str(newer.parent))
    assert done.stdout == f"over to me: {made.folder}/scripts/voiceguide play x y\n"


@pytest.mark.parametrize(("version", "fine"), [((3, 10), False), ((3, 11), True), ((3, 14), True), ((3, 15), False)])
def test_the_pythons_it_takes(version: tuple[int, int], fine: bool) -> None:
    assert (python_problem(version) == "") is fine


@pytest.mark.parametrize(
    "script",
    [SCRIPTS / "voiceguide", SCRIPTS / "test", SCRIPTS / "check", *SCRIPTS.glob("_*.py")],
    ids=lambda s: s.name,
)
def test_old_pythons_can_read_it(script: Path) -> None:
    ast.parse(script.read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """A toy that is set up. What a test changes about it, the next start of it mends."""
    made = toy(tmp_path_factory.mktemp("ready"))
    assert made.run("x")[:2] == (7, "good day x\n")
    return made


@posix
@pytest.mark.parametrize(
    ("line", "instead", "anew"),
    [
        ("base.txt .*", "base.txt " + "0" * 64, True),
        ("pyproject.toml .*", "pyproject.toml " + "0" * 64, False),
    ],
)
def test_an_environment_that_differs_from_the_stamp_is_made_again(
    ready: Toy, line: str, instead: str, anew: bool
) -> None:
    right = ready.stamp.read_text(encoding="utf-8")
    changed = re.sub(line, instead, right, count=1)
    assert changed != right
    ready.stamp.write_text(changed, encoding="utf-8")
    code, output, errors = ready.run()
    assert (code, output) == (7, "good day\n")
    assert ("Setting up voiceguide in" in errors) is anew
    assert ready.stamp.read_text(encoding="utf-8") == right
    assert ready.run() == (7, "good day\n", "")


@posix
def test_an_environment_whose_python_is_gone_is_made_again(ready: Toy) -> None:
    config = ready.folder / ".venv" / "pyvenv.cfg"
    config.write_text(re.sub("executable = .*", "executable = /gone/python", config.read_text()), encoding="utf-8")
    code, _, errors = ready.run()
    assert code == 7
    assert "Setting up voiceguide in" in errors


def test_only_the_tests_want_the_python_that_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").write_text(f"version = 3.99.1\nexecutable = {sys.executable}\n", encoding="utf-8")
    folder = str(tmp_path)
    assert whole_stamp(folder, {}, same_python=False)["python"] == f"3.99 {sys.executable!a}"
    own = "{}.{}".format(*sys.version_info[:2])
    assert whole_stamp(folder, {}, same_python=True)["python"] == f"{own} {sys.executable!a}"


@posix
def test_the_script_runs_with_standard_error_closed(tmp_path: Path) -> None:
    made = toy(tmp_path)
    script = str(made.folder / "scripts" / "voiceguide")
    index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": made.wheels.as_uri()}
    command = ["/bin/sh", "-c", '"$@" 2>&-', "sh", sys.executable, script, "x"]
    done = subprocess.run(command, env=index, stdout=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stdout) == (7, "good day x\n")


@posix
def test_an_index_out_of_reach_is_named(tmp_path: Path) -> None:
    made = toy(tmp_path)
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    code, _, errors = made.run(PIP_FIND_LINKS=nothing.as_uri())
    assert code == 3
    assert errors.splitlines()[-1].startswith("voiceguide: The package index cannot be reached: ")
    assert not made.stamp.exists()


@posix
def test_no_message_is_broken_inside_of_a_word(tmp_path: Path) -> None:
    import fcntl
    import pty
    import struct
    import termios

    made, columns = toy(tmp_path), 37
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, made.folder / "scripts" / "voiceguide"],
        env={"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": made.wheels.as_uri()},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while more := os.read(ours, 4096):
            shown += more
    except OSError:  # Linux: the other end is closed
        pass
    os.close(ours)
    assert process.wait() == 7
    lines = [line.rstrip() for line in re.split(r"[\r\n]+", shown.decode())]
    assert all(len(line) < columns or " " not in line for line in lines), lines
    said = " ".join(line for line in lines if line and "Setting up voiceguide 0:" not in line)
    assert "once; this downloads its libraries." in said
    assert "There is no build of the Piper voice for this machine; its own voices are used instead." in said
