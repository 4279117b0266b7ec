"""Cutting text into lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.output.lines import clusters, wrapped

FAMILY = "👨\u200d👩\u200d👧"
WHOLE = [FAMILY, "👍🏽", "🇨🇭", "e\u0301", "❤\ufe0f", "क्\u200dष", "🏴\U000e0067\U000e0062\U000e007f"]

texts = st.lists(st.text("abcé合谷穴。", min_size=1, max_size=40)).map(" ".join)
widths = st.integers(1, 40)


@given(texts, widths)
def test_no_character_is_lost_and_no_line_is_too_long(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    # A full stop may not begin a line, so a line may be longer by its full stops.
    assert all(len(line) <= width or line.rstrip("。") != line for line in lines)
    assert all(line == line.strip() for line in lines)


@given(st.lists(st.text("abc", min_size=1, max_size=12)).map(" ".join), st.integers(12, 40))
def test_words_stay_whole_and_there_are_as_few_lines_as_possible(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert [word for line in lines for word in line.split()] == text.split()
    greedy, room = (1, width + 1) if text else (1, 0)
    for word in text.split():
        if len(word) + 1 > room:
            greedy, room = greedy + 1, width + 1
        room -= len(word) + 1
    assert len(lines) == greedy


def test_lines_are_about_equally_long() -> None:
    assert wrapped("A short acupressure session for sciatica.", 32) == ["A short acupressure", "session for sciatica."]


def test_chinese_is_not_cut_before_a_comma_or_full_stop() -> None:
    assert wrapped("按压合谷穴，保持三十秒。", 5) == ["按压合谷", "穴，保持三", "十秒。"]


@pytest.mark.parametrize("shown", WHOLE)
def test_a_visible_character_is_not_cut(shown: str) -> None:
    assert list(clusters(f"a{shown}b{shown}")) == ["a", shown, "b", shown]
    assert wrapped(shown * 3, len(shown)) == [shown] * 3


def test_flags_are_cut_in_pairs() -> None:
    assert list(clusters("🇨🇭🇩🇪🇯")) == ["🇨🇭", "🇩🇪", "🇯"]


@given(st.text())
def test_clusters_contain_the_whole_text(text: str) -> None:
    assert "".join(clusters(text)) == text
    assert all(clusters(text))
