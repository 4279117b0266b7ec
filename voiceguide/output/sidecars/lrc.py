"""LRC: words with their times, which music players show line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from voiceguide.base.atomic import replace_text
from voiceguide.base.units import frames, ticks
from voiceguide.output.options import About, ExportOptions
from voiceguide.timeline.captions import captions
from voiceguide.timeline.model import Timeline

LINGER_MS = 4_000
"""Milliseconds of silence after which the words are cleared from the screen."""

_ABOUT = About()

_ROUND = str.maketrans("[]", "()")
"""Replacements for square brackets, which mark times in the format and cannot be escaped."""


def write(timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
    """Write the words of a session as LRC. See `formats.Writer`."""
    replace_text(path, lrc(timeline, export_options.about))


def lrc(timeline: Timeline, about: About = _ABOUT) -> str:
    """Return the words of a session as LRC: a line for each sentence, and an empty one where a silence begins."""
    minutes, seconds = divmod(ticks(timeline.length, 1, timeline.rate), 60)
    tags = {
        "ti": about.titled(timeline),
        "ar": about.artist,
        "al": about.album,
        "length": f"{minutes:02d}:{seconds:02d}",
        "by": "voiceguide",
    }
    header = [f"[{name}:{value.translate(_ROUND)}]" for name, value in tags.items()]
    return "\n".join([*header, *_lines(timeline), ""])


def lyrics(timeline: Timeline, about: About = _ABOUT) -> str:
    """Return the same for a tag inside a sound file; empty if nothing is said."""
    return lrc(timeline, about) if captions(timeline) else ""


def _lines(timeline: Timeline) -> Iterator[str]:
    said = captions(timeline)
    nexts = [*(caption.start for caption in said), timeline.length][1:]
    for caption, following in zip(said, nexts, strict=True):
        yield _stamp(caption.start, timeline.rate) + caption.text.translate(_ROUND)
        if following - caption.end > frames(LINGER_MS, timeline.rate):
            yield _stamp(caption.end, timeline.rate)


def _stamp(count: int, rate: int) -> str:
    """Return a time as `[mm:ss.xx]`. Minutes may be above 99."""
    seconds, hundredths = divmod(ticks(count, 100, rate), 100)
    return f"[{seconds // 60:02d}:{seconds % 60:02d}.{hundredths:02d}]"
