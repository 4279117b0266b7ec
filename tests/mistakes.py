"""Files of mistakes: what an author wrote, and what is said about it. Three dots end each part of a case.

a colon inside a text
...
title: T
steps:
  - say: One thing: sit
...
3:19: error: this colon would begin a new key
    put the whole text in quotes
...
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import GOLDEN
from voiceguide.base.source import Problem

END = "...\n"


@dataclass(frozen=True, slots=True)
class Case:
    """One mistake, or several in one file."""

    file: Path
    """Where it is written down."""
    name: str
    written: str
    said: str

    def __str__(self) -> str:
        return f"{self.name}\n{END}{self.written}{END}{self.said}{END}"


def every_case(name: str) -> pytest.MarkDecorator:
    """Run a test with each `case` of tests/golden/NAME."""
    path = GOLDEN / name
    *parts, rest = path.read_text(encoding="utf-8").split(END)
    assert not rest, f"{path}: the last case is not ended"
    cases = [
        Case(path, heading.strip(), written, said)
        for heading, written, said in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


def hold_against(case: Case, own_file: Path, problems: Iterable[Problem], config: pytest.Config) -> None:
    """The problems must be those of the case; with --update-goldens they become those of the case."""
    said = "".join(f"{_line(problem, own_file)}\n" for problem in problems)
    if config.getoption("--update-goldens"):
        new = Case(case.file, case.name, case.written, said)
        text = case.file.read_text(encoding="utf-8").replace(str(case), str(new))
        case.file.write_text(text, encoding="utf-8", newline="\n")
    else:
        assert said == case.said


def _line(problem: Problem, own_file: Path) -> str:
    span = problem.span
    place = "" if span.file == str(own_file) else f"{Path(span.file).relative_to(own_file.parent).as_posix()}:"
    hint = f"\n    {problem.hint}" if problem.hint else ""
    return f"{place}{span.line}:{span.column}: {problem.severity}: {problem.message}{hint}"
