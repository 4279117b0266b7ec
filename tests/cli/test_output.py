"""All output goes through one module, which escapes characters that could control the terminal."""

from __future__ import annotations

import ast
import io
import json
import os
import sys
from pathlib import Path

import pytest

import voiceguide.cli
from tests.terminals import Terminal, in_terminal
from voiceguide.cli import run
from voiceguide.cli.output import MESSAGES, tell

on_posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX")

MODULES = sorted(Path(voiceguide.cli.__file__).parent.glob("*.py"))
PRINTING = {"print", "echo", "secho", "confirm", "prompt", "echo_via_pager", "pager", "progressbar", "getchar", "pause"}
STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__"}

HIDDEN = "# Calm \u202egnp.exe\u2066 \u200bx\n## Sec \u202eabc\nHi \u202e there.\n[pause 9]\n"
STEERING = [*"\x1b\x07\x9b\u202e\u2066\u200b"]

Captured = pytest.CaptureFixture[str]


def printed_in(source: str) -> list[str]:
    """The calls in a module by which something is printed past `cli/output`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        to_stream = (
            name in {"write", "writelines"}
            and isinstance(called, ast.Attribute)
            and any(isinstance(part, ast.Attribute) and part.attr in STREAMS for part in ast.walk(called))
        )
        if name in PRINTING or to_stream:
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_other_module_prints(path: Path) -> None:
    found = printed_in(path.read_text(encoding="utf-8"))
    assert bool(found) == (path.name == "output.py"), found


CALLS = [
    "print(1)",
    "click.echo('a')",
    "echo('a')",
    "click.confirm('?')",
    "sys.stdout.write('a')",
    "sys.stderr.buffer.write(b)",
]


@pytest.mark.parametrize("call", CALLS)
def test_the_check_finds_modules_that_print(call: str) -> None:
    assert len(printed_in(f"def f():\n    if x:\n        {call}\n")) == 1


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The path of a script that tries to steer the terminal by its name, its title, its chapter and its words."""
    name = "evil\u202egnp.md" if os.name == "nt" else "evil\x1b]0;owned\x07\u202egnp.md"
    (tmp_path / name).write_text(HIDDEN.replace("[pause 9]\n", ""), encoding="utf-8")
    (tmp_path / f"bad-{name}").write_text(f"{HIDDEN}\x9b2J\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICEGUIDE_ROUTINES", str(tmp_path))
    return name


def test_names_and_titles_that_would_steer_the_terminal_are_made_visible(hostile: str, capsys: Captured) -> None:
    name = hostile.removesuffix(".md")
    commands = [
        ["list"],
        ["show", hostile],
        ["check", hostile, f"bad-{hostile}"],
        ["show", f"bad-{hostile}"],
        ["show", f"no-{hostile}"],
        ["play", hostile, "--engine", "tone", "--speaker", "null"],
        ["export", hostile, "--engine", "tone", "--also", "lrc"],
        ["export", hostile, f"no-{hostile}", "--engine", "tone", "-o", f"folder-{name}"],
        ["history"],
        [name],
        ["--" + name],
        ["list", name],
        ["config", "set", name, "0.9"],
    ]
    shown = []
    for arguments in commands:
        run(arguments)
        out, err = capsys.readouterr()
        assert not [char for char in STEERING if char in out + err], arguments
        shown.append(out + err)
    assert r"\u202egnp" in shown[0]
    assert r"Calm \u202egnp.exe\u2066 \u200bx" in shown[1]
    assert r"Sec \u202eabc" in shown[1]


def test_a_name_with_the_end_of_a_line_in_it_takes_no_second_line(capsys: Captured) -> None:
    assert run(["show", "one\nvoiceguide: All is well."]) == 2
    assert r"one\nvoiceguide: All is well." in capsys.readouterr().err


def test_json_has_the_same_value_and_no_control_characters(hostile: str, capsys: Captured) -> None:
    assert run(["show", hostile, "--json"]) == 0
    out = capsys.readouterr().out
    assert not [char for char in STEERING if char in out]
    assert json.loads(out)["title"] == "Calm \u202egnp.exe\u2066 \u200bx"


def test_a_script_goes_to_another_program_as_it_is(hostile: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["compile", hostile]) == 0
    assert "# Calm \u202egnp.exe" in capfd.readouterr().out


@on_posix
def test_on_a_terminal_a_script_is_made_visible(hostile: str, tmp_path: Path) -> None:
    terminal: Terminal = in_terminal([sys.executable, "-m", "voiceguide", "compile", hostile], tmp_path)
    try:
        code, shown = terminal.end()
    finally:
        terminal.close()
    assert code == 0
    assert shown.splitlines()[0] == r"# Calm \u202egnp.exe\u2066 \u200bx"
    assert not [char for char in STEERING if char in shown]


class Full(io.StringIO):
    """A disk without room."""

    def write(self, text: str, /) -> int:
        raise OSError(f"no room for {text!r}")


def test_a_message_that_cannot_be_printed_does_not_stop_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Full())
    tell("Hm.")
    assert MESSAGES.write("Hm.") == 3
