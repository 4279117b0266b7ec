"""Transcripts, as a person reads them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.output.sessions import export_options
from tests.timeline.blanks import timeline
from voiceguide.output.sidecars.transcript import write
from voiceguide.timeline.model import Timeline

SCRIPT = """
Sit down. Breathe out.
[pause 3s]
Now begin.
## Left hand 🖐
Press here.
[hold 1m30s | "Half." at half | "Five." at -5s | "Enough." at end | chime at end]
[pause 2s]
Let go.
"""

READ = """\
Test
1:50

Sit down. Breathe out.

Now begin.

0:10  Left hand 🖐

Press here.

[hold 1m30s]

Half. Five. Enough.

Let go.
"""


def transcript(whole: Timeline, path: Path) -> str:
    write(whole, path, export_options(path))
    return path.read_bytes().decode()


def test_a_transcript_reads_like_a_text(tmp_path: Path) -> None:
    assert transcript(timeline(SCRIPT), tmp_path / "session.txt") == READ


def test_chinese_sentences_have_no_space_between_them(tmp_path: Path) -> None:
    chinese = replace(timeline("坐下。 呼气。\n"), language="zh-CN")
    assert transcript(chinese, tmp_path / "session.txt").endswith("\n\n坐下。呼气。\n")


def test_an_empty_session_has_its_title(tmp_path: Path) -> None:
    empty = replace(timeline("[pause 1s]\n"), events=(), length=0)
    assert transcript(empty, tmp_path / "session.txt") == "Test\n0:00\n"
