"""The sentences that the program itself adds."""

from __future__ import annotations

import pytest

from voiceguide.script.wording import English, english_number, english_time, languages, wording


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (20, "twenty"),
        (45, "forty-five"),
        (100, "one hundred"),
        (101, "one hundred and one"),
        (999, "nine hundred and ninety-nine"),
        (1000, "1000"),
    ],
)
def test_numbers_are_written_in_words(number: int, words: str) -> None:
    assert english_number(number) == words


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "zero seconds"),
        (1_000, "one second"),
        (5_499, "five seconds"),
        (5_500, "six seconds"),
        (59_600, "one minute"),
        (90_000, "one minute and thirty seconds"),
        (3_600_000, "one hour"),
        (7_261_000, "two hours, one minute and one second"),
    ],
)
def test_times_are_written_in_words(ms: int, words: str) -> None:
    assert english_time(ms) == words


def test_a_heading_names_the_move_and_its_part() -> None:
    words = English()
    assert words.heading("Weizhong", "knee", "left") == "Weizhong, left knee"
    assert words.heading("Neck", "", "right") == "Neck, right side"
    assert words.heading("Baihui", "head", "") == "Baihui, head"
    assert words.heading("Shenshu", "", "both") == "Shenshu"


def test_a_single_move_has_no_number() -> None:
    assert English().arrive("Baihui", 1, 1) == "Baihui."


@pytest.mark.parametrize("tag", ["en", "en-GB", "EN", "de-DE", ""])
def test_english_replaces_languages_without_a_wording(tag: str) -> None:
    assert languages() == ("en",)
    assert isinstance(wording(tag), English)
