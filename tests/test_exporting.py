"""Exports of several files: words beside the sound, and sessions in parts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import unicodedata
import wave
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import MP3

import voiceguide
from tests.output.sessions import ffmpeg
from voiceguide.errors import FileError, UnknownName, WrongWish
from voiceguide.exporting import Progress
from voiceguide.output.formats import SIDES
from voiceguide.timeline.splitting import split
from voiceguide.units import seconds

SCRIPT = """
# Rest: 坐下 🧘
[chime bell]
Sit down. Close your eyes.
## Left/right?
[hold 3s | "Halfway." at half | chime bowl at end]
## Legs
## CON
Stand up.
## 合谷 🖐🏽
[pause 2s]
"""


@pytest.fixture
def session(tmp_path: Path) -> voiceguide.Session:
    path = tmp_path / "rest.md"
    path.write_text(SCRIPT, encoding="utf-8")
    return voiceguide.open(path, engine="tone")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An empty folder."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_files_beside_it_have_its_name(session: voiceguide.Session, out: Path) -> None:
    done = session.export(out / "Rest.One.mp3", also=SIDES)
    assert done.also == tuple(out / f"Rest.One{ending}" for ending in SIDES.values())
    assert names(out) == sorted(path.name for path in (done.path, *done.also))
    assert done.bytes == (out / "Rest.One.mp3").stat().st_size
    assert json.loads((out / "Rest.One.chapters.json").read_text(encoding="utf-8"))["fileName"] == "Rest.One.mp3"
    assert 'FILE "Rest.One.mp3" MP3' in (out / "Rest.One.cue").read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "ending"), SIDES.items())
def test_each_of_them_can_be_written_alone(session: voiceguide.Session, out: Path, kind: str, ending: str) -> None:
    done = session.export(out / f"rest{ending.upper()}", also=[kind])
    assert names(out) == [f"rest{ending.upper()}", f"rest{ending}"]
    assert done.path.read_text(encoding="utf-8") == done.also[0].read_text(encoding="utf-8")
    (out / f"rest{ending}").unlink()
    assert session.export(out / f"rest{ending}", also=[kind, kind]).also == ()
    assert "坐下" in (out / f"rest{ending}").read_text(encoding="utf-8") or kind == "srt"


def test_words_alone_name_no_sound_file(session: voiceguide.Session, out: Path) -> None:
    session.export(out / "rest.vtt", also=["chapters"])
    assert "fileName" not in json.loads((out / "rest.chapters.json").read_text(encoding="utf-8"))


def test_an_extra_file_nobody_knows_gets_the_nearest(session: voiceguide.Session, out: Path) -> None:
    with pytest.raises(UnknownName) as caught:
        session.export(out / "rest.mp3", also=["lrc", "chapter"])
    assert (caught.value.kind, caught.value.name, caught.value.near[0]) == ("extra file", "chapter", "chapters")
    assert names(out) == []


def test_every_place_is_looked_at_before_anything_is_spoken(session: voiceguide.Session, out: Path) -> None:
    (out / "rest.vtt").mkdir()
    (out / "file").touch()
    (out / "full").mkdir()
    (out / "full" / "rest.m3u").mkdir()
    for path, also, parts in (
        ("rest.mp3", ["lrc", "vtt"], False),
        ("none/rest", [], True),
        ("file", [], True),
        ("file.mp3", [], True),
        ("full", [], True),
    ):
        told: list[Progress] = []
        with pytest.raises(FileError):
            session.export(out / path, told.append, also=also, split=parts)
        assert told == []
    assert names(out) == ["file", "full", "rest.vtt"]


PARTS = ["01 Rest 坐下 🧘", "02 Left right", "03 CON", "04 合谷 🖐🏽"]


def playlist(path: Path) -> list[tuple[int, str, Path]]:
    """Seconds, title and file of each entry."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("#EXTM3U\n")
    found = re.findall(r"^#EXTINF:(\d+),(.*)\n([^#\n].*)$", text, re.MULTILINE)
    assert len(found) == text.count("#EXTINF")
    assert not any("/" in name or "\\" in name for *_, name in found)
    return [(int(length), title, path.parent / name) for length, title, name in found]


def playing_time(path: Path) -> float:
    """Seconds, as a player shows them."""
    info = MP3(path).info
    assert info
    return float(info.length)


def test_a_session_in_parts_is_a_folder_with_a_playlist(session: voiceguide.Session, out: Path) -> None:
    done = session.export(out / "parts", split=True)
    assert done.path == out / "parts" / "rest.m3u"
    assert [path.name for path in done.files] == [f"{name}.mp3" for name in PARTS]
    assert names(out / "parts") == sorted([path.name for path in done.files] + ["rest.m3u"])
    assert done.bytes == sum(path.stat().st_size for path in done.files)
    parts = split(session.timeline())
    assert done.seconds == seconds(sum(part.length for part in parts))
    listed = playlist(done.path)
    assert [path for *_, path in listed] == list(done.files)
    assert [title for _, title, _ in listed] == [part.title for part in parts]
    for (length, _, path), part in zip(listed, parts, strict=True):
        assert len(ffmpeg(path)) == part.length
        assert playing_time(path) == pytest.approx(length, abs=0.6)


