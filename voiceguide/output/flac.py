"""FLAC: the same samples as in a WAV file, in a third of the size."""

from __future__ import annotations

from pathlib import Path

from voiceguide.output.av_container import Container, Extras
from voiceguide.output.av_container import write as write_container
from voiceguide.output.cover import cover
from voiceguide.output.order import Order
from voiceguide.output.replacing import replacing
from voiceguide.output.vorbis_comments import vorbis_comments
from voiceguide.timeline.model import Timeline

FLAC = Container(muxer="flac", encoder="flac", samples="s16")


def write(timeline: Timeline, path: Path, order: Order) -> None:
    """Write a session as FLAC. See `formats.Writer`."""
    tags = vorbis_comments(timeline, order, "FLAC, 16 bit")
    with replacing(path) as file:
        write_container(FLAC, timeline, order, file, Extras(tags=tags, cover=cover(timeline, order)))
