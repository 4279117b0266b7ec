"""Reading routines, libraries and parts. Every kind of mistake is reported with its place and a remedy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.mistakes import Case, every_case, hold_against
from voiceguide.base.source import Span, excerpt
from voiceguide.routine.model import Group, Library, MoveStep, Part, Profiles, Routine, SayStep, Text
from voiceguide.routine.reader import read_file

FILES = {
    "moves/body.yaml": """\
        moves:
          KNEE:
            name: Weizhong
            part: knee
            where: Behind your {side} knee.
            how: Press it.
            hold: 30s..60s
            sides: each
          BACK: {name: Shenshu, where: On your back., how: Press it., hold: 20s}
        """,
    "moves/broken.yaml": "moves:\n  KNEE: {name: 'Weizhong}\n",
    "parts/closing.yaml": "steps:\n  - say: Thank you.\n",
    "parts/loop.yaml": "steps:\n  - include: again\n",
    "parts/again.yaml": "steps:\n  - include: loop\n",
    "parts/one.yaml": "steps:\n  - include: two\n",
    "parts/two.yaml": "steps:\n  - include: three\n",
    "parts/three.yaml": "steps:\n  - include: four\n",
    "parts/four.yaml": "steps:\n  - include: five\n",
    "parts/five.yaml": "steps:\n  - say: Far down.\n",
    "parts/wrong.yaml": "steps:\n  - sya: Thank you.\n",
    "parts/broken.yaml": "steps: [\n",
    "parts/untitled.yaml": "- say: Thank you.\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(line.removeprefix("        ") for line in text.splitlines(keepends=True)))
    return tmp_path


def read(path: Path, text: str) -> Routine | Library | Part | Profiles | None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    content, problems = read_file(path)
    assert not problems
    return content


@every_case("mistakes-in-routines.txt")
def test_mistakes_in_routines_are_reported(case: Case, folder: Path, pytestconfig: pytest.Config) -> None:
    path = folder / "session.yaml"
    path.write_text(case.written, encoding="utf-8")
    routine, problems = read_file(path)
    hold_against(case, path, problems, pytestconfig)
    assert (routine is None) == any(problem.severity == "error" for problem in problems)


@every_case("mistakes-in-moves.txt")
def test_mistakes_in_moves_are_reported(case: Case, folder: Path, pytestconfig: pytest.Config) -> None:
    path = folder / "moves" / "own.yaml"
    path.write_text(case.written, encoding="utf-8")
    _, problems = read_file(path)
    hold_against(case, path, problems, pytestconfig)


@every_case("mistakes-in-parts.txt")
def test_mistakes_in_parts_are_reported(case: Case, folder: Path, pytestconfig: pytest.Config) -> None:
    path = folder / "parts" / "own.yaml"
    path.write_text(case.written, encoding="utf-8")
    _, problems = read_file(path)
    hold_against(case, path, problems, pytestconfig)


def test_a_routine_is_read_with_everything_it_uses(folder: Path) -> None:
    text = """\
title: Two points
summary: A short one.
language: de-DE
tags: [back, short]
moves: body
chime: none
safety: Stop if it hurts. Ask a doctor.
pronounce:
  Weizhong: way joong
  Hegu: {say: huh goo, ipa: hˌʌɡˈuː}
steps:
  - move: {use: KNEE, hold: 10s}
  - repeat: 2
    steps:
      - move: BACK
  - include: closing
"""
    routine = read(folder / "session.yaml", text)
    assert isinstance(routine, Routine)
    assert (routine.name, routine.title.value, routine.language) == ("session", "Two points", "de-DE")
    assert routine.summary
    assert routine.summary.value == "A short one."
    assert (routine.tags, routine.chime) == (("back", "short"), "")
    assert [text.value for text in routine.safety] == ["Stop if it hurts.", "Ask a doctor."]
    assert [(each.word, each.say, each.ipa) for each in routine.pronounce] == [
        ("Weizhong", "way joong", ""),
        ("Hegu", "huh goo", "hˌʌɡˈuː"),
    ]
    assert [move.key for move in routine.moves()] == ["KNEE", "BACK"]
    press, twice, closing = routine.steps
    assert isinstance(press, MoveStep)
    assert press.hold.low_ms == 10_000
    assert isinstance(twice, Group)
    assert isinstance(closing, Group)
    assert (twice.times, closing.times) == (2, 1)


def test_a_missing_key_has_a_default(folder: Path) -> None:
    routine = read(folder / "session.yaml", "title: T\nsteps: [{say: x}]\n")
    assert isinstance(routine, Routine)
    assert (routine.language, routine.chime, routine.summary, routine.safety) == ("en-US", "bowl", None, ())


def test_a_pronunciation_of_the_routine_replaces_that_of_its_library(folder: Path) -> None:
    library = FILES["moves/body.yaml"].replace(
        "        moves:", "        pronounce: {A: one, B: one}\n        moves:", 1
    )
    (folder / "moves" / "body.yaml").write_text("".join(line[8:] for line in library.splitlines(keepends=True)))
    routine = read(folder / "session.yaml", "title: T\nmoves: body\npronounce: {B: two}\nsteps: [{move: KNEE}]\n")
    assert isinstance(routine, Routine)
    assert {each.word: each.say for each in routine.pronounce} == {"A": "one", "B": "two"}


@pytest.mark.parametrize("text", ["title: T\nsteps: [{say: x}]\n", "\ufefftitle: T\r\nsteps:\r\n  - say: x\r\n"])
def test_a_byte_order_mark_and_windows_line_ends_are_read(folder: Path, text: str) -> None:
    path = folder / "session.yaml"
    path.write_bytes(text.encode())
    routine, problems = read_file(path)
    assert not problems
    assert isinstance(routine, Routine)
    assert routine.title.span == Span(str(path), 1, 8)


def test_every_sentence_knows_where_it_was_written(folder: Path) -> None:
    text = """\
