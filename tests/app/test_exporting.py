"""Exports of several files: words beside the sound, and sessions in parts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
import wave
from itertools import pairwise
from pathlib import Path

import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import MP3

import voiceguide
from tests.disks import with_small_disk
from tests.output.sessions import ffmpeg
from voiceguide.app.exporting import Progress
from voiceguide.base.errors import FileError, UnknownName, WrongChoice
from voiceguide.base.units import seconds
from voiceguide.output.formats import SIDECARS
from voiceguide.output.lock import locked
from voiceguide.timeline.splitting import split

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
    done = session.export(out / "Rest.One.mp3", also=SIDECARS)
    assert done.also == tuple(out / f"Rest.One{ending}" for ending in SIDECARS.values())
    assert names(out) == sorted(path.name for path in (done.path, *done.also))
    assert done.bytes == (out / "Rest.One.mp3").stat().st_size
    assert json.loads((out / "Rest.One.chapters.json").read_text(encoding="utf-8"))["fileName"] == "Rest.One.mp3"
    assert 'FILE "Rest.One.mp3" MP3' in (out / "Rest.One.cue").read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "ending"), SIDECARS.items())
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


def test_an_unknown_sidecar_gets_the_nearest(session: voiceguide.Session, out: Path) -> None:
    with pytest.raises(UnknownName) as caught:
        session.export(out / "rest.mp3", also=["lrc", "chapter"])
    assert (caught.value.kind, caught.value.name, caught.value.near[0]) == ("extra file", "chapter", "chapters")
    assert names(out) == []


PLAYLIST = "#EXTM3U\n#EXTENC:UTF-8\n#PLAYLIST:Other\n#EXTINF:1,Other\n01 Other.mp3\n"


def test_every_place_is_looked_at_before_anything_is_spoken(session: voiceguide.Session, out: Path) -> None:
    (out / "rest.vtt").mkdir()
    (out / "file").touch()
    (out / "full").mkdir()
    (out / "full" / "rest.m3u").mkdir()
    (out / "other").mkdir()
    (out / "other" / "other.m3u").write_text(PLAYLIST, encoding="utf-8")
    for path, also, parts in (
        ("rest.mp3", ["lrc", "vtt"], False),
        ("file/rest", [], True),
        ("file", [], True),
        ("file.mp3", [], True),
        ("full", [], True),
        ("other", [], True),
    ):
        told: list[Progress] = []
        with pytest.raises(FileError):
            session.export(out / path, told.append, also=also, split=parts)
        assert told == []
    assert names(out) == ["file", "full", "other", "rest.vtt"]


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


def test_a_part_has_its_chapter_and_sounds_that_end_later(session: voiceguide.Session, out: Path) -> None:
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
    assert session.export(out / ".mp3", split=True).path == out / ".mp3" / "rest.m3u"


def test_a_folder_may_have_a_dot_in_its_name_where_there_is_no_ffmpeg_to_ask(
    session: voiceguide.Session, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert session.export(out / "Vol.2", split=True).path == out / "Vol.2" / "rest.m3u"


def test_words_cannot_be_split(session: voiceguide.Session, out: Path) -> None:
    with pytest.raises(WrongChoice, match="no sound to split"):
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


def test_old_files_of_the_session_are_removed_and_all_others_stay(
    session: voiceguide.Session, out: Path, tmp_path: Path
) -> None:
    session.export(out, split=True, also=["lrc", "chapters"])
    kept = ["05 Rest.mp3", "04 合谷.mp3", "02 Left right.jpg", "03 Other.lrc", "rest.txt", "mine.m3u"]
    for name in kept:
        (out / name).write_text("#EXTM3U\nmine", encoding="utf-8")
    path = tmp_path / "rest.md"
    path.write_text("# Rest: 坐下 🧘\n[pause 1s]\n## Legs\n[pause 1s]\n", encoding="utf-8")
    shorter = voiceguide.open(path, engine="tone")
    done = shorter.export(out, split="wav", also="vtt")
    new = ["01 Rest 坐下 🧘.wav", "01 Rest 坐下 🧘.vtt", "02 Legs.wav", "02 Legs.vtt", "rest.m3u"]
    assert {path.name for path in (done.path, *done.files, *done.also)} == set(new)
    assert names(out) == sorted([*new, *kept])
    assert {(out / name).read_text(encoding="utf-8") for name in kept} == {"#EXTM3U\nmine"}


def test_another_session_that_came_meanwhile_is_left_alone(session: voiceguide.Session, out: Path) -> None:
    def come(_: Progress) -> None:
        (out / "other.m3u").write_text(PLAYLIST, encoding="utf-8")

    with pytest.raises(FileError, match=r"holds another session in parts \(other\.m3u\)"):
        session.export(out, come, split=True)
    assert names(out) == ["other.m3u"]


def test_a_single_sidecar_may_be_named_without_a_list(session: voiceguide.Session, out: Path) -> None:
    assert session.export(out / "rest.wav", also="lrc").also == (out / "rest.lrc",)


def test_an_unknown_quality_is_refused_before_anything_is_spoken(session: voiceguide.Session, out: Path) -> None:
    told: list[Progress] = []
    with pytest.raises(UnknownName) as caught:
        session.export(out / "rest.mp3", told.append, quality="bets")  # type: ignore[arg-type]  # refused
    assert (caught.value.kind, caught.value.near[0]) == ("quality", "best")
    assert told == []


def write_script(base: Path, *chapters: str, length: str = "1s") -> Path:
    # A name before those of all parts.
    path = base / "0.md"
    path.write_text("# S\n" + "".join(f"## {chapter}\n[pause {length}]\n" for chapter in chapters), encoding="utf-8")
    return path


STOPPED = """
import os, re, signal, sys
import voiceguide
script, folder, end, moment = sys.argv[1:]
def stop(event, arguments):
    global moment
    if moment and re.match(moment, " ".join(map(str, (event, *arguments)))):
        moment = ""
        if end == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise KeyboardInterrupt
