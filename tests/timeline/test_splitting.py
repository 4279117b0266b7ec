"""Splitting a session: no event is lost, none comes twice, and each keeps its place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.output.sessions import mixed, session
from tests.timeline.blanks import Blank, timeline
from voiceguide.sound.beds.bed import bed
from voiceguide.sound.clip import Placed
from voiceguide.timeline.model import Chapter, Event, Timeline
from voiceguide.timeline.splitting import Stretch, split, stretches

times = st.integers(0, 400)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    """Return a session with clips anywhere and chapters at any times, sometimes several at one time."""
    placed = sorted(draw(st.lists(st.tuples(times, st.integers(0, 150)), max_size=12)))
    chapters = sorted(draw(st.lists(times, max_size=8)))
    sounds = tuple(Placed(start, Blank(length, f"clip {number}")) for number, (start, length) in enumerate(placed))
    ends = [0, *chapters, *(sound.start + sound.clip.frames for sound in sounds)]
    return Timeline(
        title="Whole",
        language="en-US",
        length=max(ends) + draw(st.integers(0, 3)),
        chapters=tuple(Chapter(start, f"Chapter {number}") for number, start in enumerate(chapters)),
        events=tuple(Event(each.start, each.start + each.clip.frames, "speech", each.clip.identity) for each in sounds),
        sounds=sounds,
    )


@given(timelines())
def test_stretches_cover_the_whole_session_without_gaps(whole: Timeline) -> None:
    found = stretches(whole)
    assert found[0].start == 0
    assert found[-1].end == whole.length
    assert [each.start for each in found[1:]] == [each.end for each in found[:-1]]
    assert all(each.start < each.end for each in found) or whole.length == 0


@given(timelines())
def test_every_chapter_with_a_length_is_a_stretch_with_its_title(whole: Timeline) -> None:
    starts = [chapter.start for chapter in whole.chapters]
    # Of several chapters that start together, the last has the time until the next start.
    named = {start: f"Chapter {number}" for number, start in enumerate(starts) if start < whole.length}
    expected = {0: "Whole", **named}
    assert {each.start: each.title for each in stretches(whole)} == expected


@given(timelines())
def test_every_sound_and_every_event_is_in_one_part_at_its_place(whole: Timeline) -> None:
    parts, cut = split(whole), stretches(whole)
    again = [
        (replace(sound, start=stretch.start + sound.start), replace(event, start=0, end=event.end - event.start))
        for part, stretch in zip(parts, cut, strict=True)
        for sound, event in zip(part.sounds, part.events, strict=True)
    ]
    meant = [
        (sound, replace(event, start=0, end=event.end - event.start))
        for sound, event in zip(whole.sounds, whole.events, strict=True)
    ]
    assert again == meant
    for part in parts:
        for sound, event in zip(part.sounds, part.events, strict=True):
            assert (sound.start, sound.clip.identity) == (event.start, event.text)


@given(timelines())
def test_a_part_is_as_long_as_its_stretch_or_its_longest_sound(whole: Timeline) -> None:
    for part, stretch in zip(split(whole), stretches(whole), strict=True):
        rings = [sound.start + sound.clip.frames for sound in part.sounds]
        assert part.length == max([stretch.end - stretch.start, *rings])
        assert all(0 <= sound.start <= stretch.end - stretch.start for sound in part.sounds)
        assert (part.title, part.chapters) == (stretch.title, (Chapter(0, stretch.title),))


def test_the_parts_mixed_together_sound_like_the_whole() -> None:
    whole = replace(session(), chapters=(*session().chapters[:2], Chapter(310_000, "Bowl"), session().chapters[2]))
    parts = split(whole)
    # The bowl rings on into the next chapter.
    assert parts[1].length > 310_000 - 88_201
    heard = np.zeros(whole.length, np.float32)
    for part, stretch in zip(parts, stretches(whole), strict=True):
        heard[stretch.start : stretch.start + part.length] += mixed(part)
    assert np.allclose(heard, mixed(whole), atol=1e-6)


def test_each_part_has_the_bed() -> None:
    whole = session().over(bed("rain"), "rain")
    for part in split(whole):
        assert part.bed is whole.bed
        assert part.events[0] == Event(0, part.length, "bed", "rain")
        assert [event.kind for event in part.events].count("bed") == 1


def test_the_part_before_the_first_chapter_has_the_title_of_the_session() -> None:
    parts = split(timeline("Sit down.\n## Left\n[hold 3s]\n## Legs\n## Right\n[hold 4s | chime bowl at end]\n"))
    assert [part.title for part in parts] == ["Test", "Left", "Right"]
    assert [[event.kind for event in part.events] for part in parts] == [["speech"], ["hold"], ["hold", "chime"]]


def test_a_session_without_chapters_is_one_part() -> None:
    whole = replace(session(), chapters=())
    (part,) = split(whole)
    assert part == replace(whole, chapters=(Chapter(0, whole.title),))
    nothing = replace(whole, length=0, events=(), sounds=())
    assert stretches(nothing) == (Stretch(0, 0, whole.title),)
    assert [part.length for part in split(nothing)] == [0]
