"""Files that appear whole or not at all: what is in the way of one, and what is left when it fails."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import require_command
from tests.disks import with_read_only_disk, with_small_disk
from voiceguide.base.atomic import LEFTOVER_SECONDS, folders_made, replace_text, replacing, require_place, together
from voiceguide.base.errors import FileError

on_posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX")


def put(path: Path, content: bytes = b"new") -> None:
    with replacing(path) as file:
        file.write(content)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_a_new_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "sp ace 🎧.mp3"
    with replacing(path) as file:
        file.write(b"ne")
        assert not path.exists()
        file.seek(1)
        file.write(b"ow")
    assert path.read_bytes() == b"now"
    assert names(tmp_path) == [path.name]


def test_an_old_file_stays_until_the_end_and_after_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"old")

    def put_until_ctrl_c() -> None:
        with replacing(path) as file:
            file.write(b"new")
            file.flush()
            assert path.read_bytes() == b"old"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put_until_ctrl_c()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.mp3"]
    put(path)
    assert path.read_bytes() == b"new"


@on_posix
def test_a_text_takes_the_place_of_a_whole_file_too(tmp_path: Path) -> None:
    path, other = tmp_path / "a.lrc", tmp_path / "other.lrc"
    path.write_bytes(b"old")
    other.hardlink_to(path)
    replace_text(path, "合谷 🖐 \ud800\n")
    assert path.read_bytes() == "合谷 🖐 ?\n".encode()
    assert other.read_bytes() == b"old"


@on_posix
@pytest.mark.usefixtures("umask")
def test_a_new_file_has_the_permissions_of_any_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    put(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    put(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


@on_posix
def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "a.mp3", tmp_path / "link.mp3"
    link.symlink_to(Path("there") / "a.mp3")
    for content in (b"first", b"second"):
        put(link, content)
        assert link.is_symlink()
        assert target.read_bytes() == content
    assert names(tmp_path) == ["link.mp3", "there"]
    assert names(tmp_path / "there") == ["a.mp3"]


def test_a_name_may_be_as_long_as_names_can_be(tmp_path: Path) -> None:
    put(tmp_path / ("n" * 251 + ".mp3"))
    assert len(names(tmp_path)[0]) == 255


def test_two_writers_of_one_file_leave_the_file_of_one(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    with replacing(path) as one, replacing(path) as other:
        one.write(b"one")
        other.write(b"other")
    # The outer one is closed last.
    assert path.read_bytes() == b"one"
    assert names(tmp_path) == ["a.mp3"]


def folder(base: Path) -> Path:
    (base / "a.mp3").mkdir()
    return base / "a.mp3"


def under_a_file(base: Path) -> Path:
    (base / "file").touch()
    return base / "file" / "a.mp3"


def link_to_a_folder(base: Path) -> Path:
    (base / "link.mp3").symlink_to(base)
    return base / "link.mp3"


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a folder": (folder, "{path} is a folder. Name a file in it with -o."),
    "no folder": (
        lambda base: base / "none" / "a.mp3",
        "There is no folder {base}/none. Make it first, or name another with -o.",
    ),
}
REFUSED_ON_POSIX: dict[str, tuple[Callable[[Path], Path], str]] = {
    "under a file": (under_a_file, "{path} was not written: Not a directory. Name another file with -o."),
    "a link to a folder": (link_to_a_folder, "{path} is a folder. Name a file in it with -o."),
    "a device": (lambda _: Path("/dev/null"), "/dev/null is a device, not a file. Name a file with -o."),
    "too long": (
        lambda base: base / ("n" * 296 + ".mp3"),
        "{path} was not written: The name is too long. Name a shorter one with -o.",
    ),
}


@pytest.mark.parametrize(("make", "complaint"), REFUSED.values(), ids=REFUSED)
def test_an_obstacle_is_reported_in_one_line(tmp_path: Path, make: Callable[[Path], Path], complaint: str) -> None:
    path = make(tmp_path)
    before = names(tmp_path)
    for attempt in (require_place, put):
        with pytest.raises(FileError) as caught:
            attempt(path)
        assert str(caught.value) == complaint.format(path=path, base=tmp_path)
        assert caught.value.path == str(path)
    assert names(tmp_path) == before


@on_posix
@pytest.mark.parametrize(("make", "complaint"), REFUSED_ON_POSIX.values(), ids=REFUSED_ON_POSIX)
def test_an_obstacle_is_reported_on_posix_too(tmp_path: Path, make: Callable[[Path], Path], complaint: str) -> None:
    test_an_obstacle_is_reported_in_one_line(tmp_path, make, complaint)


PUT = """
import sys
from pathlib import Path
from voiceguide.base.errors import FileError
from voiceguide.base.atomic import replacing
path, size = Path(sys.argv[1]), int(sys.argv[2])
try:
    with replacing(path) as file:
        for _ in range(size):
            file.write(bytes(1024))
except FileError as failure:
    print(failure)
