"""The cache on disk: what stands in the place of an entry, wrong clocks, sizes, and other versions beside it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from voiceguide.base.store import Store, key_of

KEY = key_of({"text": "Breathe in."})
posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX")
DAY = 86_400.0
YEARS = 70 * 365 * DAY


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of the user's with a file in it, that the cache must leave alone."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "diary").write_bytes(b"mine")
    os.utime(folder / "diary", (1e9, 1e9))
    return folder


def dated(path: Path, seconds_from_now: float) -> None:
    then = time.time() + seconds_from_now
    os.utime(path, (then, then))


def is_untouched(outside: Path) -> bool:
    (file,) = outside.iterdir()
    return file.read_bytes() == b"mine" and file.stat().st_mtime == 1e9


def test_entries_dated_in_the_future_are_removed_first(tmp_path: Path) -> None:
    store = Store(tmp_path, max_bytes=1600)
    keys = [f"{number:064x}" for number in range(4)]
    for key in keys:
        assert store.put(key, b"x" * 500)
    for key, age in zip(keys, (YEARS, -DAY, -2 * DAY, 60), strict=True):
        dated(store.path(key), age)
    assert store.prune() == 1
    # A clock that was set back by a minute does not make entries that may be playing old.
    assert [store.has(key) for key in keys] == [False, True, True, True]


def test_an_entry_dated_in_the_future_is_dated_anew_when_it_is_used(store: Store) -> None:
    store.put(KEY, b"sound")
    dated(store.path(KEY), YEARS)
    assert store.get(KEY) == b"sound"
    assert abs(time.time() - store.path(KEY).stat().st_mtime) < 3600


def test_a_mark_dated_in_the_future_does_not_stop_the_tidying(tmp_path: Path) -> None:
    store = Store(tmp_path, max_bytes=0)
    store.put(KEY, b"sound")
    dated(store.path(KEY), -DAY)
    (store.folder / ".pruned").touch()
    dated(store.folder / ".pruned", YEARS)
    store.tidy()
    assert not store.has(KEY)


def folder_of_files(path: Path, outside: Path) -> None:  # noqa: ARG001  # one signature for all
    (path / "inner").mkdir(parents=True)
    (path / "inner" / "file").touch()


OBSTACLES: dict[str, Callable[[Path, Path], object]] = {
    "a folder": lambda path, _: path.mkdir(),
    "a folder of files": folder_of_files,
    "a link to a file": lambda path, outside: path.symlink_to(outside / "diary"),
    "a link to a folder": lambda path, outside: path.symlink_to(outside),
    "a link to nowhere": lambda path, outside: path.symlink_to(outside / "none"),
    "a link to itself": lambda path, _: path.symlink_to(path),
    "a link to a device": lambda path, _: path.symlink_to("/dev/zero"),
    "a named pipe": lambda path, _: os.mkfifo(path),
}


@posix
@pytest.mark.parametrize("obstruct", OBSTACLES.values(), ids=OBSTACLES)
def test_a_link_or_folder_is_replaced_by_an_entry(store: Store, outside: Path, obstruct: Callable[..., object]) -> None:
    path = store.path(KEY)
    path.parent.mkdir(parents=True)
    obstruct(path, outside)
    assert not store.has(KEY)
    assert store.get(KEY) is None
    assert store.put(KEY, b"sound") == b"sound"
    assert store.get(KEY) == b"sound"
    assert store.complaint == ""
    assert not path.is_symlink()
    assert is_untouched(outside)


@posix
def test_a_link_to_a_whole_entry_is_not_read(store: Store, tmp_path: Path) -> None:
    store.put(KEY, b"sound")
    moved = tmp_path / "entry"
    store.path(KEY).rename(moved)
    store.path(KEY).symlink_to(moved)
    assert not store.has(KEY)
    assert store.get(KEY) is None


@posix
@pytest.mark.parametrize("where", [lambda path: path.parent, lambda path: path.parent.parent], ids=["inner", "outer"])
@pytest.mark.parametrize(
    "obstruct", [OBSTACLES["a link to a folder"], lambda path, _: path.touch()], ids=["a link", "a file"]
)
def test_a_folder_of_the_cache_that_is_a_link_or_a_file_is_made_anew(
    store: Store, outside: Path, where: Callable[[Path], Path], obstruct: Callable[..., object]
) -> None:
    place = where(store.path(KEY))
    place.parent.mkdir(parents=True)
    obstruct(place, outside)
    assert store.put(KEY, b"sound") == b"sound"
    assert is_untouched(outside)


@posix
def test_pruning_follows_no_link(tmp_path: Path, outside: Path) -> None:
    store = Store(tmp_path / "cache", max_bytes=0)
    store.put(KEY, b"sound")
    (store.folder / "ab").symlink_to(outside)
    (store.folder.parent / "clips-1").symlink_to(outside.parent)
    (tmp_path / "other program").mkdir()
    (tmp_path / "other program" / ".pruned").touch()
    (store.folder.parent / "clips-3").symlink_to(tmp_path / "other program")
    (store.folder / ".pruned").symlink_to(outside / "diary")
    store.prune()
    store.tidy()
    assert is_untouched(outside)
    assert (tmp_path / "other program" / ".pruned").exists()
    assert (store.folder / ".pruned").is_file()
    assert not (store.folder / ".pruned").is_symlink()


@posix
def test_entries_behind_a_linked_folder_are_none(store: Store, tmp_path: Path) -> None:
    store.put(KEY, b"sound")
    moved = tmp_path / "moved"
    store.path(KEY).parent.rename(moved)
    store.path(KEY).parent.symlink_to(moved)
    assert not store.has(KEY)
    assert store.get(KEY) is None


@posix
def test_the_folder_that_the_user_names_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "here").symlink_to(tmp_path / "there")
    store = Store(tmp_path / "here")
    assert store.put(KEY, b"sound") == b"sound"
    assert Store(tmp_path / "there").get(KEY) == b"sound"


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with sparse files")
def test_an_entry_of_many_gigabytes_is_not_read_and_is_replaced(store: Store) -> None:
    store.put(KEY, b"sound")
    os.truncate(store.path(KEY), 1 << 40)
    assert store.get(KEY) is None
    assert store.put(KEY, b"sound") == b"sound"


def test_64_megabytes_are_kept_and_one_byte_more_is_not(store: Store) -> None:
    most = bytes(64 * 1024 * 1024)
    assert store.put(KEY, most) == most
    assert store.get(KEY) == most
    other = key_of({"other": 1})
    assert store.put(other, most + b"x") is None
    assert store.complaint == "it is longer than 64 MB"
    assert not store.has(other)


def test_each_schema_has_a_folder_of_its_own(tmp_path: Path) -> None:
    # The number is written down here, so that whoever increases SCHEMA also checks the other rules.
    assert Store(tmp_path).folder == tmp_path / "clips-2"


def test_entries_of_other_versions_stay_for_thirty_days_after_their_last_use(tmp_path: Path) -> None:
    def entry(folder: str, name: str, age: float) -> Path:
        path = tmp_path / folder / "ab" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"another layout")
        dated(path, age)
        return path

    used = [entry(folder, "used", -29 * DAY) for folder in ("clips", "clips-7")]
    unused = [entry(folder, "unused", -31 * DAY) for folder in ("clips", "clips-1", "clips-7")]
    future = entry("clips-7", "future", YEARS)
    others = [entry(folder, "mine", -YEARS / 2) for folder in ("my clips", "clips-new", "pictures")]
    (tmp_path / "clips-1" / ".pruned").touch()
    store = Store(tmp_path, max_bytes=0)
    store.put(KEY, b"sound")
    assert store.prune() == 4
    assert all(path.exists() for path in (*used, *others))
    assert not any(path.exists() for path in (*unused, future))
    assert not (tmp_path / "clips-1").exists()
    assert store.has(KEY)


def test_an_entry_that_may_be_playing_stays_for_thirteen_hours(tmp_path: Path) -> None:
    store = Store(tmp_path, max_bytes=0)
    keys = [f"{number:064x}" for number in range(2)]
    for key, age in zip(keys, (13 * 3600 - 60, 13 * 3600 + 60), strict=True):
        store.put(key, b"sound")
        dated(store.path(key), -age)
    assert store.prune() == 1
    assert [store.has(key) for key in keys] == [True, False]


def test_the_cache_is_tidied_again_after_an_hour(tmp_path: Path) -> None:
    store = Store(tmp_path, max_bytes=0)
    store.put(KEY, b"sound")
    dated(store.path(KEY), -DAY)
    mark = store.folder / ".pruned"
    mark.touch()
    dated(mark, -59 * 60)
    store.tidy()
    assert store.has(KEY)
    dated(mark, -61 * 60)
    store.tidy()
    assert not store.has(KEY)


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with sparse files")
def test_the_cache_holds_two_gigabytes(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number, size in enumerate((1 << 30, (1 << 30) - 1, 1, 1)):
        key = f"{number:064x}"
        store.put(key, b"sound")
        os.truncate(store.path(key), size)
        dated(store.path(key), -DAY * (number + 1))
    assert store.prune() == 1
    assert not store.has(f"{3:064x}")
