"""Files that come into a folder together: what is there before, after, and when it fails."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from voiceguide.base.atomic import LEFTOVER_SECONDS
from voiceguide.base.errors import FileError
from voiceguide.output.staging import staged, unmoved


def put(folder: Path, *names: str, earlier: tuple[str, ...] = ()) -> None:
    with staged(folder, names[-1], earlier) as stage:
        for name in names:
            (stage / name).write_text("new", encoding="utf-8")


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an earlier set in it, and something else."""
    folder = tmp_path / "set"
    folder.mkdir()
    for name in ("a", "b", "last", "mine"):
        (folder / name).write_text("old", encoding="utf-8")
    return folder


def test_until_all_are_written_the_folder_is_as_it_was(folder: Path) -> None:
    before = contents(folder)
    with staged(folder, "last", ["a", "b"]) as stage:
        for name in ("b", "c", "last"):
            (stage / name).write_text("new", encoding="utf-8")
        assert contents(folder) == before
        assert unmoved(folder) == [stage]
    assert contents(folder) == {"b": "new", "c": "new", "last": "new", "mine": "old"}
    assert unmoved(folder) == []


def test_a_new_folder_comes_with_all_that_is_in_it(tmp_path: Path) -> None:
    with staged(tmp_path / "set", "last", []) as stage:
        (stage / "last").touch()
        assert stage.parent == tmp_path
        assert not (tmp_path / "set").exists()
    assert [path.name for path in tmp_path.rglob("*")] == ["set", "last"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, ZeroDivisionError])
@pytest.mark.parametrize("name", ["set", "new"])
def test_a_failure_leaves_the_folder_unchanged(folder: Path, failure: type[BaseException], name: str) -> None:
    before = sorted(folder.parent.rglob("*")), contents(folder)

    def put_until_it_fails() -> None:
        with staged(folder.with_name(name), "last", ["a"]) as stage:
            (stage / "b").touch()
            raise failure

    with pytest.raises(failure):
        put_until_it_fails()
    assert (sorted(folder.parent.rglob("*")), contents(folder)) == before


def test_an_obstacle_is_found_before_the_first_file_is_moved(folder: Path) -> None:
    (folder / "c").mkdir()
    before = contents(folder)
    with pytest.raises(FileError) as caught:
        put(folder, "a", "b", "c", "last", earlier=("a", "b"))
    assert str(caught.value) == f"{folder / 'c'} is a folder. Name a file in it with -o."
    assert contents(folder) == before
    assert unmoved(folder) == []


def test_a_failure_names_the_file_where_it_was_to_be(folder: Path) -> None:
    def put_one_that_fails() -> None:
        with staged(folder, "last", []) as stage:
            raise FileError(stage / "a", f"{stage / 'a'} was not written.", "Do something.")

    with pytest.raises(FileError) as caught:
        put_one_that_fails()
    assert (caught.value.path, str(caught.value)) == (
        f"{folder / 'a'}",
        f"{folder / 'a'} was not written. Do something.",
    )


def test_no_earlier_folder_is_removed_and_no_earlier_link_followed(folder: Path) -> None:
    (folder / "dir").mkdir()
    if os.name == "posix":
        (folder / "link").symlink_to(folder / "mine")
    put(folder, "a", "last", earlier=("b", "dir", "link", "none", "last"))
    assert sorted(path.name for path in folder.iterdir()) == ["a", "dir", "last", "mine"]


def test_a_file_with_two_names_is_not_removed_by_its_other_name(folder: Path) -> None:
    # As where case does not count, a name of the earlier set leads to a file of the new one.
    with staged(folder, "last", ["A"]) as stage:
        for name in ("a", "last"):
            (stage / name).write_text("new", encoding="utf-8")
        (folder / "A").hardlink_to(stage / "a")
    assert contents(folder)["a"] == contents(folder)["A"] == "new"


@pytest.mark.skipif(os.name != "posix", reason="only on POSIX")
def test_a_file_keeps_the_permissions_of_the_one_before(folder: Path) -> None:
    (folder / "a").chmod(0o604)
    put(folder, "a", "last")
    assert stat.S_IMODE((folder / "a").stat().st_mode) == 0o604


@pytest.mark.parametrize("inside", [True, False])
def test_a_folder_of_a_killed_run_is_removed_when_all_files_in_it_are_old(folder: Path, inside: bool) -> None:
    place = folder if inside else folder.parent
    fresh, old, busy, strange = (place / name for name in (*(f".voiceguide-{n}.parts" for n in "123"), "my.parts"))
    then = time.time() - LEFTOVER_SECONDS - 1
    for leftover in (fresh, old, busy, strange):
        leftover.mkdir()
        (leftover / "a").touch()
        for path in (leftover / "a", leftover):
            if path not in (fresh, busy / "a"):
                os.utime(path, (then, then))
    put(folder, "last")
    assert sorted(path.name for path in place.glob("*.parts")) == [fresh.name, busy.name, strange.name]
