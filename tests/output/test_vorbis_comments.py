"""Vorbis comments in FLAC and Opus files, as third-party tools read them."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen.flac import Picture
from mutagen.id3 import PictureType

from tests.conftest import require_module
from tests.output.sessions import TITLE, export_options, ffprobe, noisy, session
from tests.output.test_tags import ABOUT
from voiceguide import __version__
from voiceguide.base.units import RATE, frames
from voiceguide.output.cover.cached import cover
from voiceguide.output.formats import format_for
from voiceguide.output.sidecars.lrc import lrc
from voiceguide.output.vorbis_comments import vorbis_comments
from voiceguide.timeline.model import Chapter, Timeline

ENCODERS = {".flac": "FLAC, 16 bit", ".opus": "libopus, 32 kbit/s"}

both = pytest.mark.parametrize("ending", ENCODERS)


@pytest.fixture(autouse=True)
def av_is_here() -> None:
    require_module("av")


def put(timeline: Timeline, path: Path) -> Any:
    """Write a session and return what mutagen reads from the file."""
    format_for(path).write(timeline, path, replace(export_options(path), about=ABOUT))
    return mutagen.File(path)


@both
def test_tags_chapters_and_words_are_written(ending: str, tmp_path: Path) -> None:
    read = put(session(), tmp_path / f"session{ending}")
    comments = {name.lower(): values for name, values in read.tags}
    for name in ("encoder", "metadata_block_picture"):
        comments.pop(name, None)
    assert comments == {
        "title": TITLE,
        "artist": ABOUT.artist,
        "albumartist": ABOUT.artist,
        "album": ABOUT.album,
        "tracknumber": "3",
        "tracktotal": "12",
        "genre": ABOUT.genre,
        "description": ABOUT.comment,
        "language": "eng",
        "encodersettings": f"voiceguide {__version__}, {ENCODERS[ending]}",
        "lyrics": lrc(session(), ABOUT),
        "chapter000": "00:00:00.000",
        "chapter000name": "Settle in",
        "chapter001": "00:00:02.000",
        "chapter001name": "LI4 合谷, left hand 🖐",
        "chapter002": "00:00:15.873",
        "chapter002name": "Rest",
    }
    assert read.info.length == pytest.approx(20, abs=1 / 48_000)


@both
def test_the_cover_is_a_picture_block(ending: str, tmp_path: Path) -> None:
    read = put(session(), tmp_path / f"session{ending}")
    if ending == ".flac":
        (picture,) = read.pictures
    else:
        picture = Picture(b64decode(read["metadata_block_picture"][0]))
    assert picture.type == PictureType.COVER_FRONT
    assert picture.mime == "image/jpeg"
    assert (picture.width, picture.height) == (1000, 1000)
    assert picture.data == cover(session(), export_options(tmp_path / "a"))
    shown = [each for each in ffprobe(tmp_path / f"session{ending}")["streams"] if each["disposition"]["attached_pic"]]
    assert [each["codec_name"] for each in shown] == ["mjpeg"]


@both
def test_ffprobe_finds_three_hundred_chapters(ending: str, tmp_path: Path) -> None:
    # At each of these chapters, rounding to seconds and rounding to milliseconds differ.
    many = tuple(Chapter(2939 * number, f"第{number}章 🧘") for number in range(300))
    put(replace(session(), chapters=many), tmp_path / f"many{ending}")
    told = ffprobe(tmp_path / f"many{ending}")["chapters"]
    assert [each["tags"]["title"] for each in told] == [each.title for each in many]
    starts = [float(each["start_time"]) for each in told]
    assert starts == pytest.approx([each.start / RATE for each in many], abs=0.001)


def test_a_chapter_after_eleven_hours_has_its_time(tmp_path: Path) -> None:
    hours = replace(session(), length=frames(12 * 3_600_000), chapters=(Chapter(frames(11 * 3_600_000 + 61_500), "x"),))
    comments = vorbis_comments(hours, export_options(tmp_path / "a"), "FLAC")
    assert comments["CHAPTER000"] == "11:01:01.500"


def test_empty_comments_are_left_out(tmp_path: Path) -> None:
    comments = vorbis_comments(noisy(1000), export_options(tmp_path / "a"), "FLAC")
    assert comments == {
        "TITLE": "Noise",
        "ARTIST": "voiceguide",
        "ALBUMARTIST": "voiceguide",
        "ALBUM": "Guided sessions",
        "GENRE": "Speech",
        "LANGUAGE": "eng",
        "ENCODERSETTINGS": f"voiceguide {__version__}, FLAC",
    }