sys.addaudithook(stop)
try:
    voiceguide.open(script, engine="tone").export(folder, split="wav", also="lrc")
except KeyboardInterrupt:
    print("stopped")
"""
WRITING = {
    "the first folder": r"os.mkdir \S*\.parts ",
    "the second part": r"os.rename \S*\.part \S*/02 X.wav ",
    "the playlist": r"os.rename \S*\.part \S*/0.m3u ",
}
MOVING = {
    "the first file": r"os.rename \S*\.parts/01 A.lrc ",
    "the second part": r"os.rename \S*\.parts/02 X.wav ",
    "the old ones": r"os.remove \S*/0[245] [BDE].wav ",
    "the playlist": r"os.rename \S*\.parts/0.m3u ",
    "the rest": r"shutil.rmtree \S*\.parts ",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}


def export_parts(script: Path, folder: Path) -> dict[str, bytes]:
    """What is in the folder then."""
    voiceguide.open(script, engine="tone").export(folder, split="wav", also="lrc")
    return contents(folder)


@pytest.mark.skipif(os.name != "posix", reason="only on POSIX")
@pytest.mark.parametrize("end", ["kill", "interrupt"])
@pytest.mark.parametrize(
    "moment", [*WRITING.values(), *MOVING.values()], ids=[*WRITING, *(f"moving {m}" for m in MOVING)]
)
def test_a_stop_at_any_moment_leaves_one_set_or_one_that_the_next_run_repairs(
    tmp_path: Path, out: Path, moment: str, end: str
) -> None:
    old = export_parts(write_script(tmp_path, *"ABCDE"), out)
    new = export_parts(write_script(tmp_path, *"AXC", length="2s"), tmp_path / "new")
    command = [sys.executable, "-c", STOPPED, str(tmp_path / "0.md"), str(out), end, moment]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert (done.returncode, done.stdout) == ((-9, "") if end == "kill" else (0, "stopped\n"))
    found = contents(out)
    if moment in WRITING.values():
        assert found == old
    elif end == "interrupt":
        assert found == new
    else:
        assert found.items() <= {*old.items(), *new.items()}
    if end == "interrupt":
        assert not list(out.glob(".*"))
    expected = export_parts(write_script(tmp_path, "A", "Z"), tmp_path / "next")
    assert export_parts(tmp_path / "0.md", out) == expected


@pytest.mark.skipif(os.name != "posix", reason="only on POSIX")
def test_stopped_before_there_is_a_folder_there_is_none(tmp_path: Path, out: Path) -> None:
    script = write_script(tmp_path, *"AXC")
    command = [sys.executable, "-c", STOPPED, str(script), str(out / "s"), "interrupt", WRITING["the second part"]]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).stdout == b"stopped\n"
    assert list(out.iterdir()) == []


FILLED = """
import sys
from pathlib import Path
import voiceguide
from voiceguide.base.errors import FileError
script, place = map(Path, sys.argv[1:])
def show():
    files = [path for path in place.rglob("*") if path.is_file()]
    print(sorted((str(path.relative_to(place)), hash(path.read_bytes())) for path in files), len([*place.rglob("*")]))
