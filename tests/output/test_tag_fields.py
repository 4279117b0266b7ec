"""The fields of tags, and their names in each container."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import pytest

from tests.output.sessions import TITLE, export_options, session
from voiceguide import __version__
from voiceguide.output.options import About, ExportOptions
from voiceguide.output.sidecars.lrc import lrc
from voiceguide.output.tag_fields import FIELDS, Container, TagValues, named_tags, tag_values

FULL = About(session="rest | Rest", comment="Seated.", track=3, tracks=12)
MADE_WITH = f"voiceguide {__version__}, LAME"
WORDS = lrc(session(), FULL)


@pytest.fixture
def full(tmp_path: Path) -> ExportOptions:
    """An order with every field."""
    return replace(export_options(tmp_path / "session.mp3"), about=FULL)


NAMED: dict[Container, dict[str, str]] = {
    "id3": {
        "TIT2": TITLE,
        "TPE1": "voiceguide",
        "TPE2": "voiceguide",
        "TALB": "Guided sessions",
        "TRCK": "3/12",
        "TCON": "Speech",
        "COMM": "Seated.",
        "TLAN": "eng",
        "TLEN": "20000",
        "TXXX:VOICEGUIDE_SESSION": "rest | Rest",
        "TSSE": MADE_WITH,
        "USLT": WORDS,
    },
    "mp4": {
        "©nam": TITLE,
        "©ART": "voiceguide",
        "aART": "voiceguide",
        "©alb": "Guided sessions",
        "trkn": "3/12",
        "©gen": "Speech",
        "©cmt": "Seated.",
        "----:org.voiceguide:VOICEGUIDE_SESSION": "rest | Rest",
        "©too": MADE_WITH,
        "©lyr": WORDS,
    },
    "vorbis": {
        "TITLE": TITLE,
        "ARTIST": "voiceguide",
        "ALBUMARTIST": "voiceguide",
        "ALBUM": "Guided sessions",
        "TRACKNUMBER": "3",
        "TRACKTOTAL": "12",
        "GENRE": "Speech",
        "DESCRIPTION": "Seated.",
        "LANGUAGE": "eng",
        "VOICEGUIDE_SESSION": "rest | Rest",
        "ENCODERSETTINGS": MADE_WITH,
        "LYRICS": WORDS,
    },
    "riff": {
        "INAM": TITLE,
        "IART": "voiceguide",
        "IPRD": "Guided sessions",
        "IPRT": "3",
        "IGNR": "Speech",
        "ICMT": "Seated.",
        "ISFT": MADE_WITH,
    },
    "ffmpeg": {
        "title": TITLE,
        "artist": "voiceguide",
        "album": "Guided sessions",
        "track": "3/12",
        "genre": "Speech",
        "comment": "Seated.",
        "VOICEGUIDE_SESSION": "rest | Rest",
    },
}


@pytest.mark.parametrize("container", get_args(Container))
def test_each_container_gets_its_own_names_in_order(container: Container, full: ExportOptions) -> None:
    named = named_tags(container, tag_values(session(), full, "LAME"))
    assert [*named.items()] == [*NAMED[container].items()]


def test_empty_fields_are_left_out(full: ExportOptions) -> None:
    bare = replace(full, about=About(artist="", genre=""))
    quiet = replace(session(), events=())
    assert [*named_tags("vorbis", tag_values(quiet, bare, "FLAC"))] == ["TITLE", "ALBUM", "LANGUAGE", "ENCODERSETTINGS"]


def test_every_value_has_a_row_and_every_row_a_value() -> None:
    assert sorted(each.value for each in FIELDS) == sorted(each.name for each in fields(TagValues))
