"""Routines are found by name, by path, and on the search path; a wrong name gets the nearest ones."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from voiceguide.base.errors import FileError, UnknownName
from voiceguide.base.paths import shipped
from voiceguide.routine import search_path

posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX")


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of routines of the user's own, ahead of the shipped ones."""
    for name in ("sciatica.yaml", "neck.yaml", "script.md", "README.md", "notes.txt"):
        (tmp_path / name).write_text("title: Mine\n")
    monkeypatch.setenv("VOICEGUIDE_ROUTINES", f"{tmp_path}{os.pathsep}{tmp_path / 'nowhere'}")
    return tmp_path


def test_the_shipped_routines_are_on_the_shelf() -> None:
    assert {"sciatica", "sciatica-short"} <= set(search_path.routines())


def test_an_earlier_folder_hides_a_later_one(mine: Path) -> None:
    found = search_path.routines()
    assert [name for name, path in found.items() if path.parent == mine] == ["neck", "sciatica", "script"]
    assert found["sciatica-short"] == shipped("routines") / "sciatica-short.yaml"


def test_the_users_own_folder_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEGUIDE_DATA_DIR", str(tmp_path))
    (tmp_path / "routines").mkdir()
    (tmp_path / "routines" / "own.yaml").write_text("title: Own\n")
    assert search_path.find("own") == tmp_path / "routines" / "own.yaml"


def test_a_path_wins_over_a_name(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine)
    assert search_path.find("neck.yaml") == Path("neck.yaml")
    assert search_path.find(str(mine / "notes.txt")) == mine / "notes.txt"
    assert search_path.find("notes.txt") == Path("notes.txt")
    assert search_path.find("neck") == mine / "neck.yaml"


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("siatica", "sciatica"), ("SCIATICA-SHRT", "sciatica-short"), ("nekc", "neck"), ("zzz", ""), ("", "")],
)
@pytest.mark.usefixtures("mine")
def test_a_wrong_name_gets_the_nearest_three(name: str, nearest: str) -> None:
    with pytest.raises(UnknownName, match="voiceguide list") as caught:
        search_path.find(name)
    assert 1 <= len(caught.value.near) <= 3
    assert caught.value.near[0] == nearest or not nearest


def test_a_wrong_path_gets_its_neighbours(mine: Path) -> None:
    with pytest.raises(UnknownName) as caught:
        search_path.find(str(mine / "neck.yml"))
    assert caught.value.near == (str(mine / "neck.yaml"),)
    assert str(caught.value) == f"There is no file {mine / 'neck.yml'}. The nearest: {mine / 'neck.yaml'}."


