"""Languages by three letters."""

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
def test_languages(tag: str, code: str) -> None:
    assert three_letters(tag) == code


@pytest.mark.parametrize("tag", ["", "xx", "e1", "日本語", "123", "-", "english"])
def test_what_is_no_language(tag: str) -> None:
    assert three_letters(tag) == UNKNOWN
