"""The words of a session with their times."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.blanks import timeline
from voiceguide.base.units import RATE
from voiceguide.timeline.captions import Caption, captions, shared
from voiceguide.timeline.model import Event

SCRIPT = """
[chime bell]
Sit down.
[pause 2s]
Breathe out.
[hold 10s | "Half way." at half | chime at end]
Rest.
"""

spans = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 200)), max_size=8)


def test_a_caption_lasts_as_long_as_its_sentence_is_heard() -> None:
    placed = timeline(SCRIPT)
    said = [event for event in placed.events if event.kind == "speech"]
    assert captions(placed) == tuple(Caption(event.start, event.end, event.text) for event in said)
    assert [caption.text for caption in captions(placed)] == ["Sit down.", "Breathe out.", "Half way.", "Rest."]
    assert [caption.end - caption.start for caption in captions(placed)] == [2 * RATE, 2 * RATE, 2 * RATE, RATE]


@given(spans)
def test_captions_never_overlap_nor_outlast_the_session(gaps: list[tuple[int, int]]) -> None:
    start, events = 0, []
    for number, (gap, length) in enumerate(gaps):
        start += gap
        events.append(Event(start, start + length, "speech", f"Number {number}"))
    length = start + 100
    found = captions(replace(timeline("Rest."), events=tuple(events), length=length))
    assert [(each.start, each.text) for each in found] == [(each.start, each.text) for each in events]
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(each.start <= each.end <= length for each in found)
    for each, event, (_, long) in zip(found, events, gaps, strict=True):
        assert each.end == event.end or each.end - each.start < long


def test_a_caption_is_one_line() -> None:
    placed = replace(timeline("Rest."), events=(Event(0, 9, "speech", "Sit\n  down. "),))
    assert captions(placed) == (Caption(0, 9, "Sit down."),)


def test_blank_text_gives_no_caption() -> None:
    assert captions(replace(timeline("Rest."), events=(Event(0, 9, "speech", " "),))) == ()


@given(st.integers(0, 10**9), st.integers(0, 10**7), st.lists(st.text(min_size=1), min_size=1, max_size=9))
def test_a_split_caption_shares_its_time_by_the_length_of_the_texts(start: int, length: int, texts: list[str]) -> None:
    parts = list(shared(Caption(start, start + length, "whole"), texts))
    assert [part.text for part in parts] == texts
    assert (parts[0].start, parts[-1].end) == (start, start + length)
    assert all(one.end == other.start for one, other in pairwise(parts))
    for part in parts:
        share = length * len(part.text) / len("".join(texts))
        assert abs(part.end - part.start - share) <= 1


def test_soft_hyphens_are_not_shown() -> None:
    placed = replace(timeline("Rest."), events=(Event(0, 9, "speech", "Re\u00adlax \u2060mus\u200bcles."),))
    assert captions(placed) == (Caption(0, 9, "Relax muscles."),)
