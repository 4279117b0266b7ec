"""Text of others is shown as it is where it is harmless, and as escapes where it steers a terminal or hides."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.base.shown import json_shown, pieces, shown, shown_lines

HARMLESS = [
    "Weizhong, left knee – 30 s…",
    "委中、左膝の裏側にあるツボ",
    "Étirements\u00a0: genoux",
    "👩‍👩‍👧 Warm-up 👍🏽 ✌️❤️ 🇩🇪 1️⃣ ℹ️",
    "👨🏽‍🤝‍👨🏿 ❤️‍🔥 🏳️‍🌈 🙂‍↔️",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "می\u200cخواهم",
    "क\u094d\u200dष র\u200d\u09cdয",
    "葛\U000e0100飾区",
    "שלום",
]

MADE_VISIBLE = [
    ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
    ("a\rb\nc\td\x00\x7f", r"a\rb\nc\td\x00\x7f"),
    ("\x9b2J", r"\x9b2J"),
    ("Calm \u202egnp.exe\u2066", r"Calm \u202egnp.exe\u2066"),
    ("\u061c\u200e\u200f\u2069", r"\u061c\u200e\u200f\u2069"),
    ("sci\u200batica\ufeff\u2060", r"sci\u200batica\ufeff\u2060"),
    ("a\u2028b\u2029", r"a\u2028b\u2029"),
    ("pl\u200cay pl\u200day \u200d", r"pl\u200cay pl\u200day \u200d"),
    ("می\u200c\u200cخواهم", "می\u200c" + r"\u200cخواهم"),
    ("👩\u200d\u200d👧", r"👩\u200d\u200d👧"),
    ("a\ufe0f ❤\ufe0f\ufe0f", "a" + r"\ufe0f ❤" + "\ufe0f" + r"\ufe0f"),
    ("x\U000e0061", r"x\U000e0061"),
    ("\u3164\u115f\u034f", r"\u3164\u115f\u034f"),
    ("caf\udce9", r"caf\xe9"),
    ("\ud83d", r"\ud83d"),
]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_text_stays(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(("text", "expected"), MADE_VISIBLE, ids=[expected for _, expected in MADE_VISIBLE])
def test_a_control_or_invisible_character_becomes_an_escape(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_a_soft_hyphen_within_a_word_is_no_part_of_what_is_read() -> None:
    assert shown("Rück\xaden") == "Rücken"
    assert shown("\xadRücken \xad") == r"\xadRücken \xad"


def test_in_a_text_of_several_lines_their_ends_and_tabs_stay() -> None:
    assert shown_lines("a\tb\x1b\r\nc\u202e\n") == "a\tb" + r"\x1b\r" + "\n" + r"c\u202e" + "\n"


@given(st.text(st.characters()))
def test_no_control_character_is_left(text: str) -> None:
    once = shown(text)
    assert not {unicodedata.category(char) for char in once} & {"Cc", "Cs", "Zl", "Zp"}
    assert not [char for char in once if unicodedata.bidirectional(char) in _STEERS]
    assert shown(once) == once
    assert "".join(pieces(text)) == once


_STEERS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(st.recursive(st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)))
def test_json_keeps_its_value(value: object) -> None:
    made = json_shown(json.dumps(value, ensure_ascii=False, indent=2))
    assert json.loads(made) == value
    assert shown_lines(made) == made


def test_json_keeps_bytes_that_are_no_text() -> None:
    assert json_shown('["caf\udce9\u202e"]') == r'["caf\udce9\u202e"]'


def test_a_long_text_of_such_characters_takes_no_long_time() -> None:
    assert shown("\U000e0061" * 100_000) == r"\U000e0061" * 100_000
