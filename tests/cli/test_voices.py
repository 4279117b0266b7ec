"""`voiceguide voices`: what is installed, engine by engine, and engines that do not work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.plugins import install
from voiceguide.cli import run

CHOIR = """\
from tests.fakes import FakeEngine
from voiceguide.speech.engine import Voice

class Engine(FakeEngine):
    def __init__(self):
        languages = {"alto": "en-GB", "bass": "en-US", "cantor": "de-DE", "descant": "eng"}
        super().__init__(tuple(Voice("choir", name, language, 16000) for name, language in languages.items()))
"""
SICK = """\
from tests.fakes import FakeEngine

class Engine(FakeEngine):
    def voices(self):
        raise RuntimeError("no\\nmanners")
"""

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two engines more."""
    install(tmp_path, "choir", CHOIR)
    install(tmp_path, "sick", SICK)
    monkeypatch.syspath_prepend(str(tmp_path))


def test_lists_voices_in_columns(capsys: Captured) -> None:
    assert run(["voices", "--engine", "choir"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "choir   alto     en-GB",
        "choir   bass     en-US",
        "choir   cantor   de-DE",
        "choir   descant  eng",
    ]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["alto", "bass"]),
        ("EN-gb", ["alto"]),
        ("de", ["cantor"]),
        ("", ["alto", "bass", "cantor", "descant"]),
        ("e", []),
        ("fr", []),
    ],
)
def test_lists_the_voices_of_a_language(capsys: Captured, language: str, names: list[str]) -> None:
    assert run(["voices", "--engine", "choir", "--language", language, "--json"]) == 0
    out, err = capsys.readouterr()
    assert [voice["name"] for voice in json.loads(out)] == names
    assert err == ""


def test_json_lists_the_voices(capsys: Captured) -> None:
    assert run(["voices", "--engine", "tone", "--json"]) == 0
    out, _ = capsys.readouterr()
    assert json.loads(out) == [{"engine": "tone", "name": "hum", "language": "mul", "rate": 44100}]


def test_where_there_is_none_it_says_so(capsys: Captured) -> None:
    assert run(["voices", "--engine", "tone", "--language", "fr"]) == 0
    assert capsys.readouterr() == ("", "No such voice is installed. See them all: voiceguide voices\n")


def test_lists_every_engine_and_names_those_that_do_not_work(capsys: Captured) -> None:
    assert run(["voices", "--json"]) == 0
    out, err = capsys.readouterr()
    assert {"choir", "tone"} <= {voice["engine"] for voice in json.loads(out)}
    assert "voiceguide: The engine sick failed (RuntimeError: no manners)." in err
    assert "Traceback" not in err


def test_an_engine_that_does_not_work_is_a_failure_where_it_was_asked_for(capsys: Captured) -> None:
    assert run(["voices", "--engine", "sick", "--json"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("voiceguide: The engine sick failed (RuntimeError: no manners).")
    assert err.count("\n") == 1


def test_a_wrong_engine_gets_the_nearest(capsys: Captured) -> None:
    assert run(["voices", "--engine", "chior"]) == 2
    assert capsys.readouterr() == ("", "voiceguide: No engine is called 'chior'. The nearest: choir.\n")
