"""What a session is, its chapters, words and cover as an ID3v2.3 tag: MP3 files begin with it, WAV files carry it in a
chunk.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from voiceguide.base.units import milliseconds
from voiceguide.output.cover.cached import TYPE, cover
from voiceguide.output.options import ExportOptions
from voiceguide.output.tag_fields import named_tags, tag_values
from voiceguide.timeline.model import Timeline

if TYPE_CHECKING:
    from mutagen import id3

_LATIN1, _UTF16 = 0, 1
"""ID3v2.3 wants numbers and language codes in ISO-8859-1, and knows UTF-16 for other texts."""

_IN_LATIN1 = ("TRCK", "TLAN", "TLEN")
_WITH_LANGUAGE = ("COMM", "USLT")
"""The frames that tell the language of their text. They follow the others."""

_TABLE_SIZE = 255
"""Children one CTOC frame can list."""

_FRONT_COVER = 3


def id3_tag(timeline: Timeline, export_options: ExportOptions, encoder: str) -> bytes:
    """The tag as bytes.

    Chapters are CHAP frames listed by a CTOC frame: players look for both. More than 255 need a table of tables.
    Words are LRC text in an USLT frame: few players read the frame that is meant for words with times (SYLT).
    """
    from mutagen import id3

    values = tag_values(timeline, export_options, encoder)
    tags = named_tags("id3", values)
    frames = [_text_frame(name, tags[name], values.language) for name in sorted(tags, key=_WITH_LANGUAGE.__contains__)]
    frames += _chapters(timeline)
    if picture := cover(timeline, export_options):
        frames.append(id3.APIC(encoding=_LATIN1, mime=TYPE, type=_FRONT_COVER, desc="", data=picture))
    body = b"".join(map(_frame_bytes, frames))
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + body


def _text_frame(name: str, text: str, language: str) -> id3.Frame:
    """Return the frame of that name, which for a name of our own is such as `TXXX:MINE`."""
    from mutagen import id3

    identifier, _, description = name.partition(":")
    kind = id3.Frames[identifier]
    if identifier in _WITH_LANGUAGE:
        return kind(encoding=_UTF16, lang=language, desc="", text=text)
    if description:
        return kind(encoding=_UTF16, desc=description, text=text)
    return kind(encoding=_LATIN1 if identifier in _IN_LATIN1 else _UTF16, text=text)


def _chapters(timeline: Timeline) -> list[id3.Frame]:
    from mutagen import id3

    frames: list[id3.Frame] = []
    names = [f"chp{index}" for index in range(len(timeline.chapters))]
    tables = {f"toc{start}": names[start : start + _TABLE_SIZE] for start in range(0, len(names), _TABLE_SIZE)}
    if names:
        flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
        top = list(tables) if len(tables) > 1 else names
        frames.append(id3.CTOC(element_id="toc", flags=flags, child_element_ids=top))
    if len(tables) > 1:
        for name, children in tables.items():
            frames.append(id3.CTOC(element_id=name, flags=id3.CTOCFlags.ORDERED, child_element_ids=children))
    for name, chapter, end in zip(names, timeline.chapters, timeline.chapter_ends(), strict=True):
        frames.append(
            id3.CHAP(
                element_id=name,
                start_time=milliseconds(chapter.start, timeline.rate),
                end_time=milliseconds(end, timeline.rate),
                sub_frames=[id3.TIT2(encoding=_UTF16, text=chapter.title)],
            )
        )
    return frames


def _frame_bytes(frame: id3.Frame) -> bytes:
    """One frame as mutagen writes it. A whole tag it sorts by size, and some players show chapters as they come."""
    from mutagen import id3

    tag = id3.ID3()
    tag.add(frame)
    buffer = BytesIO()
    tag.save(buffer, v1=0, v2_version=3, padding=lambda _: 0)
    return buffer.getvalue()[10:]
