"""File names that every system takes."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voiceguide.output.names import LONGEST, is_numbered, numbered, safe_name

AWKWARD = st.text('<>:"/\\|?*. \x00\x1f\x7f\u202e\u2028\ud800aA1éE\u0301合👩\u200d👧🏽', max_size=200)
titles = st.lists(AWKWARD | st.text(max_size=60) | st.sampled_from(["CON", "nul", "Aux.txt", "lpt1", "Rest", "REST"]))

MADE_SAFE = {
    "Hegu, left hand": "Hegu, left hand",
    "Left/right": "Left right",
    'What? *Now*: "go"': "What Now go",
    "合谷 🖐": "合谷 🖐",
    "e\u0301": "é",
    "...": "",
    "  Rest. . ": "Rest",
    "con": "_con",
    "NUL.old": "_NUL.old",
    "com1 .txt": "_com1 .txt",
    "Console": "Console",
    "tab\tand\nline": "tab and line",
    "gpj\u202e.exe": "gpj .exe",
}


@pytest.mark.parametrize(("text", "name"), MADE_SAFE.items())
def test_characters_with_a_meaning_for_a_system_are_removed(text: str, name: str) -> None:
    assert safe_name(text) == name


@given(titles)
@example([""])
@example(["Rest"] * 120)
def test_names_are_valid_everywhere_and_in_order(titles: list[str]) -> None:
    names = numbered(titles)
    assert len(names) == len(titles)
    assert sorted(names) == names
    assert len({unicodedata.normalize("NFD", name).casefold() for name in names}) == len(names)
    for number, name in enumerate(names, 1):
        assert is_numbered(f"{name}.mp3", number)
        assert not is_numbered(f"{name}.mp3", number + 1)
        assert int(re.match("[0-9]+", name)[0]) == number  # type: ignore[index]  # it begins with a number
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f]', name)
        assert not name.endswith((" ", "."))
        assert 2 <= len(name.encode()) <= LONGEST
        assert unicodedata.is_normalized("NFC", name)


@given(AWKWARD | st.text())
def test_a_name_is_safe_already(text: str) -> None:
    assert safe_name(safe_name(text)) == safe_name(text)
    assert not safe_name(text).startswith(".")


def test_a_long_name_is_cut_between_characters() -> None:
    assert safe_name("合" * 100) == "合" * (LONGEST // 3)
    family = "👨\u200d👩\u200d👧"
    assert safe_name(family * 20) == family * (LONGEST // len(family.encode()))
    assert safe_name("n" * LONGEST) == "n" * LONGEST


@given(titles)
def test_this_system_takes_them(tmp_path_factory: pytest.TempPathFactory, titles: list[str]) -> None:
    folder = tmp_path_factory.mktemp("names")
    for name in numbered(titles):
        (folder / f"{name}.chapters.json").touch()
    assert sorted(path.name for path in Path(folder).iterdir()) == [
        f"{each}.chapters.json" for each in numbered(titles)
    ]
