"""Title and chapters as an ID3 tag."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from mutagen.id3 import ID3, CTOCFlags

from tests.output.sessions import TITLE, session
from voiceguide import __version__
from voiceguide.output.tags import id3_tag
from voiceguide.timeline.model import Chapter, Timeline
from voiceguide.units import milliseconds


def read(timeline: Timeline) -> ID3:
    return ID3(BytesIO(id3_tag(timeline, "LAME")))


def test_it_is_version_2_3_and_says_what_the_session_is() -> None:
    data = id3_tag(session(), "LAME")
    assert data[:5] == b"ID3\x03\0"
    size = data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9]
    assert len(data) == 10 + size
    tag = read(session())
    assert {name: str(tag[name]) for name in ("TIT2", "TCON", "TLAN", "TLEN", "TSSE")} == {
        "TIT2": TITLE,
        "TCON": "Speech",
        "TLAN": "eng",
        "TLEN": "20000",
        "TSSE": f"voiceguide {__version__}, LAME",
    }


@pytest.mark.parametrize(("language", "code"), [("de-AT", "deu"), ("EN", "eng"), ("tlh", "und"), ("", "und")])
def test_languages(language: str, code: str) -> None:
    assert str(read(replace(session(), language=language))["TLAN"]) == code


def test_chapters_follow_each_other_without_a_gap() -> None:
    tag = read(session())
    chapters = [tag[f"CHAP:{name}"] for name in tag["CTOC:toc"].child_element_ids]
    starts = [milliseconds(each.start) for each in session().chapters]
    assert [(each.start_time, each.end_time) for each in chapters] == list(
        zip(starts, [*starts[1:], 20_000], strict=True)
    )
    assert [str(each.sub_frames["TIT2"]) for each in chapters] == [each.title for each in session().chapters]
    assert tag["CTOC:toc"].flags == CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED


@pytest.mark.parametrize("count", [0, 1, 255, 256, 600])
def test_every_chapter_is_in_the_table_of_contents(count: int) -> None:
    many = tuple(Chapter(1000 * number, f"Chapter {number}") for number in range(count))
    tag = read(replace(session(), chapters=many))
    tables = {table.element_id: table.child_element_ids for table in tag.getall("CTOC")}
    assert all(len(children) <= 255 for children in tables.values())
    names = tables.get("toc", [])
    if count > 255:
        names = [child for table in names for child in tables[table]]
    assert [str(tag[f"CHAP:{name}"].sub_frames["TIT2"]) for name in names] == [each.title for each in many]
    assert len(tag.getall("CHAP")) == count
