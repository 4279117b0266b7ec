"""Title and chapters as an ID3v2.3 tag, which MP3 files begin with and WAV files carry in a chunk."""

from __future__ import annotations

from io import BytesIO

from voiceguide import __version__
from voiceguide.timeline.model import Timeline
from voiceguide.units import milliseconds

_UTF16 = 1
_TABLE_SIZE = 255
"""Children one CTOC frame can list."""

_ISO_639_2 = {"en": "eng", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "pt": "por", "nl": "nld", "zh": "zho"}


def id3_tag(timeline: Timeline, encoder: str) -> bytes:
    """The tag as bytes.

    Chapters are CHAP frames listed by a CTOC frame: players look for both. More than 255 need a table of tables.
    """
    from mutagen import id3

    tag = id3.ID3()
    tag.add(id3.TIT2(encoding=_UTF16, text=timeline.title))
    tag.add(id3.TCON(encoding=_UTF16, text="Speech"))
    tag.add(id3.TLAN(encoding=_UTF16, text=_ISO_639_2.get(timeline.language.split("-")[0].lower(), "und")))
    tag.add(id3.TLEN(encoding=_UTF16, text=str(milliseconds(timeline.length, timeline.rate))))
    tag.add(id3.TSSE(encoding=_UTF16, text=f"voiceguide {__version__}, {encoder}"))
    ends = [chapter.start for chapter in timeline.chapters[1:]] + [timeline.length]
    names = [f"chp{index}" for index in range(len(timeline.chapters))]
    for name, chapter, end in zip(names, timeline.chapters, ends, strict=True):
        tag.add(
            id3.CHAP(
                element_id=name,
                start_time=milliseconds(chapter.start, timeline.rate),
                end_time=milliseconds(end, timeline.rate),
                sub_frames=[id3.TIT2(encoding=_UTF16, text=chapter.title)],
            )
        )
    tables = [names[start : start + _TABLE_SIZE] for start in range(0, len(names), _TABLE_SIZE)]
    if len(tables) > 1:
        for index, children in enumerate(tables):
            tag.add(id3.CTOC(element_id=f"toc{index}", flags=id3.CTOCFlags.ORDERED, child_element_ids=children))
        names = [f"toc{index}" for index in range(len(tables))]
    if names:
        flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
        tag.add(id3.CTOC(element_id="toc", flags=flags, child_element_ids=names))
    buffer = BytesIO()
    tag.save(buffer, v1=0, v2_version=3, padding=lambda _: 0)
    return buffer.getvalue()
