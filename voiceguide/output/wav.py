"""WAV: 16-bit, exact to the frame, with an INFO list, and with the chapters as cue points and in an ID3 chunk."""

from __future__ import annotations

import struct
from pathlib import Path

from voiceguide.base.atomic import replacing
from voiceguide.base.errors import FileError
from voiceguide.output.options import ExportOptions
from voiceguide.output.tag_fields import named_tags, tag_values
from voiceguide.output.tags import id3_tag
from voiceguide.sound.levels import to_int16
from voiceguide.sound.mixer import CHANNELS, mix
from voiceguide.timeline.model import Timeline

_SAMPLE_BYTES = 2
_MAX_BYTES = 2**32 - 1
_ENCODER = "PCM"


def write(timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
    """Write a session as WAV. See `formats.Writer`."""
    data_bytes = timeline.length * CHANNELS * _SAMPLE_BYTES
    before = _chunk(b"fmt ", _format(timeline.rate)) + _info(timeline, export_options)
    after = _cues(timeline) + _chunk(b"id3 ", id3_tag(timeline, export_options, _ENCODER))
    total = 4 + len(before) + 8 + data_bytes + len(after)
    if total > _MAX_BYTES:
        raise FileError(path, f"{path} would be larger than a WAV file can be.", "Export it as .mp3.")
    with replacing(path) as file:
        file.write(struct.pack("<4sI4s", b"RIFF", total, b"WAVE") + before)
        file.write(struct.pack("<4sI", b"data", data_bytes))
        done = 0
        for block in mix(timeline.sounds, timeline.length, bed=timeline.bed):
            file.write(to_int16(block).astype("<i2").tobytes())
            done += len(block)
            export_options.on_progress(done)
        file.write(after)


def _format(rate: int) -> bytes:
    frame_bytes = CHANNELS * _SAMPLE_BYTES
    return struct.pack("<HHIIHH", 1, CHANNELS, rate, rate * frame_bytes, frame_bytes, 8 * _SAMPLE_BYTES)


def _info(timeline: Timeline, export_options: ExportOptions) -> bytes:
    """Return the title and similar texts as an INFO list, for programs that do not read the ID3 chunk."""
    tags = named_tags("riff", tag_values(timeline, export_options, _ENCODER))
    return _chunk(b"LIST", b"INFO" + b"".join(_chunk(name.encode(), _text(text)) for name, text in tags.items()))


def _cues(timeline: Timeline) -> bytes:
    """Return a cue point for each chapter, with its title as a label.

    The numbers start at 0, as FFmpeg numbers the chapters of the ID3 chunk, so that FFmpeg shows both as one.
    """
    points = struct.pack("<I", len(timeline.chapters))
    labels = b"adtl"
    for number, chapter in enumerate(timeline.chapters):
        points += struct.pack("<II4sIII", number, chapter.start, b"data", 0, 0, chapter.start)
        labels += _chunk(b"labl", struct.pack("<I", number) + _text(chapter.title))
    return _chunk(b"cue ", points) + _chunk(b"LIST", labels)


def _text(text: str) -> bytes:
    return text.encode() + b"\0"


def _chunk(name: bytes, content: bytes) -> bytes:
    """Return a chunk, padded to an even length as RIFF requires."""
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)
