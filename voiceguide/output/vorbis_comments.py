"""Vorbis comments for FLAC and Ogg files: a session's title and other tags, its chapters and its words."""

from __future__ import annotations

from voiceguide.output.options import ExportOptions
from voiceguide.output.sidecars.subtitles import clock
from voiceguide.output.tag_fields import named_tags, tag_values
from voiceguide.timeline.model import Timeline


def vorbis_comments(timeline: Timeline, export_options: ExportOptions, encoder: str) -> dict[str, str]:
    """Return the comments by name, in order, without empty ones.

    Each chapter is a pair of comments, as in OGM files and as FFmpeg reads them. FFmpeg does not write them here, since
    it rounds their seconds wrongly.
    """
    comments = named_tags("vorbis", tag_values(timeline, export_options, encoder))
    for number, chapter in enumerate(timeline.chapters):
        comments[f"CHAPTER{number:03d}"] = clock(chapter.start, timeline.rate, ".")
        comments[f"CHAPTER{number:03d}NAME"] = chapter.title
    return {name: text for name, text in comments.items() if text}
