"""JSON chapters, version 1.2.0, the format to which Podcasting 2.0 feeds link."""

from __future__ import annotations

import json
from pathlib import Path

from voiceguide.base.atomic import replace_text
from voiceguide.base.units import seconds
from voiceguide.output.options import ExportOptions
from voiceguide.timeline.model import Timeline

VERSION = "1.2.0"


def write(timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
    """Write the chapters of a session as JSON. See `formats.Writer`."""
    document = {
        "version": VERSION,
        "title": export_options.about.titled(timeline),
        "author": export_options.about.artist,
        "podcastName": export_options.about.album,
        **({"fileName": export_options.sound} if export_options.sound else {}),
        "chapters": [
            {"startTime": seconds(chapter.start, timeline.rate), "title": chapter.title}
            for chapter in timeline.chapters
        ],
    }
    replace_text(path, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
