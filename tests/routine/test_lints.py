"""The lints, and that the shipped routines pass them."""

from __future__ import annotations

from pathlib import Path

import pytest

from voiceguide.app.checking import check
from voiceguide.base.paths import shipped
from voiceguide.base.source import Span
from voiceguide.routine.lints import CLAIMS, lint, spoken_texts
from voiceguide.routine.model import Library, Routine, Text
from voiceguide.routine.reader import read_file

SHIPPED = sorted(path for path in shipped("routines").rglob("*.yaml"))
SPOKEN = [path for path in SHIPPED if path.stem != "profiles"]


def said_of(text: str) -> list[str]:
    return [problem.message for problem in lint([Text(text, Span("a", 1, 1))])]


@pytest.mark.parametrize("claim", ["This cures pain.", "It treats sciatica.", "HEALING hands.", "A proven point."])
def test_claims_are_found(claim: str) -> None:
    assert [message.endswith("promises too much") for message in said_of(claim)] == [True]


@pytest.mark.parametrize("honest", ["It may help ease pain.", "Traditionally used for pain.", "Press your heels down."])
def test_honest_words_are_left_alone(honest: str) -> None:
    assert said_of(honest) == []


def test_a_sentence_of_more_than_twenty_words() -> None:
    assert said_of("word " * 20) == []
    assert said_of("word " * 21) == ["this sentence has 21 words; 20 are easy to follow"]


def test_every_text_that_will_be_spoken_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "moves").mkdir()
    (tmp_path / "moves" / "body.yaml").write_text(
        "moves:\n"
        "  A:\n"
        "    name: A\n    hold: 5s\n"
        "    where: A heals.\n    how: B heals.\n    why: C heals.\n    care: Z heals.\n    brief: D heals.\n"
        "    cautions: [{when: x, action: warn, say: E heals.}]\n"
    )
    (tmp_path / "session.yaml").write_text(
        "title: F heals\nsummary: G heals.\nmoves: body\nsafety: [H heals.]\n"
        "steps:\n  - say: I heals.\n  - hold: 9s\n    say: J heals.\n"
        "  - repeat: 9\n    steps:\n      - say: K heals.\n      - move: A\n  - move: A\n"
    )
    problems = check(tmp_path / "session.yaml")
    assert len(problems) == 12
    assert {problem.severity for problem in problems} == {"warning"}
    assert {str(problem.message) for problem in problems} == {"`heals` promises too much"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_files_are_without_fault(path: Path) -> None:
    assert check(path) == ()


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.stem)
def test_the_shipped_files_make_no_medical_claims(path: Path) -> None:
    content, _ = read_file(path)
    assert content
    words = {word.strip(".,;:!?").lower() for text in spoken_texts(content) for word in text.value.split()}
    assert words
    assert not words & {claim.replace("?", "") for claim in CLAIMS}
    assert not words & {"treat", "cure", "heal", "proven", "guarantee", "miracle", "doctor-approved"}


def test_the_shipped_libraries_say_where_they_have_it_from() -> None:
    for path in SHIPPED:
        content, _ = read_file(path)
        if isinstance(content, Library):
            assert all(move.sources for move in content.moves)
        if isinstance(content, Routine):
            assert content.safety
