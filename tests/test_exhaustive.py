"""Every kind of step, cue and arrival is dealt with wherever kinds are told apart; mypy proves it by `assert_never`."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import voiceguide
from tests.conftest import require_module

PACKAGE = Path(voiceguide.__file__).parent


def matches() -> list[tuple[str, ast.Match]]:
    """Every `match` of the package that tells classes apart, and where it stands."""
    return [
        (f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}", node)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Match) and any(_is_own_class(part) for part in ast.walk(node))
    ]


def _is_own_class(part: ast.AST) -> bool:
    """Whether a pattern is for a class of ours; those of a library, such as `yaml.Event`, are not ours to know all."""
    return isinstance(part, ast.MatchClass) and isinstance(part.cls, ast.Name)


@pytest.mark.parametrize(("place", "match"), matches(), ids=lambda each: each if isinstance(each, str) else "")
def test_a_match_over_kinds_ends_in_assert_never(place: str, match: ast.Match) -> None:
    last = match.cases[-1]
    assert ast.unparse(last.pattern) == "_", place
    assert [ast.unparse(line) for line in last.body] == [f"assert_never({ast.unparse(match.subject)})"], place


KIND = '''

@dataclass(frozen=True, slots=True)
class NewKind:
    """A kind that nothing knows of."""

    ms: int
    span: Span
'''


@pytest.mark.parametrize(
    ("module", "union", "must_fail"),
    [
        ("routine/model.py", "Step", {"routine/limits.py", "routine/lints.py", "script/passes/words.py"}),
        ("script/cues.py", "Inner", {"script/ssml.py", "script/text.py", "timeline/placing.py"}),
        (
            "script/cues.py",
            "Cue",
            {"script/ssml.py", "script/text.py", "script/passes/words.py", "timeline/placing.py"},
        ),
    ],
)
def test_a_new_kind_does_not_pass_mypy_where_it_is_not_dealt_with(
    tmp_path: Path, module: str, union: str, must_fail: set[str]
) -> None:
    require_module("mypy")
    copy = tmp_path / "voiceguide"
    for path in PACKAGE.rglob("*.py"):
        to = copy / path.relative_to(PACKAGE)
        to.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        if path == PACKAGE / module:
            before, mark, after = text.partition(f"\n{union}: TypeAlias = ")
            assert mark
            text = f"{before}{KIND}\n{mark}NewKind | {after}"
        to.write_text(text, encoding="utf-8")
    pyproject = (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    files = [str(copy / name) for name in sorted(must_fail)]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--follow-imports=silent", "--no-error-summary", *files],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    told = {line.partition(":")[0].removeprefix("voiceguide/") for line in done.stdout.splitlines()}
    assert must_fail <= told, done.stdout + done.stderr
