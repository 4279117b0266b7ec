"""`voiceguide list`: what can be played; and that it starts without loading what it does not need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from voiceguide.cli import run

Captured = pytest.CaptureFixture[str]

HEAVY = {"numpy", "miniaudio", "simpleaudio", "lameenc", "mutagen", "soxr", "pyttsx3", "piper", "onnxruntime", "pydub"}
HEAVY |= {"rich", "espeakng_loader", "soundfile"}

RUN_AND_TELL = """\
import sys
from voiceguide.cli import run
code = run(sys.argv[1:])
print(*sys.modules, code, file=sys.stderr)
"""


def loaded_by(*arguments: str) -> set[str]:
    """The modules of other libraries that a command loads."""
    done = subprocess.run(
        [sys.executable, "-c", RUN_AND_TELL, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    *modules, code = done.stderr.split()
    assert code == "0"
    assert done.stdout
    return {module.partition(".")[0] for module in modules}


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of routines of the user's own."""
    monkeypatch.setenv("VOICEGUIDE_ROUTINES", str(tmp_path))
    (tmp_path / "short.md").write_text("# Short\n[pause 20s]\n")
    (tmp_path / "long.yaml").write_text(
        "title: Long\nsummary: Long and quiet.\nlanguage: de-DE\ntags: [a, b]\nsteps:\n  - pause: 10m..20m\n"
    )
    return tmp_path


@pytest.mark.usefixtures("mine")
def test_a_line_for_each_routine(capsys: Captured) -> None:
    assert run(["list"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0] == "long            10–20 min  Long"
    assert lines[-1] == "short               1 min  Short"
    assert [line.split()[0] for line in lines] == ["long", "sciatica", "sciatica-short", "short"]
    assert err == ""


def test_json_has_the_fields_that_others_build_on(mine: Path, capsys: Captured) -> None:
    assert run(["list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [list(row) for row in rows] == [["name", "title", "summary", "tags", "language", "minutes", "path"]] * 4
    assert rows[0] | {"minutes": None} == {
        "name": "long",
        "title": "Long",
        "summary": "Long and quiet.",
        "tags": ["a", "b"],
        "language": "de-DE",
        "minutes": None,
        "path": str(mine / "long.yaml"),
    }
    low, high = rows[0]["minutes"]
    assert 10 < low < 10.5
    assert 20 < high < 20.5


def test_a_routine_with_mistakes_is_left_out_and_named(mine: Path, capsys: Captured) -> None:
    (mine / "broken.yaml").write_text("titel: T\nsteps: []\n")
    (mine / "brokn.md").write_text("Sit down.\n")
    assert run(["list"]) == 0
    out, err = capsys.readouterr()
    assert "brok" not in out
    assert f"{mine / 'broken.yaml'} has 2 mistakes. See with: voiceguide check {mine / 'broken.yaml'}\n" in err
    assert f"{mine / 'brokn.md'} has 1 mistake. " in err


def test_list_loads_nothing_heavy() -> None:
    assert not loaded_by("list") & HEAVY


@pytest.mark.parametrize("arguments", [["--help"], ["play", "--help"], ["export", "--help"], ["--version"]])
def test_help_loads_nothing_heavy_and_reads_no_routine(arguments: list[str]) -> None:
    assert not loaded_by(*arguments) & (HEAVY | {"yaml", "difflib", "platformdirs"})


def test_check_and_show_load_nothing_heavy() -> None:
    assert not (loaded_by("check", "sciatica", "--json") | loaded_by("show", "sciatica")) & HEAVY
