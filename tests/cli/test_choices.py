"""The table of choices: the options, `--help`, `config` and the README say the same."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from voiceguide.choices.model import Choices
from voiceguide.choices.table import CHOICES, KEPT
from voiceguide.cli import commands, run
from voiceguide.routine.reader import ROUTINE_KEYS

README = Path(__file__).parents[2] / "README.md"
COMMANDS = ("play", "export", "compile", "show")

Captured = pytest.CaptureFixture[str]


def test_every_field_of_choices_has_one_row() -> None:
    assert sorted(choice.field for choice in CHOICES.values()) == sorted(field.name for field in fields(Choices))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_choice_is_an_option_with_its_help(command: str, capsys: Captured) -> None:
    options = {option.name: option for option in commands.commands[command].params if isinstance(option, click.Option)}
    for name, choice in CHOICES.items():
        option = options[name.replace("-", "_")]
        assert (option.help, option.metavar) == (choice.help, choice.metavar)
    assert run([command, "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    for name, choice in CHOICES.items():
        assert f"--{name} {choice.metavar} {choice.help}" in text


def test_config_has_the_choices_that_are_kept_and_no_others(capsys: Captured) -> None:
    assert run(["config"]) == 0
    assert re.findall(r"^([\w-]+) = ", capsys.readouterr().out, re.MULTILINE) == [*KEPT]
    for name in CHOICES.keys() - KEPT.keys():
        assert run(["config", "set", name, "LI4"]) == 2
        assert capsys.readouterr().err.startswith(f"voiceguide: No choice is called {name!r}.")


def test_a_routine_proposes_choices_that_are_kept() -> None:
    assert "defaults" in ROUTINE_KEYS


@pytest.mark.parametrize("name", CHOICES)
def test_an_example_can_be_written_and_read(name: str) -> None:
    choice = CHOICES[name]
    value = choice.read(choice.example)
    assert choice.read(choice.kind.written(value).strip('"[]').replace('", "', ",")) == value


def test_the_readme_has_the_same_table() -> None:
    rows = [
        "| option | what it does | `config` keeps it |",
        "|---|---|---|",
        *(
            f"| `--{name} {choice.metavar}` | {choice.help} | {'yes' if choice.kept else ''} |".replace("  |", " |")
            for name, choice in CHOICES.items()
        ),
    ]
    assert "\n".join(rows) in README.read_text(encoding="utf-8")


def test_a_script_follows_exactly_the_choices_that_need_no_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rest.md").write_text("# Rest\nSit down.\n", encoding="utf-8")
    for name, choice in CHOICES.items():
        typed = choice.kind.written(choice.read(choice.example)).strip('"[]').replace('", "', ",")
        code = run(["show", "rest.md", f"--{name}", typed])
        assert code == (2 if choice.needs_moves else 0), name
        assert ("choose moves, times and profiles in a routine" in capsys.readouterr().err) == choice.needs_moves
