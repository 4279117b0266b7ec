"""A routine that would become too long is refused before it is unrolled."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.routines import Authored, plain_steps, read, write
from voiceguide.routine.limits import MAX_CUES, check_size
from voiceguide.routine.reader import read_file
from voiceguide.script.compiler import compile_routine
from voiceguide.script.cues import Hold, Script


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("routines")


def count(script: Script) -> int:
    return sum(1 + (len(cue.cues) if isinstance(cue, Hold) else 0) for cue in script.cues)


def refusal(path: Path) -> str:
    routine, problems = read_file(path)
    assert routine is None
    (problem,) = problems
    return problem.message


@given(step=plain_steps)
@settings(max_examples=50)
def test_no_step_becomes_more_than_was_counted(folder: Path, step: Authored) -> None:
    # Twice the steps, less once, is what one more of them adds. With a chime to hear, a section is a chapter.
    steps = [step, {"chime": "bell"}]
    once, twice = (
        count(compile_routine(read(folder, {"title": "T", "moves": "body", "steps": steps * times})).script)
        for times in (1, 2)
    )
    times = MAX_CUES // (twice - once) + 1
    repeated = {"title": "T", "moves": "body", "steps": [{"repeat": str(min(times, 20_000)), "steps": steps}]}
    if times <= 20_000:
        assert "more than" in refusal(write(folder, repeated))


LIBRARY = "moves:\n  A:\n    name: A\n    where: {where}\n    how: So.\n    hold: {hold}\n    {more}\n"
SPELL = "sides: each"


@pytest.mark.parametrize(
    ("library", "steps"),
    [
        (LIBRARY.format(where="x", hold="12h", more="rhythm: {press: 1ms, release: 1ms}"), "- move: A"),
        (LIBRARY.format(where="Go. " * 5_000, hold="1s", more=SPELL), "- repeat: 10\n  steps:\n    - move: A"),
        (LIBRARY.format(where="x", hold="1s", more=f"care: {'Go. ' * 5_000}"), "- repeat: 10\n  steps:\n    - move: A"),
        ("moves: {}", "- repeat: 20000\n  steps:\n    - say: In [1s] and out [1s]."),
        ("moves: {}", "- breathe: {cycles: 20000, in: 1s, out: 1s}"),
        ("moves: {}", "- repeat: 20000\n  steps:\n    - include: nothing"),
    ],
)
def test_small_files_that_would_fill_the_memory(tmp_path: Path, library: str, steps: str) -> None:
    (tmp_path / "moves").mkdir()
    (tmp_path / "moves" / "a.yaml").write_text(library)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "nothing.yaml").write_text("steps:\n  - section: x\n")
    path = tmp_path / "session.yaml"
    path.write_text(f"title: T\nmoves: a\nsteps:\n{steps}\n")
    assert "more than 20,000 sentences and silences" in refusal(path)


@pytest.mark.parametrize(
    "steps",
    [
        [{"pause": "13h"}],
        [{"pause": "1h..13h"}],
        [{"say": "In [11h..13h] and out."}],
        [{"pause": "11h"}, {"hold": "1h..61m"}],
    ],
)
def test_more_than_twelve_hours(tmp_path: Path, steps: list[Authored]) -> None:
    assert "more than 12 hours" in refusal(write(tmp_path, {"title": "T", "steps": steps}))


def test_small_parts_that_are_long_together(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    for number in range(5):
        (tmp_path / "parts" / f"p{number}.yaml").write_text("# x\n" * 60_000 + "steps:\n  - say: x\n")
    steps: list[Authored] = [{"include": f"p{number}"} for number in range(5)]
    assert refusal(write(tmp_path, {"title": "T", "steps": steps})) == (
        "the routine and its files are longer than 1,024 KB together"
    )


def test_twelve_hours_are_enough_for_everybody(folder: Path) -> None:
    steps = [{"repeat": "4320", "steps": [{"breathe": {"cycles": "1", "in": "4s", "out": "6s"}}]}]
    routine = read(folder, {"title": "T", "moves": "body", "steps": steps})
    assert not check_size(routine.steps)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([{"pause": "12h"}], ""),
        ([{"pause": "12h"}, {"pause": "1ms"}], "lasts more than 12 hours"),
        ([{"repeat": "10000", "steps": [{"pause": "1ms"}]}], ""),
        ([{"repeat": "10000", "steps": [{"pause": "1ms"}]}, {"chime": "bell"}], "more than 20,000 sentences"),
    ],
)
def test_the_very_limit_is_allowed_and_no_more(tmp_path: Path, steps: list[Authored], message: str) -> None:
    path = write(tmp_path, {"title": "T", "steps": steps})
    if message:
        assert message in refusal(path)
    else:
        assert read_file(path)[1] == ()
