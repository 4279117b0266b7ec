"""A bed under a session. Every test measures mixed samples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.sound.held import Held
from voiceguide.base.units import frames
from voiceguide.script.cues import Chime, Say, Script
from voiceguide.sound.audio import Samples
from voiceguide.sound.clip import End, Horizon, Placed
from voiceguide.sound.mixer import Mixer, mix
from voiceguide.timeline.placing import build

Gains = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Flat:
    """A bed whose samples are all 1, so that the mixed samples are its gain."""

    def samples(self, start: int, count: int) -> Samples:
        assert start >= 0
        return np.ones((count, 1), np.float32)


@dataclass(frozen=True, slots=True)
class Counting:
    """A bed in which every sample differs, so that a test notices a wrong one."""

    def samples(self, start: int, count: int) -> Samples:
        return (np.arange(start, start + count, dtype=np.float32) % 9973).reshape(-1, 1)


def silence(count: int) -> Held:
    return Held(np.zeros((count, 1), np.float32))


def words(start_ms: int, end_ms: int) -> Placed:
    return Placed(frames(start_ms), silence(frames(end_ms) - frames(start_ms)), speech=True)


def heard(placed: Iterable[Placed], length_ms: int) -> Gains:
    """Return the gain of the bed at every frame of a session."""
    return np.concatenate(list(mix(tuple(placed), frames(length_ms), bed=Flat())))[:, 0]


def db(gains: Gains, ms: float) -> float:
    return float(20 * np.log10(gains[round(ms * 44.1)]))


def test_a_bed_is_6_db_quieter_under_words_and_not_elsewhere() -> None:
    gains = heard([words(5000, 7000)], 15_000)
    for ms in (5000, 5001, 6000, 6999.9):
        assert db(gains, ms) == pytest.approx(-6, abs=0.01)
    for ms in (3001, 4000, 4799, 7801, 9000, 11_999):
        assert db(gains, ms) == pytest.approx(0, abs=0.01)


def test_a_bed_sinks_for_200_ms_before_words_and_rises_for_800_ms_after_evenly_in_db() -> None:
    gains = heard([words(5000, 7000)], 15_000)
    for ms, expected in ((4800, 0), (4850, -1.5), (4900, -3), (4950, -4.5), (5000, -6)):
        assert db(gains, ms) == pytest.approx(expected, abs=0.01)
    for ms, expected in ((7000, -6), (7200, -4.5), (7400, -3), (7600, -1.5), (7800, 0)):
        assert db(gains, ms) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("gap_ms", "stays_down"), [(0, True), (700, True), (1400, True), (1499, True), (1600, False)])
def test_a_bed_stays_quiet_in_a_short_gap(gap_ms: int, stays_down: bool) -> None:
    gains = heard([words(5000, 6000), words(6000 + gap_ms, 8000)], 15_000)
    between = gains[frames(6000) : frames(6000 + gap_ms)]
    if stays_down:
        assert np.allclose(between, 10 ** (-6 / 20))
    else:
        assert between.max() == 1


def test_a_bed_stays_quiet_under_words_that_overlap() -> None:
    gains = heard([words(5000, 9000), words(6000, 6500)], 15_000)
    assert np.allclose(gains[frames(5000) : frames(9000)], 10 ** (-6 / 20))
    assert db(gains, 9801) == pytest.approx(0, abs=0.01)


def test_a_bed_does_not_sink_under_a_chime() -> None:
    chime = Placed(frames(5000), silence(frames(2000)))
    assert (heard([chime], 15_000)[frames(3000) : frames(12_000)] == 1).all()


def test_a_bed_fades_in_and_out_over_3_s() -> None:
    gains = heard([], 15_000)
    assert gains[0] == 0
    assert gains[-1] == pytest.approx(0, abs=1e-6)
    rising, falling = gains[: frames(3000)], gains[-frames(3000) :]
    assert (np.diff(rising) >= 0).all()
    assert (np.diff(falling) <= 0).all()
    assert rising[frames(1500)] == pytest.approx(0.5, abs=0.001)
    assert falling[frames(1500)] == pytest.approx(0.5, abs=0.001)
    assert (gains[frames(3000) : frames(12_000)] == 1).all()


@pytest.mark.parametrize("length_ms", [0, 1, 150, 1000, 3000, 4000])
def test_a_session_shorter_than_its_fades_fades_in_and_out(length_ms: int) -> None:
    gains = np.concatenate([heard([], length_ms), [0]]) if length_ms else np.zeros(1)
    assert np.abs(np.diff(gains, prepend=0)).max() < 0.001
    assert gains.max(initial=0) <= 1


placements = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 3000)), max_size=6).map(
    lambda pairs: [words(start, start + length) for start, length in sorted(pairs)]
)


@settings(max_examples=30)
@given(placements, st.integers(1, 9000))
@example([words(0, 500)], 2000)
@example([words(100, 500), words(1999, 2500)], 6000)
def test_the_gain_of_a_bed_never_jumps(placed: list[Placed], length_ms: int) -> None:
    gains = np.concatenate([[0], heard(placed, length_ms), [0]])
    # The steepest slope allowed: a whole fade within the session's length, plus the ramp before words.
    steepest = np.pi / min(frames(length_ms), frames(3000)) + np.log(10) / 20 * 6 / frames(200)
    assert np.abs(np.diff(gains)).max() < 1.01 * steepest


@settings(max_examples=20)
@given(placements, st.integers(1, 7000), st.sampled_from([37, 1024, 8819, 8820, 8821]))
def test_the_block_size_changes_no_sample(placed: list[Placed], length_ms: int, block: int) -> None:
    length = frames(length_ms)
    whole = np.concatenate(list(mix(placed, length, length, bed=Counting())))
    assert len(whole) == length
    assert np.array_equal(np.concatenate(list(mix(placed, length, block, bed=Counting()))), whole)


def test_blocks_of_one_frame_change_no_sample() -> None:
    placed = [words(300, 600), words(2300, 2400)]
    whole = next(mix(placed, frames(2700), frames(2700), bed=Counting()))
    assert np.array_equal(np.concatenate(list(mix(placed, frames(2700), 1, bed=Counting()))), whole)


Coming = Placed | Horizon | End


@dataclass(slots=True)
class Live:
    """A stream of placed clips that records which items were asked for."""

    items: list[Coming]
    asked: list[Coming] = field(default_factory=list)

    def __iter__(self) -> Iterator[Coming]:
        for item in self.items:
            self.asked.append(item)
            yield item
        raise AssertionError("asked for more after the end")


def reach(item: Coming) -> int:
    """Return the frame before which everything is known once this item has arrived."""
    return item.start if isinstance(item, Placed) else item.frame


def arrivals(sentences: int, end_ms: int) -> list[Coming]:
    """Return two short sentences, then `sentences` of 3 s, one every 6 s, each after a `Horizon`, and then the end."""
    items: list[Coming] = [words(100, 800), Horizon(frames(1500)), words(1500, 2000)]
    for number in range(sentences):
        start = 3000 + 6000 * number
        items += [Horizon(frames(start)), words(start, start + 3000)]
    return [*items, End(frames(end_ms))]


@pytest.mark.parametrize("block", [37, 1764, 50_000])
def test_a_live_session_has_the_same_samples_as_a_file(block: int) -> None:
    items = arrivals(3, 20_000)
    whole = np.concatenate(list(mix([i for i in items if isinstance(i, Placed)], frames(20_000), bed=Counting())))
    mixer = Mixer(Live(items), Counting())
    mixed = [mixer.read(min(block, len(whole) - at)) for at in range(0, len(whole), block)]
    assert np.array_equal(np.concatenate(mixed), whole)


def test_a_bed_in_live_play_looks_ahead_as_little_as_it_can() -> None:
    live = Live(arrivals(4, 30_000)[1:])
    mixer = Mixer(live, Flat())
    mixer.read(frames(40))
    # The first sound does not wait for the words at 1.5 s.
    assert live.asked == [Horizon(frames(1500))]
    while mixer.position < frames(25_000):
        mixer.read(frames(40))
        known = max((reach(item) for item in live.asked[:-1]), default=0)
        # The last item was needed: without it, less than 2.5 s of the session were known.
        assert known < mixer.position + frames(2500)


def test_a_bed_in_live_play_waits_for_the_next_words_no_longer_than_it_must() -> None:
    live = Live([words(100, 1000), Horizon(frames(2600)), words(2600, 3000), End(frames(9000))])
    mixer = Mixer(live, Flat())
    mixer.read(frames(1000))
    mixer.read(frames(500))
    # After words the bed must know the next 1.5 s. A promise that no words start in them is enough.
    assert live.asked[-1] == Horizon(frames(2600))


def test_an_end_that_arrives_late_shortens_the_fade() -> None:
    # The last words are short, and the mixer learns only after them that nothing follows.
    items: list[Coming] = [words(100, 7000), Horizon(frames(8500)), words(8500, 8800), End(frames(8800))]
    mixer = Mixer(Live(items), Flat())
    gains = np.concatenate([mixer.read(frames(40)) for _ in range(230)])[:, 0]
    in_time = heard([item for item in items if isinstance(item, Placed)], 8800)
    assert gains[frames(5900)] == pytest.approx(10 ** (-6 / 20))
    assert in_time[frames(5900)] < gains[frames(5900)]
    assert np.abs(np.diff(gains)).max() < 0.001
    assert gains[frames(8790)] < 0.001
    assert not gains[frames(8800) :].any()


def test_a_stream_without_an_end_ends_with_its_last_clip() -> None:
    mixer = Mixer(iter([words(4000, 9000), words(5000, 6000)]), Flat())
    gains = mixer.read(frames(10_000))[:, 0]
    assert gains[frames(5999)] == pytest.approx(10 ** (-6 / 20))
    assert gains[frames(7500)] == pytest.approx(10 ** (-6 / 20) / 2, abs=0.001)
    assert not gains[frames(9000) :].any()


def test_a_mixer_without_a_bed_asks_for_no_item_early() -> None:
    live = Live([Horizon(100), Placed(100, silence(50)), Horizon(400), End(500)])
    mixer = Mixer(live)
    mixer.read(100)
    assert live.asked == [Horizon(100)]
    mixer.read(300)
    assert live.asked[-1] == Horizon(400)


def test_clips_and_bed_add_up() -> None:
    tone = Held(np.full((frames(1000), 1), 0.25, np.float32))
    mixed = np.concatenate(list(mix([Placed(frames(4000), tone)], frames(9000), bed=Counting())))[:, 0]
    bed = Counting().samples(0, frames(9000))[:, 0]
    assert np.array_equal(mixed[frames(3000) : frames(4000)], bed[frames(3000) : frames(4000)])
    assert np.array_equal(mixed[frames(4000) : frames(5000)], bed[frames(4000) : frames(5000)] + np.float32(0.25))
    assert np.array_equal(mixed[frames(5000) : frames(6000)], bed[frames(5000) : frames(6000)])


def test_the_placer_marks_words_as_speech_and_chimes_not() -> None:
    script = Script("Test", "en-US", (Chime("bell"), Say("Sit down.")))
    assert [sound.speech for sound in build(script, lambda _: silence(100)).sounds] == [False, True]
