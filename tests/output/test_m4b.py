"""M4B and M4A files: their index, chapters and tags, as third-party tools read them."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import pytest
from mutagen.mp4 import MP4, AtomDataType

from tests.conftest import require_module
from tests.output.sessions import TITLE, export_options, ffmpeg, ffprobe, noisy, session
from tests.output.test_tags import ABOUT
from voiceguide import __version__
from voiceguide.base.units import RATE
from voiceguide.output.cover.cached import cover
from voiceguide.output.formats import format_for
from voiceguide.output.sidecars.lrc import lrc
from voiceguide.timeline.model import Chapter, Timeline

INSIDE = {b"moov", b"trak", b"edts", b"udta"}
"""Boxes that contain other boxes."""

EDIT_LIST = b"moov.trak.edts.elst"


@pytest.fixture(autouse=True)
def av_is_here() -> None:
    require_module("av")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_module("av")
    return put(session(), tmp_path_factory.mktemp("m4b") / "session.m4b")


def put(timeline: Timeline, path: Path) -> Path:
    format_for(path).write(timeline, path, replace(export_options(path), about=ABOUT))
    return path


def boxes(data: bytes, within: bytes = b"") -> list[tuple[bytes, bytes]]:
    """Return the boxes of an MP4 file in order, as pairs of path and content."""
    found, at = [], 0
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + size]
        found.append((within + name, content))
        if name in INSIDE:
            found += boxes(content, within + name + b".")
        at += size
    assert at == len(data)
    return found


def test_the_index_comes_before_the_sound(written: Path) -> None:
    names = [name for name, _ in boxes(written.read_bytes())]
    assert names[0] == b"ftyp"
    assert names.index(b"moov") < names.index(b"mdat")


@pytest.mark.parametrize(
    ("ending", "brand", "kind"), [(".m4b", b"M4B ", [2]), (".M4B", b"M4B ", [2]), (".m4a", b"M4A ", None)]
)
def test_only_an_m4b_is_marked_as_an_audiobook(
    tmp_path: Path, ending: str, brand: bytes, kind: list[int] | None
) -> None:
    path = put(session(), tmp_path / f"session{ending}")
    assert dict(boxes(path.read_bytes()))[b"ftyp"][:4] == brand
    assert MP4(path).get("stik") == kind
    assert len(ffmpeg(path.rename(path.with_suffix(".m4b")))) == session().length


@pytest.mark.parametrize("length", [44_100, 44_101, 88_064])
def test_players_skip_the_lead_and_stop_at_the_end(length: int, tmp_path: Path) -> None:
    path = put(noisy(length), tmp_path / "noise.m4b")
    found = dict(boxes(path.read_bytes()))
    version, entries, duration, start = struct.unpack_from(">IIIi", found[EDIT_LIST])
    assert (version, entries, duration) == (0, 1, length)
    # The lead is the encoder's own frame, plus silence so that the session ends with a frame.
    assert start == 1024 + -length % 1024
    assert (start + duration) % 1024 == 0
    assert struct.unpack_from(">II", found[b"moov.mvhd"], 12) == (RATE, length)


def test_chapters_are_written_as_a_track_and_as_a_list(written: Path) -> None:
    told = ffprobe(written)
    meant = [(each.start / RATE, each.title) for each in session().chapters]
    assert [each["tags"]["title"] for each in told["chapters"]] == [title for _, title in meant]
    starts = [float(each["start_time"]) for each in told["chapters"]]
    assert starts == pytest.approx([at for at, _ in meant], abs=0.001)
    assert [float(each["end_time"]) for each in told["chapters"]] == pytest.approx([*starts[1:], 20], abs=0.001)
    # FFmpeg reads the text track, and mutagen reads Nero's list.
    assert [(each["codec_type"], each["codec_tag_string"]) for each in told["streams"][:2]] == [
        ("audio", "mp4a"),
        ("data", "text"),
    ]
    nero = MP4(written).chapters
    assert nero
    assert [each.title for each in nero] == [title for _, title in meant]
    assert [each.start for each in nero] == pytest.approx([at for at, _ in meant], abs=0.001)


@pytest.mark.parametrize("count", [0, 255, 256, 300])
def test_more_chapters_than_nero_can_count_are_only_in_the_track(count: int, tmp_path: Path) -> None:
    many = tuple(Chapter(2939 * number, f"第{number}章 🧘") for number in range(count))
    path = put(replace(session(), chapters=many), tmp_path / "many.m4b")
    told = ffprobe(path)["chapters"]
    assert [each["tags"]["title"] for each in told] == [each.title for each in many]
    starts = [float(each["start_time"]) for each in told]
    assert starts == pytest.approx([each.start / RATE for each in many], abs=0.001)
    assert len(MP4(path).chapters or ()) == (count if count <= 255 else 0)


@pytest.mark.parametrize(("letter", "count", "fits"), [("章", 85, True), ("章", 86, False), ("🧘", 200, False)])
def test_a_title_too_long_for_nero_is_not_cut_short(letter: str, count: int, fits: bool, tmp_path: Path) -> None:
    title = count * letter
    path = put(replace(session(), chapters=(Chapter(0, title), Chapter(RATE, "Rest"))), tmp_path / "long.m4b")
    assert [each["tags"]["title"] for each in ffprobe(path)["chapters"]] == [title, "Rest"]
    assert bool(MP4(path).chapters) == fits


def test_tags_words_and_cover_are_written(written: Path) -> None:
    wished = replace(export_options(written), about=ABOUT)
    tags = MP4(written)
    (picture,) = tags.pop("covr")
    assert picture == cover(session(), wished)
    assert picture.imageformat == AtomDataType.JPEG
    assert dict(tags) == {
        "©nam": [TITLE],
        "©ART": [ABOUT.artist],
        "aART": [ABOUT.artist],
        "©alb": [ABOUT.album],
        "©gen": [ABOUT.genre],
        "©cmt": [ABOUT.comment],
        "©too": [f"voiceguide {__version__}, FFmpeg's AAC, 64 kbit/s"],
        "©lyr": [lrc(session(), ABOUT)],
        "trkn": [(3, 12)],
        "stik": [2],
    }
    told = ffprobe(written)
    assert told["format"]["tags"]["title"] == TITLE
    assert told["format"]["tags"]["track"] == "3/12"
    assert told["streams"][0]["tags"]["language"] == "eng"
    assert [each["codec_name"] for each in told["streams"] if each["disposition"]["attached_pic"]] == ["mjpeg"]


def test_a_file_has_its_length(written: Path) -> None:
    info = MP4(written).info
    assert info
    assert info.codec == "mp4a.40.2"
    # Mutagen reads the length with the lead, and FFmpeg the length of the session.
    assert info.length == pytest.approx(20, abs=2048 / RATE)
    assert float(ffprobe(written)["format"]["duration"]) == 20


def test_empty_tags_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "noise.m4b"
    format_for(path).write(noisy(5000), path, export_options(path))
    assert not {"©lyr", "trkn", "©cmt"} & set(MP4(path))
