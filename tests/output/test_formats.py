"""Which writer makes which file."""

from __future__ import annotations

from pathlib import Path

import pytest

from voiceguide.errors import UnknownName
from voiceguide.output import mp3, wav
from voiceguide.output.formats import WRITERS, writer_for


@pytest.mark.parametrize(
    ("name", "writer"),
    [
        ("a.mp3", mp3.write),
        ("a.MP3", mp3.write),
        ("a.b.wav", wav.write),
        (".mp3", mp3.write),
        ("a/b.c/d.wav", wav.write),
    ],
)
def test_the_ending_of_the_name_says_it(name: str, writer: object) -> None:
    assert writer_for(Path(name)) is writer


@pytest.mark.parametrize(
    ("name", "ending"), [("a.ogg", ".ogg"), ("song", "song"), ("a.mp3.part", ".part"), ("mp3", "mp3")]
)
def test_another_ending_gets_those_there_are(name: str, ending: str) -> None:
    with pytest.raises(UnknownName) as caught:
        writer_for(Path(name))
    assert (caught.value.kind, caught.value.name) == ("format", ending)
    assert set(caught.value.near) <= set(WRITERS)
    assert f"Name a file like {Path(name).stem}.mp3." in str(caught.value)
