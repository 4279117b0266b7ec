"""Podcast chapters as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.output.sessions import TITLE, export_options, session
from voiceguide.base.units import frames, seconds
from voiceguide.output.options import About
from voiceguide.output.sidecars.json_chapters import write
from voiceguide.timeline.model import Chapter, Timeline


def document(timeline: Timeline, path: Path, sound: str = "") -> dict[str, Any]:
    write(timeline, path, replace(export_options(path), sound=sound, about=About(artist="Ann 安", album="Knees")))
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def test_the_file_has_all_fields_that_the_format_asks_for(tmp_path: Path) -> None:
    found = document(session(), tmp_path / "session.chapters.json", "session.mp3")
    assert found == {
        "version": "1.2.0",
        "title": TITLE,
        "author": "Ann 安",
        "podcastName": "Knees",
        "fileName": "session.mp3",
        "chapters": [{"startTime": seconds(each.start), "title": each.title} for each in session().chapters],
    }


def test_without_a_sound_file_it_names_none(tmp_path: Path) -> None:
    assert "fileName" not in document(session(), tmp_path / "session.chapters.json")


@pytest.mark.parametrize("count", [0, 300])
def test_any_number_of_chapters(tmp_path: Path, count: int) -> None:
    chapters = tuple(Chapter(frames(1_001 * number), f"合 {number} 🖐") for number in range(count))
    found = document(replace(session(), chapters=chapters), tmp_path / "session.chapters.json")["chapters"]
    assert [each["title"] for each in found] == [each.title for each in chapters]
    assert [each["startTime"] for each in found] == pytest.approx([1.001 * number for number in range(count)], abs=1e-4)