@pytest.mark.parametrize("name", ["sciatica.yml", "moves/sciatica", "a.txt"])
@pytest.mark.usefixtures("mine")
def test_a_wrong_path_gets_no_routines_from_elsewhere(
    name: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(UnknownName) as caught:
        search_path.find(name)
    assert (str(caught.value), caught.value.near) == (f"There is no file {name}.", ())


def test_a_folder_is_no_routine(mine: Path) -> None:
    with pytest.raises(FileError, match="is a folder"):
        search_path.find(str(mine))


@pytest.mark.parametrize("name", ["x" * 5_000, f"{'x' * 5_000}.yaml", "a\0b", "a/" * 3_000, "a\0/b.yaml"], ids=len)
def test_names_that_no_file_can_have(name: str) -> None:
    with pytest.raises(UnknownName):
        search_path.find(name)


def test_libraries_and_parts_are_found_beside_the_routine_or_on_the_shelf(tmp_path: Path) -> None:
    (tmp_path / "moves").mkdir()
    (tmp_path / "moves" / "desk.yaml").write_text("moves: {}\n")
    routine = tmp_path / "session.yaml"
    (tmp_path / "moves" / "chair.yml").write_text("moves: {}\n")
    assert search_path.find_beside(routine, "moves", "desk") == tmp_path / "moves" / "desk.yaml"
    assert search_path.find_beside(routine, "moves", "chair") == tmp_path / "moves" / "chair.yml"
    assert (
        search_path.find_beside(routine, "moves", "acupressure") == shipped("routines") / "moves" / "acupressure.yaml"
    )
    assert search_path.find_beside(routine, "parts", "desk") is None
    assert {"desk", "chair", "acupressure"} <= set(search_path.names_beside(routine, "moves"))


@posix
def test_a_file_that_a_routine_names_may_not_be_a_link_that_leads_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, outside, mine = tmp_path / "home", tmp_path / "outside", tmp_path / "homes"
    monkeypatch.setenv("VOICEGUIDE_ROUTINES", str(mine))
    for folder in (home / "moves", outside, mine / "moves"):
        folder.mkdir(parents=True)
    routine = home / "session.yaml"
    for file in (outside / "secret.yaml", home / "own.yaml", mine / "moves" / "shared.yaml"):
        file.write_text("moves: {}\n", encoding="utf-8")
    moves = home / "moves"
    (moves / "inward.yaml").symlink_to(home / "own.yaml")
    (moves / "shelf.yaml").symlink_to(mine / "moves" / "shared.yaml")
    (moves / "outward.yaml").symlink_to(outside / "secret.yaml")
    (moves / "twice.yaml").symlink_to("outward.yaml")
    (moves / "up.yaml").symlink_to("../../outside/secret.yaml")
    (home / "parts").symlink_to(outside)
    assert search_path.find_beside(routine, "moves", "inward") == moves / "inward.yaml"
    assert search_path.find_beside(routine, "moves", "shelf") == moves / "shelf.yaml"
    for kind, name in (("moves", "outward"), ("moves", "twice"), ("moves", "up"), ("parts", "secret")):
        with pytest.raises(search_path.LeadsOut):
            search_path.find_beside(routine, kind, name)


@posix
def test_a_link_that_leads_to_no_regular_file_is_no_library(tmp_path: Path) -> None:
    moves = tmp_path / "moves"
    moves.mkdir()
    os.mkfifo(moves / "pipe.yaml")
    (moves / "zero.yaml").symlink_to("/dev/zero")
    (moves / "circle.yaml").symlink_to("circle.yaml")
    (moves / "none.yaml").symlink_to("nowhere")
    (moves / "folder.yaml").mkdir()
    for name in ("pipe", "zero", "circle", "none", "folder"):
        assert search_path.find_beside(tmp_path / "session.yaml", "moves", name) is None


@posix
def test_the_routine_and_its_folder_may_be_links_for_the_user_has_named_them(tmp_path: Path) -> None:
    there = tmp_path / "there"
    (there / "moves").mkdir(parents=True)
    (there / "moves" / "desk.yaml").touch()
    (there / "session.yaml").touch()
    (tmp_path / "here").symlink_to(there)
    for routine in (tmp_path / "here" / "session.yaml", there / "session.yaml"):
        assert search_path.find_beside(routine, "moves", "desk") == routine.parent / "moves" / "desk.yaml"
    # Of a linked routine, the folder of the link counts.
    (tmp_path / "link.yaml").symlink_to(there / "session.yaml")
    assert search_path.find_beside(tmp_path / "link.yaml", "moves", "desk") is None


def test_a_library_is_found_however_its_accents_are_spelled(tmp_path: Path) -> None:
    (tmp_path / "moves").mkdir()
    (tmp_path / "moves" / (unicodedata.normalize("NFD", "\u00fcbung") + ".yaml")).touch()
    (tmp_path / "moves" / (unicodedata.normalize("NFC", "fu\u00dfe\u0301") + ".yaml")).touch()
    for written in ("\u00fcbung", "u\u0308bung", "fu\u00df\u00e9", "fu\u00dfe\u0301"):
        assert search_path.find_beside(tmp_path / "session.yaml", "moves", written)


@pytest.mark.parametrize("name", ["../secret", "..", "/etc/passwd", "a/b", "a\\b", "C:a", "", "a.b", "a\0b", "x" * 61])
def test_a_name_of_a_library_is_no_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.yaml").touch()
    assert search_path.find_beside(tmp_path / "session.yaml", "moves", name) is None
