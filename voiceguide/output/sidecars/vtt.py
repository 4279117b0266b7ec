"""WebVTT: captions for browsers and podcast players."""

from __future__ import annotations

from html import escape
from pathlib import Path

from voiceguide.base.atomic import replace_text
from voiceguide.base.units import format_clock, milliseconds
from voiceguide.output.options import ExportOptions
from voiceguide.output.sidecars.subtitles import clock, pages
from voiceguide.timeline.captions import Caption
from voiceguide.timeline.model import Chapter, Timeline

WIDTH = 65
"""Greatest number of characters in a line, for the width of podcast players."""


def write(timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
    """Write the captions of a session as WebVTT, its chapters as notes. See `formats.Writer`."""
    both: list[Chapter | Caption] = [*timeline.chapters, *pages(timeline, WIDTH)]
    blocks = [f"WEBVTT - {_comment(export_options.about.titled(timeline))}\n"]
    for each in sorted(both, key=lambda each: each.start):
        if isinstance(each, Chapter):
            at = format_clock(milliseconds(each.start, timeline.rate))
            blocks.append(f"NOTE {at} {_comment(each.title)}\n")
        else:
            times = f"{clock(each.start, timeline.rate, '.')} --> {clock(each.end, timeline.rate, '.')}"
            blocks.append(f"{times}\n{escape(each.text, quote=False)}\n")
    replace_text(path, "\n".join(blocks))


def _comment(text: str) -> str:
    """Return a text without the arrow `-->`, which WebVTT allows only between times."""
    return text.replace("-->", "→")
