"""Ogg Opus: the smallest files of all, for players that know it, which are all but the oldest."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from voiceguide.base.atomic import replacing
from voiceguide.output.av_container import Container, Extras
from voiceguide.output.av_container import write as write_container
from voiceguide.output.cover.cached import TYPE, cover
from voiceguide.output.options import ExportOptions
from voiceguide.output.vorbis_comments import vorbis_comments
from voiceguide.timeline.model import Timeline

OPUS = Container(
    muxer="opus",
    encoder="libopus",
    samples="flt",
    # Every decoder's own rate, and the one that its times are counted in.
    rate=48_000,
    bitrates={"small": 24, "good": 32, "best": 48},
    # Else each stream gets a number by chance, and no two files are the same.
    muxer_options={"fflags": "+bitexact"},
)
"""kbit/s are an average, most of it for where something sounds. Opus's makers recommend 24 for audio books; it has the
whole band of a voice of 22,050 Hz. Each step takes 2 dB off the noise, and leaves more of what bells and beds are."""

_FRONT_COVER = 3


def write(timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
    """Write a session as Ogg Opus. See `formats.Writer`."""
    tags = vorbis_comments(timeline, export_options, f"libopus, {OPUS.bitrates[export_options.quality]} kbit/s")
    if picture := cover(timeline, export_options):
        tags["METADATA_BLOCK_PICTURE"] = _picture_block(picture)
    with replacing(path) as file:
        write_container(OPUS, timeline, export_options, file, Extras(tags=tags), lead=0 if timeline.length else 1)


def _picture_block(picture: bytes) -> str:
    """A picture as FLAC has it in a block of its own, made text."""
    from mutagen.flac import Picture

    from voiceguide.output.cover.drawing import DEPTH, SIDE

    block = Picture()
    block.type, block.mime, block.data = _FRONT_COVER, TYPE, picture
    block.width = block.height = SIDE
    block.depth = DEPTH
    return b64encode(block.write()).decode("ascii")
