"""Language codes of three letters."""

from __future__ import annotations

import pytest

from voiceguide.output.languages import UNKNOWN, three_letters


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en-US", "eng"),
        ("de-AT", "deu"),
        ("EN", "eng"),
        ("zh-Hans-CN", "zho"),
        ("sr", "srp"),
        ("sw-KE", "swa"),
        ("uk", "ukr"),
        ("yue", "yue"),
        ("tlh-Latn", "tlh"),
    ],
)
def test_a_language_tag_gives_three_letters(tag: str, code: str) -> None:
    assert three_letters(tag) == code


@pytest.mark.parametrize("tag", ["", "xx", "e1", "日本語", "123", "-", "english"])
def test_a_tag_without_a_language_is_unknown(tag: str) -> None:
    assert three_letters(tag) == UNKNOWN
