"""SubRip: captions that every video player shows."""

from __future__ import annotations

from pathlib import Path

from voiceguide.base.atomic import replace_text
from voiceguide.output.options import ExportOptions
from voiceguide.output.sidecars.subtitles import clock, pages
from voiceguide.timeline.model import Timeline

WIDTH = 32
"""Characters of a line, as podcast players have room for."""

_PLAIN = str.maketrans("<>{}", "‹›()")
"""Players take what is in these brackets for styles, and the format has no way to write them."""


def write(timeline: Timeline, path: Path, _: ExportOptions) -> None:
    """Write the captions of a session as SRT. See `formats.Writer`."""
    blocks = [
        f"{number}\n{clock(page.start, timeline.rate, ',')} --> {clock(page.end, timeline.rate, ',')}\n"
        f"{page.text.translate(_PLAIN)}\n"
        for number, page in enumerate(pages(timeline, WIDTH), 1)
    ]
    replace_text(path, "\n".join(blocks))