def test_each_part_knows_its_title_and_its_place(session: voiceguide.Session, out: Path) -> None:
    done = session.export(out / "parts", split=True)
    tags = [ID3(path) for path in done.files]
    assert [str(tag["TIT2"]) for tag in tags] == ["Rest: 坐下 🧘", "Left/right?", "CON", "合谷 🖐🏽"]
    assert [str(tag["TRCK"]) for tag in tags] == ["1/4", "2/4", "3/4", "4/4"]
    assert {str(tag["TALB"]) for tag in tags} == {"Rest: 坐下 🧘"}
    # One cover for all, and not drawn anew for each.
    assert {tag["APIC:"].data for tag in tags} == {ID3(session.export(out / "rest.mp3").path)["APIC:"].data}


def test_a_part_is_its_chapter_with_what_rings_on(session: voiceguide.Session, out: Path) -> None:
    done = session.export(out / "Rest.WAV", split=True)
    assert done.path == out / "Rest" / "rest.m3u"
    parts = split(session.timeline())
    for path, part in zip(done.files, parts, strict=True):
        assert path.suffix == ".WAV"
        with wave.open(str(path)) as file:
            assert file.getnframes() == part.length
    assert sum(part.length for part in parts) > session.timeline().length


def test_the_files_beside_a_part_have_its_name(session: voiceguide.Session, out: Path) -> None:
    done = session.export(out / "rest.wav", split=True, also=["vtt", "cue"])
    assert [path.name for path in done.also] == [f"{name}{ending}" for name in PARTS for ending in (".vtt", ".cue")]
    assert 'FILE "02 Left right.wav" WAVE' in done.also[3].read_text(encoding="utf-8")
    assert "Halfway." in done.also[2].read_text(encoding="utf-8")


def test_a_folder_may_have_a_dot_in_its_name(session: voiceguide.Session, out: Path) -> None:
    (out / "Old.mp3").mkdir()
    assert session.export(out / "Old.mp3", split=True).path == out / "Old.mp3" / "rest.m3u"
    assert session.export(out / "Vol. 2", split=True).path == out / "Vol. 2" / "rest.m3u"


def test_words_cannot_be_split(session: voiceguide.Session, out: Path) -> None:
    with pytest.raises(WrongWish, match="no sound to split"):
        session.export(out / "rest.vtt", split=True)
    assert names(out) == []


def test_progress_goes_on_from_part_to_part(session: voiceguide.Session, out: Path) -> None:
    told: list[Progress] = []
    session.export(out / "rest.wav", told.append, split=True)
    written = [each.written for each in told if each.written]
    assert all(before <= after for before, after in pairwise(written))
    assert len(written) > 4
    assert written[-1] == 1


def test_again_it_replaces_its_own_files_and_leaves_others(session: voiceguide.Session, out: Path) -> None:
    first = session.export(out, split=True)
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    first.files[0].write_bytes(b"broken")
    before = {path: path.read_bytes() for path in first.files[1:]}
    second = session.export(out, split=True)
    assert second.files == first.files
    assert playing_time(second.files[0]) > 1
    assert {path: path.read_bytes() for path in first.files[1:]} == before
    assert (out / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_names_are_such_as_every_disk_takes(session: voiceguide.Session, out: Path) -> None:
    for path in session.export(out, split=True).files:
        assert not set(path.name) & set('<>:"/\\|?*')
        assert unicodedata.is_normalized("NFC", path.name)


LONG = "# Long\n" + "".join(f"## Part {number}\nSit down.\n[pause 20s]\n" for number in range(6))


@pytest.mark.skipif(os.name != "posix", reason="only on POSIX")
@pytest.mark.parametrize("ready", [0, 3, 5])
def test_killed_in_the_middle_each_file_is_the_old_one_or_the_new_one(tmp_path: Path, ready: int) -> None:
    script = tmp_path / "long.md"
    script.write_text(LONG, encoding="utf-8")
    folder = tmp_path / "long"
    folder.mkdir()
    files = [folder / f"{number + 1:02d} Part {number}.wav" for number in range(6)]
    for path in (*files, folder / "long.m3u"):
        path.write_bytes(b"old")
    command = [sys.executable, "-m", "voiceguide", "export", str(script), "--engine", "tone"]
    process = subprocess.Popen([*command, "--split", "-o", str(tmp_path / "long.wav")])

    def writing_after(count: int) -> bool:
        return files[0].stat().st_size > 3 * count and sum(each.stat().st_size > 3 for each in files) >= count

    wait_until(lambda: writing_after(ready) and any(part.stat().st_size > 9 for part in folder.glob(".*.part")))
    process.kill()
    process.communicate()
    assert (folder / "long.m3u").read_bytes() == b"old"
    for path in files:
        data = path.read_bytes()
        assert data == b"old" or int.from_bytes(data[4:8], "little") == len(data) - 8
    assert sum(path.read_bytes() != b"old" for path in files) < 6


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)
