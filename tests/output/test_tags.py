"""What a session is, its chapters, words and cover as an ID3 tag."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from mutagen.id3 import ID3, CTOCFlags, PictureType

from tests.conftest import require_command
from tests.output.sessions import TITLE, export_options, ffprobe, session
from voiceguide import __version__
from voiceguide.base.units import milliseconds
from voiceguide.output import wav
from voiceguide.output.cover.cached import cover
from voiceguide.output.mp3 import writer as mp3
from voiceguide.output.options import About, ExportOptions
from voiceguide.output.sidecars.lrc import lrc
from voiceguide.output.tags import id3_tag
from voiceguide.timeline.model import Chapter, Event, Timeline

ABOUT = About(
    artist="Künstlerin 艺术家 🎨",
    album="Сессии 🌿 & <more>",
    genre="Речь 🗣",
    comment="Seven points, 约十五分钟 🪑, “seated”.",
    track=3,
    tracks=12,
)


@pytest.fixture
def ordered(tmp_path: Path) -> ExportOptions:
    return replace(export_options(tmp_path / "session.mp3"), about=ABOUT)


def read(timeline: Timeline, ordered: ExportOptions) -> ID3:
    return ID3(BytesIO(id3_tag(timeline, ordered, "LAME")))


def test_the_tag_is_version_2_3_and_describes_the_session(ordered: ExportOptions) -> None:
    data = id3_tag(session(), ordered, "LAME, 64 kbit/s")
    assert data[:5] == b"ID3\x03\0"
    size = data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9]
    assert len(data) == 10 + size
    tag = ID3(BytesIO(data))
    texts = {name: str(frame) for name, frame in tag.items() if name.startswith("T") or name == "COMM::eng"}
    assert texts == {
        "TIT2": TITLE,
        "TPE1": ABOUT.artist,
        "TPE2": ABOUT.artist,
        "TALB": ABOUT.album,
        "TRCK": "3/12",
        "TCON": ABOUT.genre,
        "TLAN": "eng",
        "TLEN": "20000",
        "TSSE": f"voiceguide {__version__}, LAME, 64 kbit/s",
        "COMM::eng": ABOUT.comment,
    }


def test_unknown_fields_are_left_out(ordered: ExportOptions) -> None:
    bare = replace(session(), chapters=(), events=())
    tag = read(bare, replace(ordered, about=About(artist="", genre="")))
    assert set(tag) == {"TIT2", "TALB", "TLAN", "TLEN", "TSSE", "APIC:"}


def test_words_are_lyrics_with_times(ordered: ExportOptions) -> None:
    said = (Event(44_100, 88_200, "speech", "Press 合谷 🖐."), Event(441_441, 500_000, "speech", "Two\nlines."))
    lyrics = read(replace(session(), events=said), ordered).getall("USLT")
    assert [(each.lang, each.text) for each in lyrics] == [("eng", lrc(replace(session(), events=said), ABOUT))]
    assert "[00:01.00]Press 合谷 🖐." in lyrics[0].text.splitlines()
    assert "[00:10.01]Two lines." in lyrics[0].text.splitlines()


def test_the_cover_is_on_the_front(ordered: ExportOptions) -> None:
    (picture,) = read(session(), ordered).getall("APIC")
    assert (picture.type, picture.mime) == (PictureType.COVER_FRONT, "image/jpeg")
    assert picture.data == cover(session(), ordered)


def test_chapters_follow_each_other_without_a_gap(ordered: ExportOptions) -> None:
    tag = read(session(), ordered)
    chapters = [tag[f"CHAP:{name}"] for name in tag["CTOC:toc"].child_element_ids]
    starts = [milliseconds(each.start) for each in session().chapters]
    assert [(each.start_time, each.end_time) for each in chapters] == list(
        zip(starts, [*starts[1:], 20_000], strict=True)
    )
    assert [str(each.sub_frames["TIT2"]) for each in chapters] == [each.title for each in session().chapters]
    assert tag["CTOC:toc"].flags == CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED


@pytest.mark.parametrize("count", [0, 1, 255, 256, 600])
def test_every_chapter_is_in_the_table_of_contents(count: int, ordered: ExportOptions) -> None:
    many = tuple(Chapter(1000 * number, f"Chapter {number}") for number in range(count))
    tag = read(replace(session(), chapters=many), ordered)
    tables = {table.element_id: table.child_element_ids for table in tag.getall("CTOC")}
    assert all(len(children) <= 255 for children in tables.values())
    names = tables.get("toc", [])
    if count > 255:
        names = [child for table in names for child in tables[table]]
    assert [str(tag[f"CHAP:{name}"].sub_frames["TIT2"]) for name in names] == [each.title for each in many]
    assert len(tag.getall("CHAP")) == count


def test_ffprobe_and_mp3val_find_it_all_in_an_mp3(ordered: ExportOptions, tmp_path: Path) -> None:
    many = tuple(Chapter(2939 * number, f"Chapter {number} 第章 🌿") for number in range(300))
    timeline = replace(session(), chapters=many)
    path = tmp_path / "session.mp3"
    mp3.write(timeline, path, ordered)
    told = ffprobe(path)
    assert {
        name: told["format"]["tags"][name] for name in ("title", "artist", "album", "genre", "track", "comment")
    } == {
        "title": TITLE,
        "artist": ABOUT.artist,
        "album": ABOUT.album,
        "genre": ABOUT.genre,
        "track": "3/12",
        "comment": ABOUT.comment,
    }
    assert told["format"]["tags"]["encoder"] == f"voiceguide {__version__}, LAME, 64 kbit/s"
    assert told["format"]["tags"]["lyrics-eng"] == lrc(timeline, ABOUT)
    assert [each["tags"]["title"] for each in told["chapters"]] == [each.title for each in many]
    sound, picture = told["streams"]
    assert sound["codec_name"] == "mp3"
    assert (picture["codec_name"], picture["width"], picture["height"]) == ("mjpeg", 1000, 1000)
    assert picture["disposition"]["attached_pic"] == 1
    assert picture["tags"]["comment"] == "Cover (front)"
    done = subprocess.run([require_command("mp3val"), str(path)], check=True, capture_output=True, text=True)
    assert "+ID3v2" in done.stdout
    assert not [line for line in done.stdout.splitlines() if line.startswith(("WARNING", "ERROR", "PROBLEM"))]


def test_a_wav_file_says_it_too(ordered: ExportOptions, tmp_path: Path) -> None:
    path = tmp_path / "session.wav"
    wav.write(session(), path, ordered)
    told = ffprobe(path)
    assert told["format"]["tags"] == {
        "title": TITLE,
        "artist": ABOUT.artist,
        "album": ABOUT.album,
        "genre": ABOUT.genre,
        "track": "3",
        "comment": ABOUT.comment,
        "encoder": f"voiceguide {__version__}, PCM",
    }
    assert [each["disposition"]["attached_pic"] for each in told["streams"]] == [0, 1]


def test_numbers_and_the_language_are_in_iso_8859_1(ordered: ExportOptions) -> None:
    tag = read(session(), ordered)
    assert {name: int(tag[name].encoding) for name in ("TRCK", "TLEN", "TLAN", "TIT2")} == {
        "TRCK": 0,
        "TLEN": 0,
        "TLAN": 0,
        "TIT2": 1,
    }


def test_the_title_has_the_choices_and_a_field_tells_the_session(ordered: ExportOptions) -> None:
    about = replace(ABOUT, title="Rest, 12 minutes", session="rest-12min | Rest")
    tag = read(session(), replace(ordered, about=about))
    assert str(tag["TIT2"]) == "Rest, 12 minutes"
    assert str(tag["TXXX:VOICEGUIDE_SESSION"]) == "rest-12min | Rest"
    assert [str(each.sub_frames["TIT2"]) for each in tag.getall("CHAP")] == [each.title for each in session().chapters]
