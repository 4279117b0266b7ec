"""Routines are found by name, by path, and on the search path; a wrong name gets the nearest ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from voiceguide.errors import FileError, UnknownName
from voiceguide.resources import shipped
from voiceguide.routine import shelf


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of routines of the user's own, ahead of the shipped ones."""
    for name in ("sciatica.yaml", "neck.yaml", "script.md", "README.md", "notes.txt"):
        (tmp_path / name).write_text("title: Mine\n")
    monkeypatch.setenv("VOICEGUIDE_ROUTINES", f"{tmp_path}{os.pathsep}{tmp_path / 'nowhere'}")
    return tmp_path


def test_the_shipped_routines_are_on_the_shelf() -> None:
    assert {"sciatica", "sciatica-short"} <= set(shelf.routines())


def test_an_earlier_folder_hides_a_later_one(mine: Path) -> None:
    found = shelf.routines()
    assert [name for name, path in found.items() if path.parent == mine] == ["neck", "sciatica", "script"]
    assert found["sciatica-short"] == shipped("routines") / "sciatica-short.yaml"


def test_the_users_own_folder_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEGUIDE_DATA_DIR", str(tmp_path))
    (tmp_path / "routines").mkdir()
    (tmp_path / "routines" / "own.yaml").write_text("title: Own\n")
    assert shelf.find("own") == tmp_path / "routines" / "own.yaml"


def test_a_path_wins_over_a_name(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine)
    assert shelf.find("neck.yaml") == Path("neck.yaml")
    assert shelf.find(str(mine / "notes.txt")) == mine / "notes.txt"
    assert shelf.find("notes.txt") == Path("notes.txt")
    assert shelf.find("neck") == mine / "neck.yaml"


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("siatica", "sciatica"), ("SCIATICA-SHRT", "sciatica-short"), ("nekc", "neck"), ("zzz", ""), ("", "")],
)
@pytest.mark.usefixtures("mine")
def test_a_wrong_name_gets_the_nearest_three(name: str, nearest: str) -> None:
    with pytest.raises(UnknownName, match="voiceguide list") as caught:
        shelf.find(name)
    assert 1 <= len(caught.value.near) <= 3
    assert caught.value.near[0] == nearest or not nearest


def test_a_wrong_path_gets_its_neighbours(mine: Path) -> None:
    with pytest.raises(UnknownName) as caught:
        shelf.find(str(mine / "neck.yml"))
    assert caught.value.near == (str(mine / "neck.yaml"),)
    assert str(caught.value) == f"There is no file {mine / 'neck.yml'}. The nearest: {mine / 'neck.yaml'}."


@pytest.mark.parametrize("name", ["sciatica.yml", "moves/sciatica", "a.txt"])
@pytest.mark.usefixtures("mine")
def test_a_wrong_path_gets_no_routines_from_elsewhere(
    name: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(UnknownName) as caught:
        shelf.find(name)
    assert (str(caught.value), caught.value.near) == (f"There is no file {name}.", ())


def test_a_folder_is_no_routine(mine: Path) -> None:
    with pytest.raises(FileError, match="is a folder"):
        shelf.find(str(mine))


@pytest.mark.parametrize("name", ["x" * 5_000, f"{'x' * 5_000}.yaml", "a\0b", "a/" * 3_000, "a\0/b.yaml"], ids=len)
def test_names_that_no_file_can_have(name: str) -> None:
    with pytest.raises(UnknownName):
        shelf.find(name)


def test_libraries_and_parts_are_found_beside_the_routine_or_on_the_shelf(tmp_path: Path) -> None:
    (tmp_path / "moves").mkdir()
    (tmp_path / "moves" / "desk.yaml").write_text("moves: {}\n")
    routine = tmp_path / "session.yaml"
    (tmp_path / "moves" / "chair.yml").write_text("moves: {}\n")
    assert shelf.find_beside(routine, "moves", "desk") == tmp_path / "moves" / "desk.yaml"
    assert shelf.find_beside(routine, "moves", "chair") == tmp_path / "moves" / "chair.yml"
    assert shelf.find_beside(routine, "moves", "acupressure") == shipped("routines") / "moves" / "acupressure.yaml"
    assert shelf.find_beside(routine, "parts", "desk") is None
    assert {"desk", "chair", "acupressure"} <= set(shelf.names_beside(routine, "moves"))
