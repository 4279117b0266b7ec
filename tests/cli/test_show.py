"""`voiceguide show`: what a routine holds, to read before it is played."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from voiceguide.cli import run

Captured = pytest.CaptureFixture[str]

LIBRARY = """\
moves:
  KNEE:
    name: Weizhong
    part: knee
    where: Behind your {side} knee, in the middle of the crease that you feel when it is bent a little.
    how: Press with your {other} hand.
    care: Only lightly.
    hold: 30s..60s
    sides: each
    cautions:
      - {when: blood-thinners, action: warn, say: Press only lightly.}
    sources: [A book]
  BACK: {name: Shenshu, where: On your back., how: Press., why: For ease., hold: 20s, sides: together, sources: A book}
"""
ROUTINE = """\
title: Two points
summary: A short one.
tags: [back]
moves: body
safety:
  - Stop if it hurts.
steps:
  - move: {use: KNEE, hold: 40s}
  - move: BACK
  - move: {use: KNEE, hold: 20s..50s}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a routine and a script, to work in."""
    (tmp_path / "moves").mkdir()
    (tmp_path / "moves" / "body.yaml").write_text(LIBRARY)
    (tmp_path / "points.yaml").write_text(ROUTINE)
    (tmp_path / "rest.md").write_text("# Rest\nSit down.\n## Later\n[pause 10s]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "60")
    return tmp_path


def test_show_reads_like_a_leaflet(capsys: Captured) -> None:
    assert run(["show", "points.yaml"]) == 0
    out, err = capsys.readouterr()
    head, chapters, safety, knee, back, sources = out.rstrip("\n").split("\n\n")
    assert head.splitlines()[:2] == ["Two points", "A short one."]
    assert head.splitlines()[2] == "About 5 minutes."
    assert chapters.splitlines()[:2] == ["Chapters", "     0:00  Two points"]
    assert [line.split("  ")[-1] for line in chapters.splitlines()[2:]] == [
        "Weizhong, left knee",
        "Weizhong, right knee",
        "Shenshu",
        "Weizhong, left knee",
        "Weizhong, right knee",
    ]
    assert safety == "Before you start\n  Stop if it hurts."
    assert knee == (
        "Weizhong (KNEE): 20s to 50s, each side\n"
        "  Behind your left or right knee, in the middle of the\n"
        "  crease that you feel when it is bent a little.\n"
        "  Press with your other hand.\n"
        "  Only lightly.\n"
        "  blood thinners: Press only lightly."
    )
    assert back == "Shenshu (BACK): 20s, both sides together\n  On your back.\n  Press.\n  For ease."
    assert sources == "Sources\n  A book"
    assert err == ""


def test_a_script_has_chapters_only(capsys: Captured) -> None:
    assert run(["show", "rest.md"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Rest\nAbout 10 seconds.\n")
    assert out.endswith("\n\nChapters\n     0:01  Later\n")


@pytest.mark.parametrize("wanted", [[], ["--minutes", "5"], ["--only", "BACK"]])
def test_a_session_spoken_before_has_the_length_of_its_file(capsys: Captured, wanted: list[str]) -> None:
    tone = [*wanted, "--engine", "tone"]
    assert run(["export", "points.yaml", "-o", "points.wav", *tone]) == 0
    exported = re.search(r"points\.wav  (\d+:\d\d)", capsys.readouterr().out)
    assert run(["show", "points.yaml", *tone]) == 0
    assert exported
    assert f"\n{exported[1]}.\n" in capsys.readouterr().out
    assert run(["compile", "points.yaml", "--to", "svg", *tone]) == 0
    assert f">{exported[1]}<" in capsys.readouterr().out


def test_show_describes_the_session_that_the_choices_make(here: Path, capsys: Captured) -> None:
    assert run(["show", "points.yaml", "--only", "BACK"]) == 0
    out = capsys.readouterr().out
    assert "A short one." not in out
    assert "Weizhong" not in out
    assert "Shenshu (BACK): 20s" in out
    assert run(["show", "points.yaml", "--only", "BACK", "--hold", "25s", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(move["key"], move["hold"]) for move in told["moves"]] == [("BACK", [25, 25])]
    assert told["summary"] == ""
    (here / "moves" / "body.yaml").write_text(
        LIBRARY.replace("action: warn, say: Press", "action: replace, use: BACK, say: Press"), encoding="utf-8"
    )
    assert run(["show", "points.yaml", "--profile", "blood-thinners"]) == 0
    out = capsys.readouterr().out
    assert "Weizhong" not in out
    assert "Changed for you\n  KNEE, blood-thinners: Press only lightly." in out


def test_json(capsys: Captured) -> None:
    assert run(["show", "points.yaml", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["title"], told["summary"], told["tags"]) == (
        "points",
        "Two points",
        "A short one.",
        ["back"],
    )
    assert [move["key"] for move in told["moves"]] == ["KNEE", "BACK"]
    assert told["moves"][0]["hold"] == [20, 50]
    assert told["moves"][0]["where"].startswith("Behind your {side} knee")
    assert told["moves"][0]["care"] == "Only lightly."
    assert told["moves"][0]["cautions"] == [{"when": "blood-thinners", "action": "warn", "say": "Press only lightly."}]
    assert told["safety"] == ["Stop if it hurts."]
    assert told["problems"] == []
    assert told["chapters"][0]["title"] == "Two points"
    assert told["length"] > told["chapters"][-1]["start"] > 0


def test_words_that_may_not_fit_are_reported_at_the_chosen_pace(here: Path, capsys: Captured) -> None:
    (here / "tight.yaml").write_text(
        "title: T\nsteps:\n  - hold: 4s\n    say: Rest your hands in your lap, and breathe.\n"
    )
    assert run(["show", "tight.yaml"]) == 0
    assert capsys.readouterr().err == ""
    assert run(["show", "tight.yaml", "--pace", "0.7"]) == 0
    assert "tight.yaml:4:10: warning: “Rest your hands" in capsys.readouterr().err
    assert run(["show", "tight.yaml", "--pace", "0.5"]) == 1
    out, err = capsys.readouterr()
    assert "tight.yaml:4:10: error: “Rest your hands" in err
    assert out.startswith("T\n")
    assert run(["show", "tight.yaml", "--pace", "0.5", "--json"]) == 1
    assert [each["severity"] for each in json.loads(capsys.readouterr().out)["problems"]] == ["error"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["show", "siatica"], 2, "No routine is called 'siatica'. The nearest: sciatica, sciatica-short."),
        (["show", "nothing-like-it"], 2, "Some there are: sciatica, sciatica-short. See them all: voiceguide list"),
        (["show", "ponts.yaml"], 2, "The nearest: points.yaml"),
        (["show", "moves"], 2, "No routine is called 'moves'."),
        (["show", "."], 3, ". is a folder. Give the path of a routine file in it."),
        (["show"], 2, "Missing argument 'NAME'"),
        (["show", "sciatica", "--pace", "9"], 2, "a number from 0.5 to 2, not '9'"),
        (["show", "moves/body.yaml"], 1, "this is a move library, and cannot be played by itself"),
    ],
)
def test_how_it_ends(arguments: list[str], code: int, said: str, capsys: Captured) -> None:
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_a_routine_with_mistakes_is_not_shown(here: Path, capsys: Captured) -> None:
    (here / "wrong.yaml").write_text("titel: T\nsteps:\n  - pause: 5\n")
    assert run(["show", "wrong.yaml"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "wrong.yaml:1:1: error: `titel` is not a key" in err
    assert "wrong.yaml:3:12: error: `5` is not a duration" in err
