"""FLAC: the same samples as in a WAV file, in a third of the size."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from voiceguide.base.atomic import replacing
from voiceguide.output.av_container import Container, Extras
from voiceguide.output.av_container import write as write_container
from voiceguide.output.cover.cached import cover
from voiceguide.output.options import ExportOptions
from voiceguide.output.vorbis_comments import vorbis_comments
from voiceguide.timeline.model import Timeline

_HEADER = 4
"""Bytes before each block of metadata: whether it is the last one, its kind, and its size."""

_PICTURE = 6
"""The kind of block that holds a picture."""

FLAC = Container(muxer="flac", encoder="flac", samples="s16")


def write(timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
    """Write a session as FLAC. See `formats.Writer`."""
    tags = vorbis_comments(timeline, export_options, "FLAC, 16 bit")
    with replacing(path) as file:
        write_container(FLAC, timeline, export_options, file, Extras(tags=tags, cover=cover(timeline, export_options)))
        _tell_depth(file)


def _tell_depth(file: BinaryIO) -> None:
    """Write the colour depth of the picture, which FFmpeg leaves at 0. Programs want all of its sizes, or none."""
    at, last = len(b"fLaC"), False
    while not last:
        file.seek(at)
        header = file.read(_HEADER)
        last, kind, size = header[0] >= 0x80, header[0] & 0x7F, int.from_bytes(header[1:])
        if kind == _PICTURE:
            from voiceguide.output.cover.drawing import DEPTH

            # The kind of picture, two texts (each after its length), width and height stand before it.
            file.seek(4, os.SEEK_CUR)
            for _ in range(2):
                file.seek(int.from_bytes(file.read(4)), os.SEEK_CUR)
            file.seek(8, os.SEEK_CUR)
            file.write(DEPTH.to_bytes(4))
        at += _HEADER + size