voiceguide.open(script, engine="tone").export(place / "s", split="wav")
show()
script.write_text(script.read_text().replace("1s", "2s"))
for name in ("s", "t"):
    try:
        voiceguide.open(script, engine="tone").export(place / name, split="wav")
    except FileError as failure:
        print(failure)
    show()
"""


def test_a_full_disk_leaves_the_old_set_and_no_rubbish(tmp_path: Path, out: Path) -> None:
    script = write_script(tmp_path, *"ABC")
    # Three seconds of sound fit, and three more of the six.
    done = with_small_disk(out, 620, [sys.executable, "-c", FILLED, str(script), str(out)])
    assert done.stderr == ""
    before, told, after, told_new, after_new = done.stdout.splitlines()
    assert before.count("wav") == 3
    assert after == after_new == before
    for line, folder in ((told, "s"), (told_new, "t")):
        assert line == (
            f"{out / folder / '02 B.wav'} was not written: The disk is full. "
            "Free some space, or name a file on another disk with -o."
        )


def test_a_folder_that_another_export_is_at_work_in_is_refused(session: voiceguide.Session, out: Path) -> None:
    (out / "s").mkdir()
    told: list[Progress] = []
    with locked(out / "s"), pytest.raises(FileError, match="Another voiceguide is exporting to"):
        session.export(out / "s", told.append, split=True)
    assert told == []
    assert names(out / "s") == []
    assert session.export(out / "s", split=True).path.exists()


def test_while_parts_are_made_no_other_can_begin(session: voiceguide.Session, out: Path) -> None:
    refused: list[str] = []

    def begin(_: Progress) -> None:
        try:
            with locked(out / "s"):
                pass
        except FileError as failure:
            refused.append(str(failure))

    session.export(out / "s", begin, split=True)
    assert refused


def test_a_session_of_other_choices_is_another_in_parts_too(session: voiceguide.Session, out: Path) -> None:
    session.export(out, split=True)
    before = contents(out)
    with pytest.raises(FileError, match=r"holds another session in parts \(rest.m3u\)"):
        voiceguide.open(session.path, engine="tone", pace=0.9).export(out, split=True)
    assert contents(out) == before


def test_a_failure_beside_the_sound_leaves_all_as_it_was(session: voiceguide.Session, out: Path) -> None:
    session.export(out / "rest.mp3", also="all")
    before = contents(out)
    other = voiceguide.open(session.path, engine="tone", pace=0.8)

    def block(progress: Progress) -> None:
        # What lies beside is written after the sound.
        if progress.written and not (out / "rest.vtt").is_dir():
            (out / "rest.vtt").unlink()
            (out / "rest.vtt").mkdir()

    with pytest.raises(FileError, match=r"rest.vtt is a folder"):
        other.export(out / "rest.mp3", block, also="all")
    (out / "rest.vtt").rmdir()
    assert contents(out) == {name: content for name, content in before.items() if name != "rest.vtt"}
