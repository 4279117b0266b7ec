"""Every cue at its exact frame."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.timeline.blanks import Blank, script, second_per_word, timeline
from voiceguide.base.source import Span
from voiceguide.base.units import RATE, frames, seconds
from voiceguide.script.cues import Anchor, Chime, Cue, Hold, Mark, Pause, Say, Script
from voiceguide.script.text import read_script
from voiceguide.sound.clip import Horizon, Placed
from voiceguide.timeline.estimate import estimate
from voiceguide.timeline.model import Chapter, Event, Timeline
from voiceguide.timeline.placing import GAP_MS, Arrival, build, collect, place

# Here a word takes 1 s and a breath 0.7 s. A bell takes 1.8 s, and the next cue waits for 1.5 s of them.
EXAMPLES = {
    "a breath between sentences": """
        One two. Three.
        -> 0-2 speech One two. | 2.7-3.7 speech Three.""",
    "an exact pause instead of it": """
        One. [4s] Two.
        -> 0-1 speech One. | 1-5 pause | 5-6 speech Two.""",
    "pauses one after another": """
        [pause 1s]
        [pause 0.5s]
        -> 0-1 pause | 1-1.5 pause""",
    "words after a chime, before its tail is over": """
        [chime bell]
        One.
        -> 0-1.8 chime bell | 1.5-2.5 speech One.""",
    "a breath before a chime and before a hold": """
        One.
        [chime wood]
        Two.
        [hold 10s]
        -> 0-1 speech One. | 1.7-2 chime wood | 2-3 speech Two. | 3.7-13.7 hold""",
    "words right after a hold": """
        [hold 3s]
        One.
        -> 0-3 hold | 3-4 speech One.""",
    "cues of a hold at their moments": """
        [hold 20s | chime wood at start | "Half." at half | "Five." at -5s | "6." at 1/4+1s | "Two." at 2s]
        -> 0-20 hold | 0-0.3 chime wood | 2-3 speech Two. | 6-7 speech 6. | 10-11 speech Half. | 15-16 speech Five.""",
    "cues at one moment follow each other": """
        [hold 20s | "One." at 1s | "Two." at 1s | pause 2s at 1s | chime wood at 1s | "Three." at 1s]
        -> 0-20 hold | 1-2 speech One. | 2.7-3.7 speech Two. | 5.7-6 chime wood | 6-7 speech Three.""",
    "what follows a hold waits for the cues at its end": """
        [hold 5s | chime bell at end | "One." at end]
        Two.
        -> 0-5 hold | 5-6.8 chime bell | 6.5-7.5 speech One. | 8.2-9.2 speech Two.""",
    "a chime rings on past the end of a hold": """
        [hold 5s | chime bell at -1s]
        One.
        -> 0-5 hold | 4-5.8 chime bell | 5-6 speech One.""",
    "a tail that outlasts the last cue": """
        [chime bell]
        -> 0-1.8 chime bell""",
}


def drawn(result: Timeline) -> list[str]:
    return [
        f"{seconds(event.start):g}-{seconds(event.end):g} {event.kind} {event.text}".rstrip() for event in result.events
    ]


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_each_example_has_its_expected_times(example: str) -> None:
    text, expected = example.split("->")
    result = timeline(text)
    assert drawn(result) == [line.strip() for line in expected.split("|")]
    assert result.length == max(event.end for event in result.events)
    assert not result.problems


def test_a_chapter_starts_where_its_first_sound_does() -> None:
    result = timeline("## One\nFirst.\n## Two\nSecond.\n## Three\n[pause 1s]\n## Four\n")
    assert [(seconds(each.start), each.title) for each in result.chapters] == [
        (0, "One"),
        (1.7, "Two"),
        (3.4, "Three"),
    ]


def test_an_event_has_the_move_side_and_role_of_its_cue() -> None:
    say = Say("One.", "where", "BL40", "left")
    result = build(Script("T", "en-US", (Hold(5000, ((Anchor(Fraction(0)), say),), "BL40", "left"),)), second_per_word)
    assert result.events == (
        Event(0, 5 * RATE, "hold", "", "BL40", "left"),
        Event(0, RATE, "speech", "One.", "BL40", "left", "where"),
    )


# A cue that does not fit is left out and reported with its place; every other cue stays where it was.
# Each row: the hold, the cue in it that does not fit, and the message.
MISFITS = [
    (
        '[hold 2s | "One two three." at start]',
        '"One two three."',
        (
            "“One two three.” takes 3s, but its 2s hold leaves 2s for it "
            "(shorten the words, or lengthen the hold by at least 1s)"
        ),
    ),
    (
        '[hold 20s | "One two." at 5s | chime wood at 6.5s]',
        '"One two."',
        (
            "“One two.” takes 2s, but its 20s hold leaves 1.5s for it "
            "(shorten the words, or lengthen the hold by at least 0.5s)"
        ),
    ),
    (
        '[hold 5s | "One two." at 1s | "Two three." at 1s]',
        '"Two three."',
        (
            "“Two three.” takes 2s, but its 5s hold leaves 1.3s for it "
            "(shorten the words, or lengthen the hold by at least 0.7s)"
        ),
    ),
    (
        '[hold 3s | pause 4s at 1s | "One." at 1s]',
        '"One."',
        "“One.” takes 1s, but its 3s hold leaves 0s for it (shorten the words, or lengthen the hold by at least 3s)",
    ),
    (
        "[hold 3s | pause 4s at 1s | chime wood at 1s | chime bell at end]",
        "chime wood",
        "the chime wood comes 2s too late in its 3s hold (shorten what comes before it)",
    ),
    (
        '[hold 4s | "One." at -5s]',
        '"One."',
        "a cue lies 1s before the start of its 4s hold (move it inside, or lengthen the hold)",
    ),
    (
        '[hold 4s | "One." at 5s]',
        '"One."',
        "a cue lies 1s after the end of its 4s hold (move it inside, or lengthen the hold)",
    ),
]


@pytest.mark.parametrize(("text", "misfit", "complaint"), MISFITS)
def test_a_cue_that_does_not_fit_is_reported_with_its_place(text: str, misfit: str, complaint: str) -> None:
    result = timeline(f"Before.\n{text}\nAfter.\n")
    column = text.index(misfit) + 1
    assert [str(problem) for problem in result.problems] == [f"test.md:3:{column}: {complaint}"]
    hold = next(event for event in result.events if event.kind == "hold")
    after = result.events[-1]
    wait = 1.5 if "bell at end" in text else 0
    assert (after.text, seconds(after.start - hold.end)) == ("After.", wait)


@pytest.mark.parametrize(("longer", "fits"), [(0, True), (1, False)])
def test_words_may_last_until_the_last_frame_before_the_next_cue(longer: int, fits: bool) -> None:
    result = build(script('[hold 2s | "One." at start | chime wood at half]'), lambda _: Blank(RATE + longer))
    assert bool(result.problems) is not fits
    assert ("speech" in [event.kind for event in result.events]) is fits


def test_a_cue_without_a_place_is_reported_at_the_place_of_its_hold() -> None:
    hold = Hold(500, ((Anchor(Fraction(0)), Say("One.")),), span=Span("a.yaml", 7, 3))
    without = replace(hold, span=None)
    problems = build(Script("T", "en-US", (hold, without)), second_per_word).problems
    assert [problem.span for problem in problems] == [Span("a.yaml", 7, 3), Span("T", 1, 1)]


# Scripts of any shape. Every sentence differs, so that its event can be found.
milliseconds = st.integers(1, 30_000)
anchors = st.builds(Anchor, st.sampled_from([Fraction(part) for part in ("0", "1/3", "1/2", "1")]), st.just(0)) | (
    st.builds(Anchor, st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 2)]), st.integers(-9000, 9000))
)


def inner(number: int) -> st.SearchStrategy[Say | Chime | Pause]:
    words = st.integers(1, 12_000).map(lambda ms: Say(f"{number} {ms}"))
    return words | words | st.builds(Chime, st.sampled_from(["bell", "bowl", "wood"])) | st.builds(Pause, milliseconds)


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    cues: list[Cue] = []
    for number in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(["mark", "hold", "cue", "cue"]))
        if kind == "mark":
            cues.append(Mark(f"Chapter {number}"))
        elif kind == "hold":
            inside = [(draw(anchors), draw(inner(100 * number + each))) for each in range(draw(st.integers(0, 5)))]
            cues.append(Hold(draw(milliseconds), tuple(inside)))
        else:
            cues.append(draw(inner(100 * number)))
    return Script("Any", "en-US", tuple(cues))


def spoken(say: Say) -> Blank:
    """Return a clip of as many milliseconds as the second word of the sentence says."""
    return Blank(frames(int(say.text.split()[1])))


def moment(hold: Hold, anchor: Anchor) -> int:
    return anchor.at(frames(hold.ms), frames(anchor.offset_ms))


@given(scripts())
def test_pauses_and_holds_last_exactly(any_script: Script) -> None:
    result = build(any_script, spoken)
    pauses = Counter(frames(cue.ms) for cue in any_script.cues if isinstance(cue, Pause))
    for hold in (cue for cue in any_script.cues if isinstance(cue, Hold)):
        pauses += Counter(
            frames(cue.ms)
            for anchor, cue in hold.cues
            if isinstance(cue, Pause) and moment(hold, anchor) == frames(hold.ms)
        )
    lengths = {
        kind: [each.end - each.start for each in result.events if each.kind == kind] for kind in ("pause", "hold")
    }
    assert Counter(lengths["pause"]) == pauses
    assert lengths["hold"] == [frames(cue.ms) for cue in any_script.cues if isinstance(cue, Hold)]


@given(scripts())
def test_the_first_words_at_a_moment_start_at_its_frame(any_script: Script) -> None:
    result = build(any_script, spoken)
    at = {event.text: event.start for event in result.events if event.kind == "speech"}
    starts = iter([event.start for event in result.events if event.kind == "hold"])
    for hold in (cue for cue in any_script.cues if isinstance(cue, Hold)):
        start = next(starts)
        firsts = {moment(hold, anchor): cue for anchor, cue in reversed(hold.cues)}
        for frame, cue in firsts.items():
            if isinstance(cue, Say) and cue.text in at:
                assert at[cue.text] == start + frame


@given(scripts())
def test_events_sounds_and_chapters_are_in_order_and_no_words_overlap(any_script: Script) -> None:
    result = build(any_script, spoken)
    for things in (result.events, result.sounds, result.chapters):
        starts = [each.start for each in things]
        assert starts == sorted(starts)
        assert all(0 <= start <= result.length for start in starts)
    speech = [event for event in result.events if event.kind == "speech"]
    assert all(before.end <= after.start for before, after in pairwise(speech))
    ends = [event.end for event in result.events]
    # A chapter without length at the end is left out, but not the breath before it.
    breath = frames(700) if any_script.cues and isinstance(any_script.cues[-1], Mark) else 0
    assert 0 <= result.length - max(ends, default=0) <= breath
    heard = [(event.start, event.end - event.start) for event in result.events if event.kind in ("speech", "chime")]
    assert heard == [(each.start, each.clip.frames) for each in result.sounds]
    titles = [cue.title for cue in any_script.cues if isinstance(cue, Mark)]
    assert [chapter.title for chapter in result.chapters] == [
        title for title in titles if title in {chapter.title for chapter in result.chapters}
    ]
    assert all(chapter.start < end for chapter, end in zip(result.chapters, result.chapter_ends(), strict=True))


@given(scripts())
def test_a_breath_separates_two_sentences(any_script: Script) -> None:
    at = {event.text: event for event in build(any_script, spoken).events if event.kind == "speech"}
    for before, after in pairwise(any_script.cues):
        if isinstance(before, Say) and isinstance(after, Say):
            assert at[after.text].start - at[before.text].end == frames(GAP_MS)


@given(scripts())
def test_every_sentence_is_spoken_or_reported_and_a_missing_one_shifts_no_other(any_script: Script) -> None:
    result = build(any_script, spoken)
    # A chime that came too late may fit once the words after it are left out.
    assume(not any("too late" in problem.message for problem in result.problems))
    heard = {event.text for event in result.events}
    kept: list[Cue] = []
    left_out = 0
    for cue in any_script.cues:
        if isinstance(cue, Hold):
            inside = [(a, c) for a, c in cue.cues if not isinstance(c, Say) or c.text in heard]
            left_out += len(cue.cues) - len(inside)
            cue = replace(cue, cues=tuple(inside))
        assert not isinstance(cue, Say) or cue.text in heard
        kept.append(cue)
    assert bool(result.problems) >= bool(left_out)
    again = build(replace(any_script, cues=tuple(kept)), spoken)
    assert again.events == result.events
    assert not [problem for problem in again.problems if "takes" in problem.message]


@given(scripts())
def test_no_item_in_a_stream_starts_before_the_promised_frame(any_script: Script) -> None:
    given: list[Arrival] = []

    def clip_for(say: Say) -> Blank:
        assert isinstance(given[-1], Horizon), "a wait without a Horizon before it"
        return spoken(say)

    def stream() -> Iterator[Arrival]:
        for arrival in place(any_script, clip_for):
            given.append(arrival)
            yield arrival

    assert collect(any_script, stream()) == build(any_script, spoken)
    promised = latest = 0
    for arrival in given:
        match arrival:
            case Horizon(frame):
                promised = max(promised, frame)
            case Event() | Chapter() | Placed():
                assert arrival.start >= max(promised, latest)
                latest = arrival.start


def test_a_horizon_before_words_is_the_frame_of_the_words() -> None:
    arrivals = place(script("One.\n[pause 5s]\nTwo.\n"), second_per_word)
    before_two = [each for each in arrivals if isinstance(each, Horizon)][-1]
    assert before_two == Horizon(6 * RATE)


def test_the_first_sound_does_not_wait_for_words() -> None:
    def clip_for(say: Say) -> Blank:
        raise AssertionError(f"waited for {say.text}")

    arrivals = place(script("## Start\n[chime bell]\nOne.\n"), clip_for)
    first_sound = next(each for each in arrivals if isinstance(each, Placed))
    assert first_sound.start == 0
    with pytest.raises(AssertionError, match=re.escape("waited for One.")):
        list(arrivals)


def test_a_chapter_without_length_is_left_out() -> None:
    text = "# S\n## First\n## Second\nOne.\n## Third\n## Fourth\n[pause 1s]\n## Last\n"
    read, problems = read_script(text, "s.md")
    assert read
    assert not problems
    found = estimate(read)
    assert [chapter.title for chapter in found.chapters] == ["Second", "Fourth"]
    assert all(chapter.start < end for chapter, end in zip(found.chapters, found.chapter_ends(), strict=True))
