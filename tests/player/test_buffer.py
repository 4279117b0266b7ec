"""The buffer: the same bytes for blocks and takes of any size; sound that is late, over or stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.player.buffer import CAPACITY, FADE, Buffer
from voiceguide.sound.audio import Samples


def block(numbers: npt.ArrayLike) -> Samples:
    """Return whole numbers as a block of 16-bit sound."""
    return (np.asarray(numbers) / 32767).astype(np.float32).reshape(-1, 1)


def numbers(data: bytes) -> list[int]:
    return [int(number) for number in np.frombuffer(data, np.int16)]


sizes = st.lists(st.integers(1, 50), max_size=20)


@given(blocks=sizes, takes=sizes)
def test_the_same_samples_come_out_for_any_sizes(blocks: list[int], takes: list[int]) -> None:
    buffer = Buffer()
    given_in = np.arange(1, sum(blocks) + 1)
    for part in np.split(given_in, np.cumsum(blocks)[:-1]) if blocks else []:
        buffer.put(block(part))
    buffer.end()
    out = [number for size in takes for number in numbers(buffer.take(size))]
    heard = min(len(given_in), sum(takes))
    assert out == [*given_in[:heard], *[0] * (sum(takes) - heard)]
    assert buffer.taken == heard
    assert buffer.missed == 0
    assert buffer.drained == (heard == len(given_in))


def test_late_sound_becomes_counted_silence() -> None:
    buffer = Buffer()
    buffer.put(block([1, 2]))
    assert numbers(buffer.take(5)) == [1, 2, 0, 0, 0]
    assert numbers(buffer.take(1)) == [0]
    buffer.put(block([3]))
    assert numbers(buffer.take(1)) == [3]
    assert (buffer.taken, buffer.missed) == (3, 4)
    assert not buffer.drained


def test_silence_after_the_end_is_not_missed() -> None:
    buffer = Buffer()
    buffer.put(block([1]))
    buffer.end()
    assert numbers(buffer.take(3)) == [1, 0, 0]
    assert (buffer.taken, buffer.missed) == (1, 0)
    assert buffer.drained


def test_a_block_after_the_end_is_refused() -> None:
    buffer = Buffer()
    buffer.end()
    assert not buffer.put(block([1]))
    assert numbers(buffer.take(1)) == [0]


def test_a_full_buffer_waits_until_something_is_taken() -> None:
    buffer = Buffer(capacity=2)
    buffer.put(block([1, 2]))
    thread = threading.Thread(target=buffer.put, args=[block([3])], daemon=True)
    thread.start()
    thread.join(0.05)
    assert thread.is_alive()
    buffer.take(1)
    thread.join(10)
    assert not thread.is_alive()
    assert numbers(buffer.take(2)) == [2, 3]


@pytest.mark.parametrize("end", [Buffer.end, Buffer.end_softly])
def test_the_end_of_a_full_buffer_releases_a_waiting_put(end: Callable[[Buffer], None]) -> None:
    buffer = Buffer(capacity=1)
    buffer.put(block([1]))
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(buffer.put(block([2]))), daemon=True)
    thread.start()
    end(buffer)
    thread.join(10)
    assert answers == [False]


def test_take_all_returns_more_than_the_capacity() -> None:
    buffer = Buffer(capacity=1)

    def fill() -> None:
        for number in range(1, 101):
            assert buffer.put(block([number]))
        buffer.end()

    threading.Thread(target=fill, daemon=True).start()
    assert numbers(buffer.take_all()) == [*range(1, 101)]
    assert buffer.taken == 100
    assert buffer.drained


@pytest.mark.parametrize("held", [0, 1, FADE // 3, FADE, CAPACITY])
def test_a_soft_end_is_a_fade_without_a_click(held: int) -> None:
    buffer = Buffer()
    tone = np.round(20_000 * np.sin(np.arange(held + 10) / 50))
    buffer.put(block(tone))
    before = numbers(buffer.take(10))[-1]
    buffer.end_softly()
    end = min(held, FADE)
    out = np.array([before, *numbers(buffer.take(CAPACITY))])
    assert np.abs(out[1 : end + 1]).max(initial=0) <= 20_000
    assert not out[end + 1 :].any()
    if end > 1:
        # This sine changes by at most 400 from one sample to the next, and the fade adds a little.
        assert np.abs(np.diff(out[: end + 2])).max() <= 400 + 20_000 // end + 1
    assert buffer.drained


def test_a_second_soft_end_makes_the_sound_no_louder() -> None:
    buffer = Buffer()
    buffer.put(block([100] * FADE))
    buffer.end_softly()
    once = numbers(buffer.take(FADE // 2))
    buffer.end_softly()
    again = numbers(buffer.take(FADE))
    assert once == sorted(once, reverse=True)
    assert max(again) <= once[-1]
    assert sum(again[FADE // 2 :]) == 0


def test_a_wait_ends_with_the_first_block_with_the_end_or_after_its_time() -> None:
    buffer = Buffer()
    buffer.wait(0.01)
    threading.Timer(0.01, buffer.put, [block([1])]).start()
    buffer.wait(1000)
    assert numbers(buffer.take(1)) == [1]
    threading.Timer(0.01, buffer.end).start()
    buffer.wait(1000)
    assert buffer.drained
