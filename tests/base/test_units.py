"""Durations are read and printed exactly, and every text that is none says how to write it."""

from __future__ import annotations

import re
from fractions import Fraction
from math import floor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voiceguide.base.units import (
    DurationError,
    format_about,
    format_clock,
    format_duration,
    frames,
    milliseconds,
    parse_duration,
    parse_range,
    seconds,
    ticks,
)

READ = {
    "45s": 45_000,
    "2m": 120_000,
    "1m30s": 90_000,
    "1.5m": 90_000,
    "1h": 3_600_000,
    "1h2m3s4ms": 3_723_004,
    "250ms": 250,
    "0.5s": 500,
    "0s": 0,
    "1h90m": 9_000_000,
    "0.001s": 1,
    "0.0005s": None,
    "0.5ms": 1,
    "0.4ms": 0,
    "999999999h": 999_999_999 * 3_600_000,
}

# Wrong texts, each with the text to write instead.
MENDED = {
    "90": "add the unit: 90s for seconds, 90m for minutes",
    "012": "add the unit: 12s for seconds, 12m for minutes",
    "1:30": "write 1m30s for minutes and seconds",
    "1:05": "write 1m5s for minutes and seconds",
    "0:30": "write 30s for minutes and seconds",
    "1:30:00": "write 1h30m",
    "012s": "write 12s",
    "45 s": "write 45s",
    "45 Sec.": "write 45s",
    "45S": "write 45s",
    "2 min": "write 2m",
    "1 hour": "write 1h",
    "1h30": "write 1h30m",
    "1m30": "write 1m30s",
    "2 minutes and 30 seconds": "write 2m30s",
    "1,5m": "write 1.5m",
    ".5s": "write 0.5s",
    "1.s": "write 1s",
    "-5s": "write 5s",
    "[5s]": "write 5s",
    "30s-60s": "write 30s..60s",
    "30-60s": "write 30s..60s",
    "30 to 60 s": "write 30s..60s",
    "30s...60s": "write 30s..60s",
    "30..60s": "write 30s..60s",
    "60s..30s": "a range runs from short to long: write 30s..60s",
    "60-30s": "write a range like 30s..60s",
    "": "write it like 45s, 2m or 1m30s",
    "soon": "write it like 45s, 2m or 1m30s",
    "1.2345s": "write it like 45s, 2m or 1m30s",
    "9999999999s": "write it like 45s, 2m or 1m30s",
    "٣s": "write it like 45s, 2m or 1m30s",
    "1s ": "write 1s",
    "9" * 100_000: "write it like 45s, 2m or 1m30s",
}

lengths = st.integers(min_value=0, max_value=10**13)
rates = st.sampled_from((8_000, 16_000, 22_050, 44_100, 48_000))


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def read_or_hint(text: str) -> tuple[int, int, str]:
    try:
        return (*parse_range(text), "")
    except DurationError as wrong:
        return 0, 0, wrong.hint


@pytest.mark.parametrize(
    ("ms", "printed"),
    [
        (0, "5 seconds"),
        (12_499, "10 seconds"),
        (57_499, "55 seconds"),
        (59_999, "60 seconds"),
        (60_000, "1 minute"),
        (89_999, "1 minute"),
        (90_000, "2 minutes"),
        (1_024_900, "17 minutes"),
    ],
)
def test_a_guessed_length_has_no_digits_that_mean_nothing(ms: int, printed: str) -> None:
    assert format_about(ms) == printed


@pytest.mark.parametrize(("text", "ms"), [(text, ms) for text, ms in READ.items() if ms is not None])
def test_reads(text: str, ms: int) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize(("text", "hint"), MENDED.items(), ids=lambda text: text[:30])
def test_says_how_to_write_it(text: str, hint: str) -> None:
    with pytest.raises(DurationError) as caught:
        parse_range(text)
    assert (caught.value.text, caught.value.hint) == (text, hint)


@given(lengths)
def test_a_printed_duration_is_read_back(ms: int) -> None:
    assert parse_duration(format_duration(ms)) == ms


@given(lengths, lengths)
def test_a_range_is_read_back(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert parse_range(f"{format_duration(low)}..{format_duration(high)}") == (low, high)


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_a_range_never_runs_backwards(more: int, low: int) -> None:
    with pytest.raises(DurationError, match="is not a duration"):
        parse_range(f"{format_duration(low + more)}..{format_duration(low)}")


@given(st.text() | st.text("0123456789.:,-hms [](){}ecoindur"))
@example("..")
@example("1" * 5_000)
def test_any_other_text_gives_a_hint_that_can_be_followed(text: str) -> None:
    low, high, hint = read_or_hint(text)
    assert 0 <= low <= high
    for written in re.findall(r"[0-9][\w.]*", hint):
        parse_range(written)


@given(st.integers(min_value=-(10**12), max_value=10**12), rates)
def test_frames_round_half_up(ms: int, rate: int) -> None:
    assert frames(ms, rate) == half_up(Fraction(ms * rate, 1000))


@given(st.integers(min_value=0, max_value=10**12), rates)
def test_milliseconds_round_half_up(count: int, rate: int) -> None:
    assert milliseconds(count, rate) == half_up(Fraction(count * 1000, rate))


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from([1, 75, 100]), rates)
def test_ticks_round_half_up(count: int, per_second: int, rate: int) -> None:
    assert ticks(count, per_second, rate) == half_up(Fraction(count * per_second, rate))


@given(st.integers(min_value=0, max_value=10**9), rates)
def test_a_millisecond_survives_the_way_through_frames(ms: int, rate: int) -> None:
    assert milliseconds(frames(ms, rate), rate) == ms


def test_seconds_are_shown_to_the_microsecond() -> None:
    assert seconds(1) == 0.000023
    assert seconds(44_100 * 90) == 90.0


@pytest.mark.parametrize(
    ("ms", "clock"),
    [(-5, "0:00"), (0, "0:00"), (999, "0:00"), (65_000, "1:05"), (3_599_999, "59:59"), (3_729_000, "1:02:09")],
)
def test_clock(ms: int, clock: str) -> None:
    assert format_clock(ms) == clock