title: T
steps:
  - say: Sit down. Then [5s] breathe.
  - say: >-
      Sit
      down.

      Breathe. Rest.
  - say: |
      Lie down.
  - say: "Sit \\"down\\". Rest."
  - say: 'It''s time. Rest.'
  - say: Sit
      down. Rest.
"""
    routine = read(folder / "session.yaml", text)
    assert isinstance(routine, Routine)
    lines = text.splitlines()
    found = [piece for step in routine.steps if isinstance(step, SayStep) for piece in step.pieces]
    assert len(found) == 14
    for piece in found:
        rest = lines[piece.span.line - 1][piece.span.column - 1 :]
        assert rest.startswith(piece.value[:3] if isinstance(piece, Text) else "[5s]")


def test_a_file_with_moves_is_a_library(folder: Path) -> None:
    for name in ("moves/own.yaml", "own.yaml"):
        library = read(folder / name, "moves:\n  A: {name: A, where: Here., how: So., hold: 5s, settle: 0s}\n")
        assert isinstance(library, Library)
        assert [(move.key, move.settle_ms) for move in library.moves] == [("A", 0)]


def test_a_file_in_the_folder_parts_is_a_part(folder: Path) -> None:
    part = read(folder / "parts" / "own.yaml", "steps:\n  - include: closing\n  - move: ANY\n  - say: Rest.\n")
    assert isinstance(part, Part)
    assert len(part.steps) == 2


def test_a_part_is_also_read_from_its_own_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "parts")
    assert isinstance(read(Path("own.yaml"), "steps:\n  - include: closing\n"), Part)


def test_a_corrected_library_is_read_again(folder: Path) -> None:
    path = folder / "session.yaml"
    path.write_text("title: T\nmoves: own\nsteps: [{move: A}]\n")
    own = folder / "moves" / "own.yaml"
    own.write_text("moves:\n" + "  A: {nmae: A}\n" * 60)
    _, problems = read_file(path)
    assert len(problems) == 63
    own.write_text("moves:\n" + "".join(f"  A{number}: {{nmae: A}}\n" for number in range(60)))
    _, problems = read_file(path)
    assert len(problems) == 101
    assert "more than 100 mistakes" in problems[-1].message
    own.write_text("moves:\n  A: {name: A, where: Here., how: So., hold: 5s}\n")
    routine, problems = read_file(path)
    assert routine
    assert not problems


@pytest.mark.skipif(os.name != "posix", reason="only on POSIX")
@pytest.mark.parametrize("line", ["moves: secret", "steps: [{include: secret}]"])
def test_a_link_that_leads_out_is_an_error_that_shows_no_text_of_its_target(tmp_path: Path, line: str) -> None:
    (tmp_path / "secret").write_text("password: hunter2\n", encoding="utf-8")
    home = tmp_path / "home"
    for folder in ("moves", "parts"):
        (home / folder).mkdir(parents=True)
        (home / folder / "secret.yaml").symlink_to(tmp_path / "secret")
    path = home / "session.yaml"
    rest = "" if line.startswith("steps") else "steps: [{say: Sit.}]\n"
    path.write_text(f"title: T\n{line}\n{rest}", encoding="utf-8")
    content, (problem,) = read_file(path)
    assert content is None
    assert problem.span.file == str(path)
    assert "`secret` is a link that leads out of the routine's folder" in problem.message
    assert "hunter2" not in f"{problem}{excerpt(problem.span)}"
    assert "password" not in f"{problem}{excerpt(problem.span)}"


@pytest.mark.parametrize("kept", ["\u00fcbung", "u\u0308bung"])
@pytest.mark.parametrize("written", ["\u00fcbung", "u\u0308bung"])
def test_a_part_is_included_however_its_accents_are_spelled(tmp_path: Path, kept: str, written: str) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / f"{kept}.yaml").write_text("steps: [{say: Sit.}]\n", encoding="utf-8")
    path = tmp_path / "session.yaml"
    path.write_text(f"title: T\nsteps: [{{include: {written}}}]\n", encoding="utf-8")
    content, problems = read_file(path)
    assert content
    assert problems == ()
