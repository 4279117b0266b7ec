"""The house is as docs/architecture.md draws it: its names, its rooms, their order, and no circle of imports."""

from __future__ import annotations

import ast
import doctest
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "voiceguide"
SCRIPTS = ROOT / "scripts"
PAGE = ROOT / "docs" / "architecture.md"

LAYERS = [
    "cli",
    "collection",
    "session",
    "app",
    "player | output | practice",
    "timeline",
    "speech",
    "sound",
    "script",
    "routine",
    "choices",
    "base",
]
"""The order of the rooms, from the street to the cellar: each imports only what stands below it."""

MOST_ROOMS = 18
"""With more of them, a stranger no longer finds the way by their names."""


# The rooms.


def rooms() -> set[str]:
    """The packages and the single modules directly in voiceguide/."""
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    return packages | modules


def test_the_house_has_few_rooms() -> None:
    assert len(rooms()) <= MOST_ROOMS


def test_the_layers_have_every_room_in_its_place() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(each for each in contracts if each["id"] == "layers")
    assert layers["layers"] == LAYERS
    assert layers["exhaustive"]
    assert {room for layer in LAYERS for room in layer.split(" | ")} == rooms()


# Circles of imports.

FRONT_PAGE = "voiceguide"


def sources() -> dict[str, Path]:
    """Every module of the package and every program and module in scripts/, by the name that imports it."""
    programs = [path for path in SCRIPTS.iterdir() if path.is_file() and _is_python(path)]
    found = {}
    for top, path in (
        *((ROOT, path) for path in PACKAGE.rglob("*.py")),
        *((SCRIPTS, path) for path in (*SCRIPTS.rglob("*.py"), *programs)),
    ):
        parts = path.relative_to(top).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _is_python(path: Path) -> bool:
    with path.open("rb") as file:
        return path.suffix == "" and file.readline().rstrip().endswith(b"python3")


def imported(node: ast.AST) -> Iterator[tuple[str, ...]]:
    """What a file imports, at its top and inside its functions, but not for the type checker alone.

    Each import is the names it may stand for, the likeliest first: `from a import b` is the module a.b, or a itself.
    """
    if isinstance(node, ast.Import):
        yield from ((alias.name,) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert not node.level, "the imports are absolute"
        yield from ((f"{node.module}.{alias.name}", f"{node.module}") for alias in node.names)
    elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        for other in node.orelse:
            yield from imported(other)
    else:
        for child in ast.iter_child_nodes(node):
            yield from imported(child)


def imports(files: Mapping[str, Path]) -> dict[str, set[str]]:
    """Which of these modules imports which other of them.

    The package's front page is left out: it re-exports what stands far above those that ask it for the version.
    """
    graph: dict[str, set[str]] = {}
    for name, path in files.items():
        found = imported(ast.parse(path.read_text(encoding="utf-8")))
        modules = {next((each for each in names if each in files), name) for names in found}
        graph[name] = modules - {name, FRONT_PAGE}
    graph.pop(FRONT_PAGE, None)
    return graph


def test_no_imports_go_in_a_circle() -> None:
    files = sources()
    assert {"voiceguide.session", "voiceguide.cli", "_stamp", "check", "_bench.rows"} <= files.keys()
    try:
        TopologicalSorter(imports(files)).prepare()
    except CycleError as circle:
        pytest.fail(" ← ".join(circle.args[1]), pytrace=False)


@pytest.mark.parametrize(
    ("importing", "found"),
    [
        ("import b", True),
        ("def f():\n    from b import c", True),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import b", False),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    import b", True),
    ],
)
def test_a_circle_is_found_wherever_the_import_stands(tmp_path: Path, importing: str, found: bool) -> None:
    files = {name: tmp_path / f"{name}.py" for name in "ab"}
    files["a"].write_text(importing)
    files["b"].write_text("import a")
    assert imports(files) == {"a": {"b"} if found else set(), "b": {"a"}}


# The names on the page.

_QUOTED = re.compile(r"`([^`]+)`")
_NAME = re.compile(r"[A-Za-z_]\w*(\.\w+)*")
_ENDINGS = (".py", ".toml", ".md", ".yaml")


def blocks(text: str) -> list[str]:
    """The paragraphs, rows and items of a page."""
    return [block for block in re.split(r"\n(?=\s*\n|\||- |#)", text) if "`" in block]


def is_path(quoted: str) -> bool:
    """Whether it looks like a file or a folder."""
    return "/" in quoted or quoted.endswith(_ENDINGS)


@cache
def names_in(path: Path) -> frozenset[str]:
    """What a Python file defines: its classes, functions and constants, and what its classes have."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def module_file(name: str) -> Path | None:
    """The file of a module of this package."""
    path = ROOT.joinpath(*name.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((each for each in candidates if each.is_file()), None)


def missing(block: str) -> list[str]:
    """What is quoted in a block and does not exist: a path, a module, or a name in none of the block's files."""
    quoted = _QUOTED.findall(block)
    paths = [ROOT / each for each in quoted if is_path(each)]
    modules = [path for each in quoted if (path := module_file(each))]
    files = [path for path in (*paths, *modules) if path.is_file()]
    absent = []
    for each in quoted:
        if is_path(each):
            there = (ROOT / each).exists()
        elif module_file(each):
            there = True
        else:
            there = bool(_NAME.fullmatch(each)) and any(
                each in (names_in(path) if path.suffix == ".py" else path.read_text(encoding="utf-8")) for path in files
            )
        if not there:
            absent.append(each)
    return absent


@pytest.mark.parametrize("block", blocks(PAGE.read_text(encoding="utf-8")), ids=lambda block: block.strip()[:40])
def test_the_page_names_only_what_exists(block: str) -> None:
    assert missing(block) == []


def test_the_page_names_every_room() -> None:
    rows = re.findall(r"^\| `voiceguide/([\w.]+?)(?:/|\.py)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [*rows] == [room for layer in reversed(LAYERS) for room in layer.split(" | ")]


def test_a_name_that_is_gone_is_found() -> None:
    text = (
        "| `Routine` | `voiceguide.routine.model` |\n| `Rutine` | `voiceguide.routine.model` |\n- in `voiceguide/no.py`"
    )
    assert [missing(block) for block in blocks(text)] == [[], ["Rutine"], ["voiceguide/no.py"]]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/performance.md"])
def test_the_pages_lead_to_files_that_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [(ROOT / page).parent / link for link in re.findall(r"\]\((?!\w+:|#)([^)#]+)", text)]
    quoted = [ROOT / path for path in re.findall(r"`((?:voiceguide|tests|scripts|docs)/[\w./-]*)`", text)]
    assert [path for path in (*links, *quoted) if not path.exists()] == []


# Examples in docstrings.

SHOWN = ["voiceguide.collection.update", "voiceguide.session"]
"""The modules whose docstrings must show use, since programs begin there."""


def with_examples() -> list[str]:
    """The modules that have examples in their docstrings."""
    texts = {name: path.read_text(encoding="utf-8") for name, path in sources().items() if path.is_relative_to(PACKAGE)}
    return sorted(name for name, text in texts.items() if ">>> " in text)


@pytest.mark.parametrize("name", with_examples())
def test_examples_in_docstrings_are_true(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(import_module(name))
    assert result.attempted
    assert not result.failed


def test_the_modules_that_programs_begin_with_show_use() -> None:
    assert {*SHOWN} <= {*with_examples()}
