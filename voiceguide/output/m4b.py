"""M4B and M4A: AAC in an MP4 file, as Apple's and most other players of audio books want it.

The index stands in front of the sound, so that a player can begin before it has the whole file. Chapters are there
twice, as a QuickTime track of text and as Nero's list. An edit list takes away what the encoder puts before the first
sample; since few decoders cut the last frame, the session ends with one, and some silence before it fills the first.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from voiceguide.output.av_container import Container, Extras
from voiceguide.output.av_container import write as write_container
from voiceguide.output.cover import cover
from voiceguide.output.languages import three_letters
from voiceguide.output.lrc import lyrics
from voiceguide.output.order import Order
from voiceguide.output.replacing import replacing
from voiceguide.output.tags import MP4_SESSION, encoder_text
from voiceguide.timeline.model import Timeline
from voiceguide.units import RATE

FRAME = 1024
"""Samples of an AAC frame."""

AAC = Container(
    muxer="ipod",
    encoder="aac",
    samples="fltp",
    bitrates={"small": 48, "good": 64, "best": 96},
    # On a session by Piper it leaves less noise in every band than the default, 8 dB less at 64 kbit/s, in a third to
    # a half of the time.
    encoder_options={"aac_coder": "fast"},
    muxer_options={"movie_timescale": str(RATE)},
)
"""kbit/s are the most it takes: half as much on average over a session, since silence takes next to nothing. The noise
is 28, 34 and 41 dB below the voice; at 64, as much of it comes out from under the voice as in MP3 at 64, which is twice
as large."""

NERO_MOST = 255
"""Chapters that Nero's list can hold, and bytes of a title there: it counts both in a byte."""

AUDIOBOOK = 2
"""What Apple calls it among kinds of media."""


def write(timeline: Timeline, path: Path, order: Order) -> None:
    """Write a session as M4B, or as M4A where the name ends so. See `formats.Writer`."""
    is_book = path.suffix.lower() == ".m4b"
    flags = "+faststart" if _fit_nero(timeline) else "+faststart+disable_chpl"
    options = {**AAC.muxer_options, "movflags": flags, "brand": "M4B " if is_book else "M4A "}
    container = replace(AAC, muxer_options=options)
    # With no frame at all there is no sound to say the length of.
    lead = -timeline.length % FRAME if timeline.length else FRAME
    extras = Extras(language=three_letters(timeline.language), has_chapters=True)
    with replacing(path) as file:
        write_container(container, timeline, order, file, extras, lead=lead)
        _tag(file, timeline, order, is_book=is_book)


def _fit_nero(timeline: Timeline) -> bool:
    chapters = timeline.chapters
    return len(chapters) <= NERO_MOST and all(len(chapter.title.encode()) <= NERO_MOST for chapter in chapters)


def _tag(file: BinaryIO, timeline: Timeline, order: Order, *, is_book: bool) -> None:
    from mutagen._util import MutagenError
    from mutagen.mp4 import MP4, AtomDataType, MP4Cover

    about = order.about
    texts: dict[str, str | bytes] = {
        "©nam": about.titled(timeline),
        "©ART": about.artist,
        "aART": about.artist,
        "©alb": about.album,
        "©gen": about.genre,
        "©cmt": about.comment,
        "©too": encoder_text(f"FFmpeg's AAC, {AAC.bitrates[order.quality]} kbit/s"),
        "©lyr": lyrics(timeline, about),
    }
    if about.session:
        texts[MP4_SESSION] = about.session.encode()
    try:
        file.seek(0)
        tagged = MP4(file)
        for name, text in texts.items():
            if text:
                tagged[name] = text
        if about.track:
            tagged["trkn"] = [(about.track, about.tracks)]
        if is_book:
            tagged["stik"] = [AUDIOBOOK]
        if picture := cover(timeline, order):
            tagged["covr"] = [MP4Cover(picture, AtomDataType.JPEG)]
        file.seek(0)
        tagged.save(file)
    except MutagenError as failure:
        # It wraps what the disk says.
        raise OSError(*getattr(failure.args[0], "args", failure.args)) from failure
