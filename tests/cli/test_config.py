"""`voiceguide config`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from voiceguide.base.errors import RoutineError, UnknownName
from voiceguide.choices.config import read_config
from voiceguide.choices.table import WrongValue
from voiceguide.cli.config import config

Run = Callable[..., str]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICEGUIDE_DATA_DIR", str(tmp_path))
    return tmp_path / "config.toml"


@pytest.fixture
def run(file: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command on the file of the test: what it printed on standard output."""
    assert not file.exists()

    def run_config(*arguments: str) -> str:
        config.main([*arguments], prog_name="config", standalone_mode=False)
        return capsys.readouterr().out

    return run_config


def test_each_value_and_where_it_comes_from(file: Path, run: Run) -> None:
    file.write_text('pace = 0.9\nprofile = ["pregnant", "knee"]\n', encoding="utf-8")
    output = run()
    assert output.splitlines() == [
        f"# {file}",
        'order = "routine"               # built-in',
        'detail = "auto"                 # built-in',
        'profile = ["pregnant", "knee"]  # config',
        'engine = "auto"                 # built-in',
        'voice = ""                      # built-in',
        "pace = 0.9                      # config",
        'bed = ""                        # built-in',
        'bed-level = "-18dB"             # built-in',
    ]
    # The printed lines can be saved unchanged.
    file.write_text(output, encoding="utf-8")
    assert read_config(file)[1] == ()


def test_json(file: Path, run: Run) -> None:
    file.write_text('profile = "pregnant"\n', encoding="utf-8")
    document = json.loads(run("--json"))
    assert document["path"] == str(file)
    assert [each["name"] for each in document["settings"]] == [
        "order", "detail", "profile", "engine", "voice", "pace", "bed", "bed-level",
    ]  # fmt: skip
    assert document["settings"][2] == {"name": "profile", "value": ["pregnant"], "origin": "config"}
    assert document["settings"][5] == {"name": "pace", "value": 1.0, "origin": "built-in"}
    assert document["settings"][7] == {"name": "bed-level", "value": -18.0, "origin": "built-in"}


def test_path(file: Path, run: Run) -> None:
    assert run("path") == f"{file}\n"
    assert json.loads(run("path", "--json")) == {"path": str(file)}
    assert not file.exists()


def test_set_and_unset_keep_comments(file: Path, run: Run) -> None:
    text = "# mine\npace = 1.2  # slow\n\n# end\n"
    file.write_text(text, encoding="utf-8")
    assert run("set", "pace", "0.9") == "pace = 0.9\n"
    assert run("set", "bed-level", "-20dB") == 'bed-level = "-20dB"\n'
    assert file.read_text(encoding="utf-8") == text.replace("1.2", "0.9") + 'bed-level = "-20dB"\n'
    assert run("unset", "pace") == run("unset", "bed-level") == run("unset", "bed-level") == ""
    assert file.read_text(encoding="utf-8") == "# mine\n\n# end\n"


def test_json_of_set_and_unset(run: Run) -> None:
    assert json.loads(run("set", "profile", "Pregnant,ankle-injury", "--json")) == {
        "name": "profile",
        "value": ["pregnant", "ankle-injury"],
        "origin": "config",
    }
    assert json.loads(run("unset", "profile", "--json")) == {"name": "profile", "removed": True}
    assert json.loads(run("unset", "profile", "--json")) == {"name": "profile", "removed": False}


@pytest.mark.parametrize(
    ("arguments", "failure", "said"),
    [
        (("set", "pase", "1"), UnknownName, "No choice is called 'pase'. The nearest: pace."),
        (("unset", "pase"), UnknownName, "No choice is called 'pase'. The nearest: pace."),
        (("set", "pace", "fast"), WrongValue, "`pace` should be a number from 0.5 to 2, not 'fast'"),
        (("set", "bed-level", "-18"), WrongValue, "`bed-level` should be a level from -40dB to -10dB, not '-18'"),
        (("set", "engine", "pipr"), UnknownName, "No engine is called 'pipr'."),
        (("set", "pace"), click.UsageError, "Missing argument 'VALUE'."),
        (("--json", "path"), click.UsageError, "--json goes behind path."),
    ],
)
def test_wrong_use_changes_nothing(
    file: Path, run: Run, arguments: tuple[str, ...], failure: type[Exception], said: str
) -> None:
    with pytest.raises(failure) as refused:
        run(*arguments)
    shown = refused.value.format_message() if isinstance(refused.value, click.UsageError) else str(refused.value)
    assert shown.startswith(said)
    assert refused.value.exit_code == 2  # type: ignore[attr-defined]  # all three kinds have it
    assert not file.exists()


def test_engines_that_are_installed_can_be_kept(run: Run) -> None:
    assert run("set", "engine", "auto") == 'engine = "auto"\n'
    assert run("set", "engine", "tone") == 'engine = "tone"\n'


def test_a_file_with_mistakes_is_not_shown_as_if_it_had_none(file: Path, run: Run) -> None:
    file.write_text("pace = 9\nbde = 'rain'\n", encoding="utf-8")
    with pytest.raises(RoutineError) as refused:
        run()
    assert [problem.span.line for problem in refused.value.problems] == [1, 2]
