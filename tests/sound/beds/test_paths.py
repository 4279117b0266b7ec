"""Which paths a routine may name as its bed, and what is refused without decoding it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from voiceguide.base.errors import FileError
from voiceguide.sound.beds.paths import beside, inspect

posix = pytest.mark.skipif(sys.platform == "win32", reason="only on POSIX")


@pytest.fixture
def routine(tmp_path: Path) -> Path:
    """A routine in a folder with sounds, and a sound outside it."""
    (tmp_path / "secret.wav").write_bytes(b"RIFF")
    folder = tmp_path / "home" / "sounds"
    folder.mkdir(parents=True)
    (folder / "rain.wav").write_bytes(b"RIFF")
    return tmp_path / "home" / "routine.yaml"


@pytest.mark.parametrize(
    "written", ["sounds/rain.wav", "./sounds/rain.wav", "not there.wav", "..rain.wav", "a..b/c.wav"]
)
def test_a_path_in_the_folder(routine: Path, written: str) -> None:
    assert beside(routine, written) == (routine.parent / written).resolve()


@pytest.mark.parametrize(
    "written",
    [
        *("../secret.wav", "sounds/../../secret.wav", "sounds/../sounds/rain.wav", "..", "/etc/passwd", "//host/x.wav"),
        *(
            "..\\secret.wav",
            "\\secret.wav",
            "C:\\rain.wav",
            "C:rain.wav",
            "\\\\host\\share\\x.wav",
            "c:/rain.wav",
            "",
            "a\0b",
        ),
    ],
)
def test_a_path_that_leads_out(routine: Path, written: str) -> None:
    with pytest.raises(FileError) as caught:
        beside(routine, written)
    assert "lies outside the folder of routine.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


@posix
def test_links_are_followed_before_they_are_judged(routine: Path) -> None:
    folder = routine.parent
    (folder / "inward.wav").symlink_to(folder / "sounds" / "rain.wav")
    assert beside(routine, "inward.wav") == (folder / "sounds" / "rain.wav").resolve()
    (folder / "outward.wav").symlink_to(folder.parent / "secret.wav")
    (folder / "up").symlink_to(folder.parent)
    (folder / "two steps.wav").symlink_to(folder / "outward.wav")
    (folder / "circle.wav").symlink_to(folder / "circle.wav")
    for written in ("outward.wav", "up/secret.wav", "two steps.wav"):
        with pytest.raises(FileError, match="lies outside"):
            beside(routine, written)
    with pytest.raises(FileError, match="cannot be read"):
        inspect(beside(routine, "circle.wav"))


@posix
def test_a_routine_reached_through_a_link_has_its_folder_s_sounds(routine: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(routine.parent)
    assert beside(tmp_path / "link" / "routine.yaml", "sounds/rain.wav").is_file()


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"RIFF\0\0\0\0WAVE")
        file.truncate((1 << 30) + 1)


def containing(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda _: None, "does not exist"),
    "a folder": (Path.mkdir, "is a folder"),
    "empty": (Path.touch, "is empty"),
    "too large": (sparse, "is larger than 1 GB"),
    "text": (containing(b"rain rain rain"), "is no sound file known here"),
    "a page": (containing(b"<!doctype html><title>404</title>"), "is no sound file known here"),
    "a picture": (containing(b"\x89PNG\r\n\x1a\n" + bytes(50)), "is no sound file known here"),
    "an archive": (containing(b"PK\x03\x04" + bytes(50)), "is no sound file known here"),
    "zeros": (containing(bytes(5000)), "is no sound file known here"),
    "m3u": (containing(b"#EXTM3U\n/etc/passwd\n"), "is a playlist, not sound"),
    "hls": (containing(b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:9,\nfile:///etc/passwd\n"), "is a playlist, not sound"),
    "pls": (containing(b"[playlist]\nFile1=http://localhost:1/x\n"), "is a playlist, not sound"),
    "asx": (containing(b"<asx version='3.0'></asx>"), "is a playlist, not sound"),
    "concat": (containing(b"ffconcat version 1.0\nfile '/etc/passwd'\n"), "is a playlist, not sound"),
    "cut": (containing(b"RIFF\0\0\0\0WAVEdata\xff\xff\0\0" + bytes(50)), "ends too early"),
    "without sound": (containing(b"RIFF\x04\0\0\0WAVE"), "ends too early"),
}


@pytest.mark.parametrize(("make", "fault"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("name", ["bed.wav", "bed.mp3", "bed.m4a"])
def test_refused_in_one_line(tmp_path: Path, name: str, make: Callable[[Path], object], fault: str) -> None:
    path = tmp_path / name
    make(path)
    with pytest.raises(FileError) as caught:
        inspect(path)
    assert str(caught.value).startswith(f"The bed {path} {fault}. ")
    assert caught.value.path == str(path)
    assert "\n" not in str(caught.value)


@posix
def test_a_pipe_or_a_device_is_not_even_opened(tmp_path: Path) -> None:
    # opening this one would wait for ever
    os.mkfifo(tmp_path / "pipe.wav")
    for path in (tmp_path / "pipe.wav", Path("/dev/zero")):
        with pytest.raises(FileError, match="is no ordinary file"):
            inspect(path)


@posix
def test_strange_names_stay_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "two\nlines.wav").write_bytes(b"no sound")
    with pytest.raises(FileError) as caught:
        inspect(tmp_path / "two\nlines.wav")
    assert "\n" not in str(caught.value)
    for name in ("a\0b", "x" * 5000):
        with pytest.raises(FileError, match="cannot be read"):
            inspect(tmp_path / name)