print(sorted((each.name, each.stat().st_size) for each in path.parent.iterdir()))
"""


def put_elsewhere(path: Path, kilobytes: int) -> list[str]:
    return [sys.executable, "-c", PUT, str(path), str(kilobytes)]


@pytest.mark.parametrize("kilobytes", [100, 65])
def test_a_full_disk_is_reported_and_left_unchanged(tmp_path: Path, kilobytes: int) -> None:
    path = tmp_path / "a.mp3"
    done = with_small_disk(tmp_path, 64, put_elsewhere(path, kilobytes))
    assert done.stdout.splitlines() == [
        f"{path} was not written: The disk is full. Free some space, or name a file on another disk with -o.",
        "[]",
    ]


def test_a_read_only_disk_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"old")
    done = with_read_only_disk(tmp_path, put_elsewhere(path, 1))
    complaint, left = done.stdout.splitlines()
    assert complaint == f"{path} was not written: That disk is read-only. Name a file on another disk with -o."
    assert left == "[('a.mp3', 3)]"


@on_posix
def test_a_place_without_permission_is_reported(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("only on an account that is not root's, which may write anything")
    path = tmp_path / "a.mp3"
    path.write_bytes(b"old")
    for guarded, mode in ((path, 0o444), (tmp_path, 0o555)):
        before = guarded.stat().st_mode
        guarded.chmod(mode)
        with pytest.raises(FileError, match="You may not write there"):
            put(path)
        guarded.chmod(before)
    assert path.read_bytes() == b"old"


WRITER = """
import sys
from pathlib import Path
from voiceguide.base.atomic import replacing
content = sys.argv[2].encode() * 100_000
while True:
    with replacing(Path(sys.argv[1])) as file:
        for at in range(0, len(content), 10_000):
            file.write(content[at : at + 10_000])
            print(flush=True)
"""


@on_posix
def test_a_writer_killed_at_any_moment_leaves_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    put(path, b"0" * 100_000)
    for letter, after in zip("abcdefgh", range(1, 40, 5), strict=True):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(path), letter], stdout=subprocess.PIPE, text=True)
        assert process.stdout
        for _ in range(after):
            process.stdout.readline()
        process.kill()
        process.communicate()
        content = path.read_bytes()
        assert len(content) == 100_000
        assert len(set(content)) == 1
    assert all(name == "a.mp3" or name.endswith(".part") for name in names(tmp_path))


def test_an_unfinished_file_of_a_killed_writer_is_removed_when_it_is_old(tmp_path: Path) -> None:
    fresh, old, strange = (tmp_path / name for name in (".voiceguide-1.part", ".voiceguide-2.part", "my.part"))
    for leftover in (fresh, old, strange):
        leftover.touch()
    then = time.time() - LEFTOVER_SECONDS - 1
    for leftover in (old, strange):
        os.utime(leftover, (then, then))
    put(tmp_path / "a.mp3")
    assert names(tmp_path) == [fresh.name, "a.mp3", strange.name]


ONE_FILE = """
import sys
from pathlib import Path
from voiceguide.base.atomic import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"new")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux, where strace shows what a process asks for")
def test_a_file_is_synced_before_it_takes_its_place_and_the_folder_after(tmp_path: Path) -> None:
    strace = require_command("strace")
    path, trace = tmp_path / "a.mp3", tmp_path.parent / f"{tmp_path.name}.trace"
    path.write_bytes(b"old")
    calls = "trace=fsync,fdatasync,rename,renameat,renameat2"
    command = [
        strace,
        "-f",
        "-y",
        "-s",
        "300",
        "-e",
        calls,
        "-o",
        str(trace),
        sys.executable,
        "-c",
        ONE_FILE,
        str(path),
    ]
    subprocess.run(command, check=True, timeout=100)
    lines = [line for line in trace.read_text().splitlines() if str(tmp_path) in line]
    synced, renamed, folder_synced = lines
    assert "fsync(" in synced
    assert ".part>" in synced
    assert "rename" in renamed
    assert f'"{path}"' in renamed
    assert "fsync(" in folder_synced
    assert f"<{tmp_path}>" in folder_synced
    assert all(line.endswith("= 0") for line in lines)


def write_two(one: Path, other: Path, failure: type[BaseException] | None = None) -> None:
    with together():
        put(one)
        assert not one.exists() or one.read_bytes() == b"old"
        with together():
            put(other)
        if failure:
            raise failure


def test_files_that_belong_together_come_together_or_not_at_all(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    one.write_bytes(b"old")
    for failure in (KeyboardInterrupt, ZeroDivisionError):
        with pytest.raises(failure):
            write_two(one, other, failure)
        assert (names(tmp_path), one.read_bytes()) == (["a"], b"old")
    write_two(one, other)
    assert (names(tmp_path), one.read_bytes(), other.read_bytes()) == (["a", "b"], b"new", b"new")


def test_folders_that_were_made_are_removed_if_they_stay_empty(tmp_path: Path) -> None:
    def make(*path: str, failure: type[BaseException] | None = None) -> None:
        with folders_made(tmp_path.joinpath(*path)):
            assert tmp_path.joinpath(*path).is_dir()
            if failure:
                raise failure

    with pytest.raises(KeyboardInterrupt):
        make("a", "b", failure=KeyboardInterrupt)
    assert names(tmp_path) == []
    (tmp_path / "a").mkdir()
    with pytest.raises(KeyboardInterrupt):
        make("a", "b", failure=KeyboardInterrupt)
    assert names(tmp_path) == ["a"]
    make("c", "d")
    assert names(tmp_path) == ["a", "c"]
    with pytest.raises(FileError, match="The name is too long"):
        make("e", "n" * 300)
    assert names(tmp_path) == ["a", "c"]
