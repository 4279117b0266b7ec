"""The picture of a session."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from tests.timeline.blanks import timeline
from voiceguide.timeline.model import Timeline
from voiceguide.timeline.picture import WIDTH, draw

SVG = "{http://www.w3.org/2000/svg}"
SCRIPT = (
    "One.\n## Left & <right>\n[chime bell]\nTwo words.\n[hold 8s]\n## A title that is much too long for its row\nOne.\n"
)


def parsed(timeline: Timeline) -> ElementTree.Element:
    return ElementTree.fromstring(draw(timeline))


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_the_picture_has_a_row_for_each_chapter_and_for_the_time_before_the_first() -> None:
    shown = texts(parsed(timeline(SCRIPT)))
    assert shown[:5] == ["Test", "0:14", "words", "hold", "chime"]
    assert shown[5:] == ["0:00", "Test", "0:01", "Left & <right>", "0:13", "A title that is much too long…"]


def test_bars_are_to_scale_and_inside_the_page() -> None:
    root = parsed(timeline(SCRIPT))
    bars = [element for element in root.iter(f"{SVG}rect") if element.get("height") == "10"][3:]
    assert all(0 <= float(bar.get("x", "")) <= WIDTH - float(bar.get("width", "")) for bar in bars)
    # The row's own bar comes first, then the hold, then the sounds.
    row, hold, chime, words = [(float(bar.get("x", "")), float(bar.get("width", ""))) for bar in bars[2:6]]
    second = row[1] / 12.2
    assert [hold[1], chime[1], words[1]] == pytest.approx([8 * second, 1.8 * second, 2 * second], abs=0.1)
    assert [hold[0], chime[0], words[0]] == pytest.approx([row[0] + at * second for at in (3.5 + 0.7, 0, 1.5)], abs=0.1)


def test_an_empty_session_can_be_drawn() -> None:
    empty = replace(timeline("[pause 1s]\n"), events=(), length=0)
    assert texts(parsed(empty))[-1] == "Test"
