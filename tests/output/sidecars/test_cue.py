"""Cue sheets, read as the players read them: line by line."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.output.sessions import TITLE, export_options, session
from voiceguide.base.units import frames
from voiceguide.output.sidecars.cue import write
from voiceguide.timeline.model import Chapter, Timeline

TRACK = re.compile(r'  TRACK (\d\d) AUDIO\n    TITLE "([^"\n]*)"\n    INDEX 01 (\d{2,}):([0-5]\d):(\d\d)\n')


def sheet(timeline: Timeline, path: Path, sound: str = "") -> str:
    write(timeline, path, replace(export_options(path), sound=sound))
    return path.read_text(encoding="utf-8")


def tracks(text: str) -> list[tuple[int, str, float]]:
    """Number, title and start (s) of each track. A second has 75 frames."""
    found = TRACK.findall(text)
    assert len(found) == text.count("TRACK")
    assert all(int(rest) < 75 for *_, rest in found)
    return [(int(number), title, int(m) * 60 + int(s) + int(f) / 75) for number, title, m, s, f in found]


def many(count: int) -> Timeline:
    chapters = tuple(Chapter(frames(60_000 * number + 5), f"Chapter {number}") for number in range(count))
    return replace(session(frames(60_000 * count)), chapters=(replace(chapters[0], start=0), *chapters[1:]))


def test_each_chapter_is_a_track(tmp_path: Path) -> None:
    found = tracks(sheet(session(), tmp_path / "session.cue"))
    assert [(number, title) for number, title, _ in found] == list(
        enumerate([chapter.title for chapter in session().chapters], 1)
    )
    meant = [chapter.start / 44_100 for chapter in session().chapters]
    assert [start for *_, start in found] == pytest.approx(meant, abs=0.5 / 75 + 1e-9)


def test_a_cue_sheet_names_its_sound_file(tmp_path: Path) -> None:
    text = sheet(session(), tmp_path / "session.cue", "合谷 🎧.flac")
    assert re.findall(r'^FILE "(.*)" (\w+)$', text, re.MULTILINE) == [("合谷 🎧.flac", "WAVE")]
    assert '\nFILE "session.mp3" MP3\n' in sheet(session(), tmp_path / "session.cue")
    assert '\nFILE "loud.MP3" MP3\n' in sheet(session(), tmp_path / "session.cue", "loud.MP3")


def test_quotes_in_titles_become_others(tmp_path: Path) -> None:
    quoted = replace(session(), title='The "Rest"', chapters=(Chapter(0, '"Now"'),))
    text = sheet(quoted, tmp_path / "session.cue")
    assert "TITLE \"The 'Rest'\"\n" in text
    assert tracks(text) == [(1, "'Now'", 0)]
    assert f'\nTITLE "{TITLE}"\n' in sheet(session(), tmp_path / "session.cue")


def test_the_first_track_begins_with_the_session(tmp_path: Path) -> None:
    late = replace(session(), chapters=(Chapter(44_100, "Late"), Chapter(44_100, "Later")))
    assert tracks(sheet(late, tmp_path / "session.cue")) == [(1, TITLE, 0), (2, "Later", 1)]


@pytest.mark.parametrize("count", [99, 100, 300])
def test_more_chapters_than_tracks_share_them_evenly(tmp_path: Path, count: int) -> None:
    text = sheet(many(count), tmp_path / "session.cue")
    found = tracks(text)
    assert [number for number, *_ in found] == list(range(1, 100))
    titles = {f"Chapter {number}": number for number in range(count)}
    shared = [titles[title] for _, title, _ in found]
    steps = [after - before for before, after in zip(shared, [*shared[1:], count], strict=True)]
    assert max(steps) - min(steps) <= 1
    assert [round(start / 60) for *_, start in found] == shared
    assert (f"REM {count} chapters share 99 tracks" in text) == (count > 99)
    assert all(re.match(r"\d{2,}:", stamp) for stamp in re.findall(r"INDEX 01 (.*)", text))


def test_no_name_ends_its_line_or_its_quotes(tmp_path: Path) -> None:
    hostile = replace(session(), title='A\n"B\u2028C', chapters=(Chapter(0, 'One\r\nTRACK 99 AUDIO"'),))
    text = sheet(hostile, tmp_path / "session.cue", 'my\n"song".mp3')
    assert '\nTITLE "A \'B C"\n' in text
    assert "\nFILE \"my 'song'.mp3\" MP3\n" in text
    assert tracks(text.replace("TRACK 99 AUDIO'", "")) == [(1, "One ", 0)]
