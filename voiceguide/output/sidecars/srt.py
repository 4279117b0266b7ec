"""SubRip: captions that every video player can show."""

from __future__ import annotations

from pathlib import Path

from voiceguide.base.atomic import replace_text
from voiceguide.output.options import ExportOptions
from voiceguide.output.sidecars.subtitles import clock, pages
from voiceguide.timeline.model import Timeline

WIDTH = 32
"""Greatest number of characters in a line, for the width of podcast players."""

_PLAIN = str.maketrans("<>{}", "‹›()")
"""Replacements for brackets, which players read as styles and which cannot be escaped."""


def write(timeline: Timeline, path: Path, _: ExportOptions) -> None:
    """Write the captions of a session as SRT. See `formats.Writer`."""
    blocks = [
        f"{number}\n{clock(page.start, timeline.rate, ',')} --> {clock(page.end, timeline.rate, ',')}\n"
        f"{page.text.translate(_PLAIN)}\n"
        for number, page in enumerate(pages(timeline, WIDTH), 1)
    ]
    replace_text(path, "\n".join(blocks))
