"""`voiceguide compile`: what a routine becomes, in each form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import pytest

from voiceguide.cli import run
from voiceguide.script.cues import Role
from voiceguide.timeline.model import EventKind

Captured = pytest.CaptureFixture[str]

ROUTINE = """\
title: Rest
chime: bell
safety: [Stop if it hurts.]
steps:
  - say: Sit down. [2s] Breathe.
  - hold: 12s
    say: Rest.
"""
SCRIPT = """\
# Rest

## Rest
[pause 0.5s]
[chime bell]
Rest.
Stop if it hurts.
Sit down.
[pause 2s]
Breathe.
[hold 12s | "Rest." at start | chime bell at end]
[pause 1s]
[chime bell]
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a routine, to work in."""
    (tmp_path / "rest.yaml").write_text(ROUTINE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_script_is_the_default_output(capsys: Captured) -> None:
    assert run(["compile", "rest.yaml"]) == 0
    assert capsys.readouterr() == (SCRIPT, "")


def test_a_printed_script_compiles_to_itself(here: Path, capsys: Captured) -> None:
    (here / "rest.md").write_text(SCRIPT)
    assert run(["compile", "rest.md", "--to", "script"]) == 0
    assert capsys.readouterr() == (SCRIPT, "")


def test_json_of_a_text(capsys: Captured) -> None:
    assert run(["compile", "rest.yaml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"name": "rest.yaml", "to": "script", "text": SCRIPT}


def test_ssml_and_svg_are_xml(capsys: Captured) -> None:
    for form in ("ssml", "svg"):
        assert run(["compile", "rest.yaml", "--to", form, "--engine", "tone"]) == 0
        out, err = capsys.readouterr()
        assert ElementTree.fromstring(out.encode()).tag.endswith({"ssml": "speak", "svg": "svg"}[form])
        assert err == ""


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_the_timeline_has_the_fields_that_others_build_on(more: list[str], capsys: Captured) -> None:
    assert run(["compile", "sciatica-short", "--to", "timeline", "--engine", "tone", *more]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert err == ""
    assert list(told) == ["title", "language", "sample_rate", "length", "chapters", "events", "problems"]
    assert (told["language"], told["sample_rate"], told["problems"]) == ("en-US", 44_100, [])
    assert all(list(chapter) == ["start", "title"] for chapter in told["chapters"])
    ends = 0.0
    for event in told["events"]:
        assert list(event) == ["start", "end", "kind", "text", "move", "side", "role"]
        assert event["kind"] in get_args(EventKind)
        assert event["role"] in ("", *get_args(Role))
        assert 0 <= event["start"] < event["end"] <= told["length"]
        ends = max(ends, event["end"])
    assert ends == told["length"]
    assert [event["start"] for event in told["events"]] == sorted(event["start"] for event in told["events"])
    assert sum(event["end"] - event["start"] for event in told["events"] if event["kind"] == "hold") == pytest.approx(
        165
    )


def test_the_same_words_are_slower_at_a_slower_pace(capsys: Captured) -> None:
    lengths = []
    for pace in ("1.0", "0.5"):
        assert run(["compile", "rest.yaml", "--to", "timeline", "--engine", "tone", "--pace", pace]) == 0
        lengths.append(json.loads(capsys.readouterr().out)["length"])
    assert lengths[1] > lengths[0] + 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["compile", "rest.yaml", "--to", "braille"], 2, "'braille' is not one of 'script', 'timeline', 'ssml', 'svg'"),
        (["compile", "rst.yaml"], 2, "The nearest: rest.yaml"),
        (["compile", "rest.yaml", "--to", "timeline", "--engine", "tune"], 2, "tone"),
        (["compile", "rest.yaml", "--to", "timeline", "--engine", "tone", "--voice", "nobody"], 2, "nobody"),
    ],
)
def test_how_it_ends(arguments: list[str], code: int, said: str, capsys: Captured) -> None:
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
