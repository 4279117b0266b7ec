"""LRC files as ffmpeg finds them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.output.sessions import TITLE, export_options, ffprobe, session, shown
from voiceguide.base.units import frames, seconds
from voiceguide.output.options import About
from voiceguide.output.sidecars.lrc import LINGER_MS, lrc, write
from voiceguide.timeline.captions import captions
from voiceguide.timeline.model import Event, Timeline


def said(*spans: tuple[int, int], text: str = "Sit.", length: int = 3_600_000) -> Timeline:
    """A session of sentences from so many milliseconds to so many."""
    events = tuple(Event(frames(start), frames(end), "speech", text) for start, end in spans)
    return replace(session(frames(length)), events=events)


def lines(timeline: Timeline) -> list[str]:
    """Return the lines after the header."""
    return [line for line in lrc(timeline).splitlines() if line[1:2].isdigit()]


def test_ffmpeg_finds_each_sentence_at_its_time(tmp_path: Path) -> None:
    path = tmp_path / "session.lrc"
    write(session(), path, export_options(path))
    found = [(start, text) for start, _, text in shown(path) if text]
    assert [text for _, text in found] == [caption.text for caption in captions(session())]
    assert [start for start, _ in found] == pytest.approx(
        [seconds(each.start) for each in captions(session())], abs=0.01
    )


def test_the_file_has_its_title_in_the_header(tmp_path: Path) -> None:
    path = tmp_path / "session.lrc"
    write(session(), path, replace(export_options(path), about=About(artist="Ann 安", album="Knees")))
    tags = ffprobe(path)["format"]["tags"]
    assert tags == {"title": TITLE, "artist": "Ann 安", "album": "Knees", "length": "00:20", "creator": "voiceguide"}


def test_words_go_when_a_long_silence_follows_them() -> None:
    gone = said((0, 1_000), (1_000 + LINGER_MS, 7_000), (7_001 + LINGER_MS, 12_000), length=30_000)
    assert lines(gone) == ["[00:00.00]Sit.", "[00:05.00]Sit.", "[00:07.00]", "[00:11.00]Sit.", "[00:12.00]"]


def test_minutes_go_on_after_99() -> None:
    late = said((5_999_990, 6_000_500), (29_999_994, 30_000_000), length=30_000_000)
    assert lines(late) == ["[99:59.99]Sit.", "[100:00.50]", "[499:59.99]Sit."]
    assert "[length:500:00]" in lrc(late)


def test_half_a_hundredth_is_rounded_up_and_carried() -> None:
    assert lines(said((59_995, 60_000), length=60_000)) == ["[01:00.00]Sit."]


def test_brackets_of_the_author_are_not_taken_for_times() -> None:
    bracketed = replace(said((0, 1_000), text="[00:01.00] Sit [softly].", length=1_000), title="One [two]")
    assert lines(bracketed) == ["[00:00.00](00:01.00) Sit (softly)."]
    assert lrc(bracketed).startswith("[ti:One (two)]\n")


def test_a_session_without_words_is_a_header() -> None:
    assert lines(said()) == []
