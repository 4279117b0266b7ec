"""Which writer makes which file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import require_command
from voiceguide.base.errors import UnknownName
from voiceguide.output import ffmpeg, wav
from voiceguide.output.formats import FORMATS, SIDECARS, ending_of, format_for, sidecar_endings
from voiceguide.output.mp3 import writer as mp3
from voiceguide.output.sidecars import json_chapters, transcript


@pytest.mark.parametrize(
    ("name", "writer"),
    [
        ("a.mp3", mp3.__name__),
        ("a.MP3", mp3.__name__),
        ("a.b.wav", wav.__name__),
        (".mp3", mp3.__name__),
        ("a/b.c/d.wav", wav.__name__),
        ("a.mp3.Chapters.JSON", json_chapters.__name__),
        (".chapters.json", json_chapters.__name__),
        ("my chapters.txt", transcript.__name__),
    ],
)
def test_the_ending_of_the_name_says_it(name: str, writer: str) -> None:
    assert format_for(Path(name)).module == writer


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.Chapters.Json", ".Chapters.Json"), ("a.chapters.mp3", ".mp3"), ("a.json", ".json"), ("a", "a")],
)
def test_an_ending_is_as_it_was_written(name: str, ending: str) -> None:
    assert ending_of(Path(name)) == ending


def test_extra_files_come_once_and_in_order() -> None:
    assert sidecar_endings(["vtt", "chapters", "vtt"]) == (".vtt", ".chapters.json")
    assert set(SIDECARS.values()) <= set(FORMATS)


def test_files_of_words_need_no_numpy() -> None:
    modules = ", ".join(FORMATS[ending].module for ending in SIDECARS.values())
    code = f"import sys, voiceguide.app.exporting, {modules}; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("name", ["a.ogg", "a.AIFF", ".mka"])
def test_other_endings_that_ffmpeg_knows_are_written_by_ffmpeg(name: str) -> None:
    require_command("ffmpeg")
    assert format_for(Path(name)).module == ffmpeg.__name__


@pytest.mark.parametrize(
    ("name", "ending"), [("a.mpp3", ".mpp3"), ("song", "song"), ("a.mp3.part", ".part"), ("mp3", "mp3")]
)
def test_another_ending_gets_those_there_are(name: str, ending: str) -> None:
    require_command("ffmpeg", "it is asked about endings")
    with pytest.raises(UnknownName) as caught:
        format_for(Path(name))
    assert (caught.value.kind, caught.value.name) == ("format", ending)
    assert set(caught.value.near) <= set(FORMATS)
    assert f"Name a file like {Path(name).stem}.mp3." in str(caught.value)
