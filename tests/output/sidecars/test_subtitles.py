"""SRT and WebVTT files as ffmpeg finds them."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import require_command
from tests.output.sessions import TITLE, export_options, session, shown
from voiceguide.base.units import frames, seconds
from voiceguide.output.formats import format_for
from voiceguide.timeline.captions import captions
from voiceguide.timeline.model import Chapter, Event, Timeline

LONG = (
    "Find the webbing between your left thumb and index finger, and pinch it firmly, never so that it hurts, "
    "with the thumb and the index finger of your other hand."
)
WORDS = (
    "Sit down.",
    LONG,
    "按压合谷穴，用另一只手的拇指和食指稳稳地捏住，不要让它疼，保持三十秒，然后慢慢地放开，再换另一只手。🖐🏽",
    "Is 1 < 2 & 3 > 2? <b>Yes</b> {an} --> no.",
)


def said(*texts: str, apart: int = 20_000, long: int = 9_000) -> Timeline:
    """A session of sentences, one every so many milliseconds, each so long."""
    events = tuple(
        Event(frames(number * apart + 7), frames(number * apart + 7 + long), "speech", text)
        for number, text in enumerate(texts)
    )
    return replace(session(frames(len(texts) * apart)), events=events)


def written(timeline: Timeline, path: Path) -> Path:
    format_for(path).write(timeline, path, export_options(path))
    return path


def decoded(path: Path) -> str:
    """What ffmpeg makes of a file's captions, in plain text."""
    command = [require_command("ffmpeg"), "-v", "error", "-i", str(path), "-c:s", "text", "-f", "srt", "-"]
    done = subprocess.run(command, check=True, capture_output=True)
    assert not done.stderr
    return done.stdout.decode()


endings = pytest.mark.parametrize(("ending", "width"), [(".srt", 32), (".vtt", 65)])


@endings
def test_each_sentence_is_shown_while_it_is_heard(tmp_path: Path, ending: str, width: int) -> None:
    placed = said(*WORDS[:3])
    found = shown(written(placed, tmp_path / f"session{ending}"))
    for caption, text in zip(captions(placed), WORDS, strict=False):
        start, end = seconds(caption.start), seconds(caption.end)
        pages = [page for page in found if start - 0.001 <= page[0] < end]
        assert pages[0][0] == pytest.approx(start, abs=0.001)
        assert pages[-1][0] + pages[-1][1] == pytest.approx(end, abs=0.001)
        assert "".join("".join(page[2] for page in pages).split()) == "".join(text.split())
        assert all(one[0] + one[1] == pytest.approx(other[0], abs=0.001) for one, other in pairwise(pages))
    lines = [line for page in found for line in page[2].split("\n")]
    assert max(map(len, lines)) <= width
    assert all(len(page[2].split("\n")) <= 2 for page in found)


@endings
def test_a_short_sentence_is_one_page_and_a_long_one_several(tmp_path: Path, ending: str, width: int) -> None:
    del width
    found = shown(written(said(*WORDS[:2]), tmp_path / f"session{ending}"))
    assert found[0][2] == "Sit down."
    assert len(found) == {".srt": 4, ".vtt": 3}[ending]
    # The second sentence in parts of about the same speed.
    speeds = [len(text) / length for _, length, text in found[1:]]
    assert max(speeds) == pytest.approx(min(speeds), rel=0.05)


def test_brackets_are_text_and_not_style(tmp_path: Path) -> None:
    vtt_text = decoded(written(said(WORDS[3]), tmp_path / "session.vtt"))
    # ffmpeg marks curly brackets in a way of its own.
    assert WORDS[3] in " ".join(vtt_text.replace("\\", "").split())
    srt_text = decoded(written(said(WORDS[3]), tmp_path / "session.srt"))
    assert "Is 1 ‹ 2 & 3 › 2? ‹b›Yes‹/b› (an) --› no." in " ".join(srt_text.split())


def test_webvtt_has_its_title_and_its_chapters_as_notes(tmp_path: Path) -> None:
    placed = replace(
        said("One.", "Two.", "Three."),
        title=f"{TITLE} --> end",
        chapters=(Chapter(0, "Settle in"), Chapter(frames(65_000), "Left --> right 🖐")),
    )
    blocks = written(placed, tmp_path / "session.vtt").read_text(encoding="utf-8").split("\n\n")
    assert blocks[0] == f"WEBVTT - {TITLE} → end"
    assert [block for block in blocks if block.startswith("NOTE")] == [
        "NOTE 0:00 Settle in",
        "NOTE 1:05 Left → right 🖐\n",
    ]
    assert blocks[1].startswith("NOTE")
    assert blocks[2] == "00:00:00.007 --> 00:00:09.007\nOne."
    assert [text for _, _, text in shown(tmp_path / "session.vtt")] == ["One.", "Two.", "Three."]


@endings
def test_hours_are_counted_and_captions_numbered(tmp_path: Path, ending: str, width: int) -> None:
    del width
    point = "," if ending == ".srt" else "."
    text = written(said("One.", "Two.", apart=360_000_000), tmp_path / f"long{ending}").read_text(encoding="utf-8")
    assert f"100:00:00{point}007 --> 100:00:09{point}007\nTwo." in text
    assert text.startswith("1\n00:00:00,007") or ending == ".vtt"
    assert ("\n2\n100:" in text) == (ending == ".srt")


@endings
def test_a_session_without_words_is_a_file(tmp_path: Path, ending: str, width: int) -> None:
    del width
    path = written(replace(session(), events=(), chapters=()), tmp_path / f"silent{ending}")
    assert "-->" not in path.read_text(encoding="utf-8")
