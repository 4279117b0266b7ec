"""The buffer: blocks in, any sizes out, the same bytes; and what it does when the sound is late, over or cut short."""

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
    """Whole numbers as a block of 16-bit sound."""
    return (np.asarray(numbers) / 32767).astype(np.float32).reshape(-1, 1)


def numbers(data: bytes) -> list[int]:
    return [int(number) for number in np.frombuffer(data, np.int16)]


sizes = st.lists(st.integers(1, 50), max_size=20)


@given(blocks=sizes, takes=sizes)
def test_what_goes_in_comes_out_whatever_the_sizes(blocks: list[int], takes: list[int]) -> None:
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


def test_late_sound_is_silence_and_counted() -> None:
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


def test_nothing_goes_in_after_the_end() -> None:
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
def test_a_full_buffer_that_ends_lets_go_of_who_waits(end: Callable[[Buffer], None]) -> None:
    buffer = Buffer(capacity=1)
    buffer.put(block([1]))
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(buffer.put(block([2]))), daemon=True)
    thread.start()
    end(buffer)
    thread.join(10)
    assert answers == [False]


def test_all_of_it_comes_at_once_though_it_holds_no_more_than_its_capacity() -> None:
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
def test_it_ends_softly(held: int) -> None:
    """From the sample that would have come next down to silence, without a step that could be heard as a click."""
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
        # A sine of this height and pitch moves by 400 from one sample to the next, and the fade takes from it.
        assert np.abs(np.diff(out[: end + 2])).max() <= 400 + 20_000 // end + 1
    assert buffer.drained


def test_ending_softly_twice_changes_nothing_more() -> None:
    buffer = Buffer()
    buffer.put(block([100] * FADE))
    buffer.end_softly()
    once = numbers(buffer.take(FADE // 2))
    buffer.end_softly()
    again = numbers(buffer.take(FADE))
    assert once == sorted(once, reverse=True)
    assert max(again) <= once[-1]
    assert sum(again[FADE // 2 :]) == 0


def test_waiting_ends_with_the_first_block_with_the_end_or_with_patience() -> None:
    buffer = Buffer()
    buffer.wait(0.01)
    threading.Timer(0.01, buffer.put, [block([1])]).start()
    buffer.wait(1000)
    assert numbers(buffer.take(1)) == [1]
    threading.Timer(0.01, buffer.end).start()
    buffer.wait(1000)
    assert buffer.drained
