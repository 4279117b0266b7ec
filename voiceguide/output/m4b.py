"""M4B and M4A: AAC in an MP4 file, as Apple's and most other audiobook players need it.

The index comes before the sound, so a player can begin before it has the whole file. Chapters are written twice, as a
QuickTime text track and as Nero's list. An edit list skips the samples that the encoder adds at the start. Few decoders
cut the last frame, so silence is added at the start to make the session end exactly at the end of a frame.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from voiceguide.base.atomic import replacing
from voiceguide.base.units import RATE
from voiceguide.output.av_container import Container, Extras
from voiceguide.output.av_container import write as write_container
from voiceguide.output.cover.cached import cover
from voiceguide.output.languages import three_letters
from voiceguide.output.options import ExportOptions
from voiceguide.output.tag_fields import named_tags, tag_values
from voiceguide.timeline.model import Timeline

FRAME = 1024
"""Samples in an AAC frame."""

AAC = Container(
    muxer="ipod",
    encoder="aac",
    samples="fltp",
    bitrates={"small": 48, "good": 64, "best": 96},
    # On a session spoken by Piper this coder leaves less noise in every band than the default, 8 dB less at 64 kbit/s,
    # in a third to a half of the time.
    encoder_options={"aac_coder": "fast"},
    muxer_options={"movie_timescale": str(RATE)},
)
"""The bitrates are upper limits; a session uses about half, because silence needs almost nothing. The noise is 28, 34
and 41 dB below the voice. At 64, as much noise is audible as in MP3 at 64, which is twice as large."""

NERO_MOST = 255
"""Most chapters in Nero's list, and most bytes of a title there: the list counts both in one byte."""

AUDIOBOOK = 2
"""Apple's number for an audiobook among the kinds of media."""


def write(timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
    """Write a session as M4B, or as M4A if the name ends in .m4a. See `formats.Writer`."""
    is_book = path.suffix.lower() == ".m4b"
    flags = "+faststart" if _fit_nero(timeline) else "+faststart+disable_chpl"
    options = {**AAC.muxer_options, "movflags": flags, "brand": "M4B " if is_book else "M4A "}
    container = replace(AAC, muxer_options=options)
    # An empty session gets one frame of silence, because a file without frames has no length.
    lead = -timeline.length % FRAME if timeline.length else FRAME
    extras = Extras(language=three_letters(timeline.language), has_chapters=True)
    with replacing(path) as file:
        write_container(container, timeline, export_options, file, extras, lead=lead)
        _tag(file, timeline, export_options, is_book=is_book)


def _fit_nero(timeline: Timeline) -> bool:
    chapters = timeline.chapters
    return len(chapters) <= NERO_MOST and all(len(chapter.title.encode()) <= NERO_MOST for chapter in chapters)


def _tag(file: BinaryIO, timeline: Timeline, export_options: ExportOptions, *, is_book: bool) -> None:
    from mutagen._util import MutagenError
    from mutagen.mp4 import MP4, AtomDataType, MP4Cover

    encoder = f"FFmpeg's AAC, {AAC.bitrates[export_options.quality]} kbit/s"
    tags = named_tags("mp4", tag_values(timeline, export_options, encoder))
    try:
        file.seek(0)
        tagged = MP4(file)
        for name, text in tags.items():
            tagged[name] = _value(name, text)
        if is_book:
            tagged["stik"] = [AUDIOBOOK]
        if picture := cover(timeline, export_options):
            tagged["covr"] = [MP4Cover(picture, AtomDataType.JPEG)]
        file.seek(0)
        tagged.save(file)
    except MutagenError as failure:
        # Mutagen wraps the error of the disk.
        raise OSError(*getattr(failure.args[0], "args", failure.args)) from failure


def _value(name: str, text: str) -> str | bytes | list[tuple[int, int]]:
    """Return a text as mutagen wants it for the atom of that name."""
    if name == "trkn":
        track, _, tracks = text.partition("/")
        return [(int(track), int(tracks))]
    # The fields that are not Apple's hold bytes.
    return text.encode() if name.startswith("----:") else text
