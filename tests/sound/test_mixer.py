"""Mixing placed clips: every block size gives the same samples, and a block asks for no more clips than it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sound.held import Held, clip, noise
from voiceguide.sound.audio import Samples
from voiceguide.sound.clip import Horizon, Placed
from voiceguide.sound.mixer import Mixer, mix


def mixed(placed: Iterable[Placed], length: int, block: int) -> Samples:
    blocks = list(mix(placed, length, block))
    assert all(len(each) == block for each in blocks[:-1])
    return np.concatenate(blocks) if blocks else np.zeros((0, 1), np.float32)


@st.composite
def sessions(draw: st.DrawFn) -> tuple[list[Placed], int]:
    starts = sorted(draw(st.lists(st.integers(0, 3000), max_size=8)))
    placed = [Placed(start, noise(draw(st.integers(0, 2500)), seed)) for seed, start in enumerate(starts)]
    return placed, draw(st.integers(0, 4000))


@given(sessions())
def test_the_block_size_changes_no_sample(session: tuple[list[Placed], int]) -> None:
    placed, length = session
    expected = np.zeros((length, 1), np.float32)
    for each in placed:
        heard = expected[each.start : each.start + each.clip.frames]
        heard += each.clip.samples()[: len(heard)]
    for block in (1, 37, 1024, max(length, 1)):
        assert np.array_equal(mixed(placed, length, block), expected)


def test_clips_that_overlap_add_up() -> None:
    placed = [Placed(1, clip(0.1, 0.2, 0.3)), Placed(2, clip(0.5, 0.5)), Placed(2, clip(-0.25))]
    assert mixed(placed, 6, 2)[:, 0] == pytest.approx([0, 0.1, 0.45, 0.8, 0, 0])


def test_a_clip_past_the_end_is_cut() -> None:
    assert mixed([Placed(1, clip(1, 2, 3)), Placed(9, clip(4))], 3, 8)[:, 0].tolist() == [0, 1, 2]


def test_silence_follows_the_last_clip() -> None:
    mixer = Mixer([Placed(0, clip(1))])
    assert mixer.read(2)[:, 0].tolist() == [1, 0]
    assert mixer.read(3)[:, 0].tolist() == [0, 0, 0]
    assert mixer.position == 5


def guarded(*items: Placed | Horizon) -> Iterator[Placed | Horizon]:
    """Yield the items, and fail the test if the mixer asks for one more."""
    yield from items
    raise AssertionError("asked for more than the block needs")


@pytest.mark.parametrize(
    "items",
    [
        (Horizon(10),),
        (Horizon(3), Horizon(11)),
        (Placed(10, clip(1)),),
        (Horizon(0), Placed(4, clip(1)), Horizon(10)),
        (Placed(4, clip(1)), Placed(4, clip(1)), Placed(12, clip(1))),
    ],
)
def test_a_block_does_not_wait_for_a_clip_that_starts_after_it(items: tuple[Placed | Horizon, ...]) -> None:
    block = Mixer(guarded(*items)).read(10)
    starts_at_4 = sum(isinstance(item, Placed) and item.start == 4 for item in items)
    assert block[:, 0].tolist() == [starts_at_4 if frame == 4 else 0 for frame in range(10)]


@pytest.mark.parametrize("items", [(), (Horizon(9),), (Placed(4, clip(1)),), (Placed(4, clip(1)), Horizon(9))])
def test_a_block_waits_for_every_clip_that_could_start_in_it(items: tuple[Placed | Horizon, ...]) -> None:
    with pytest.raises(AssertionError, match="asked for more"):
        Mixer(guarded(*items)).read(10)


def test_a_clip_fetched_early_is_kept_for_its_block() -> None:
    mixer = Mixer(guarded(Placed(12, clip(7)), Horizon(20)))
    assert not mixer.read(10).any()
    assert mixer.read(10)[:, 0].tolist() == [0, 0, 7, 0, 0, 0, 0, 0, 0, 0]


def test_samples_are_fetched_only_when_they_are_due() -> None:
    class Watched(Held):
        asked = 0

        def samples(self) -> Samples:
            Watched.asked += 1
            return Held.samples(self)

    mixer = Mixer([Placed(0, Watched(clip(1).held)), Placed(10, Watched(clip(1).held))])
    mixer.read(10)
    assert Watched.asked == 1
    mixer.read(1)
    assert Watched.asked == 2
