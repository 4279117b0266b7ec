"""Warnings about a file that a session replaces."""

from __future__ import annotations

from pathlib import Path

import pytest

import voiceguide
from tests.conftest import require_module
from voiceguide.output.formats import FORMATS
from voiceguide.session import Session

SCRIPT = '# Rest: "now" [x] & 坐下\n## One\nSit down.\n[pause 1s]\n'
NEED_AV = (".m4a", ".m4b", ".opus", ".flac")
TITLED = {ending: ending not in (*NEED_AV, ".mp3", ".wav") for ending in FORMATS}


def session(tmp_path: Path, name: str = "rest", text: str = SCRIPT, pace: float = 1.0) -> Session:
    path = tmp_path / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    return voiceguide.open(path, engine="tone", pace=pace)


def told(wanted: Session, path: Path) -> list[str]:
    wanted.export(path)
    return [line for line in wanted.warnings if "replaced" in line]


@pytest.mark.parametrize(("ending", "has_no_mark"), TITLED.items())
def test_replacing_another_session_is_reported_and_the_same_is_not(
    tmp_path: Path, ending: str, has_no_mark: bool
) -> None:
    if ending in NEED_AV:
        require_module("av")
    path = tmp_path / f"a{ending}"
    assert told(session(tmp_path), path) == []
    assert told(session(tmp_path), path) == []
    if ending == ".srt":
        # It has no title.
        return
    what = "something else" if has_no_mark else "another session (rest)"
    assert told(session(tmp_path, pace=0.9), path) == [f"{path} held {what}, and was replaced."]
    assert told(session(tmp_path, pace=0.9), path) == []
    if not has_no_mark:
        line = f"{path} held another session (rest-pace90), and was replaced."
        assert told(session(tmp_path, "other"), path) == [line]
        same_name = session(tmp_path, "other", "# Another\nStand up.\n")
        assert told(same_name, path) == [f"{path} held another session of that name, and was replaced."]


@pytest.mark.parametrize("content", [b"old", b"ID3\x03\0\0\0\0\xff", bytes(200), "Straße".encode("utf-16")])
@pytest.mark.parametrize("ending", [".mp3", ".wav", ".txt", ".srt", ".lrc", ".chapters.json"])
def test_replacing_a_file_of_another_kind_is_reported(tmp_path: Path, ending: str, content: bytes) -> None:
    path = tmp_path / f"song{ending}"
    path.write_bytes(content)
    what = "no session of voiceguide" if ending in (".mp3", ".wav") else "something else"
    assert told(session(tmp_path), path) == [f"{path} held {what}, and was replaced."]


def test_notes_beside_the_sound_are_told_of(tmp_path: Path) -> None:
    wanted = session(tmp_path)
    (tmp_path / "a.txt").write_text("My notes", encoding="utf-8")
    wanted.export(tmp_path / "a.mp3", also="all")
    assert wanted.warnings == [f"{tmp_path / 'a.txt'} held something else, and was replaced."]


def test_a_file_that_is_kept_causes_no_message(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"old")
    wanted = session(tmp_path, text='# Tight\n[hold 1s | "Far too many words to be said in one second." at start]\n')
    with pytest.raises(voiceguide.RoutineError):
        wanted.export(tmp_path / "a.mp3")
    assert (tmp_path / "a.mp3").read_bytes() == b"old"
    assert wanted.warnings == []
