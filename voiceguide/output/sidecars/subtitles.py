"""Functions shared by SRT and WebVTT: captions of two lines, and times with milliseconds."""

from __future__ import annotations

from collections.abc import Iterator

from voiceguide.base.units import milliseconds
from voiceguide.output.lines import wrapped
from voiceguide.timeline.captions import Caption, captions, shared
from voiceguide.timeline.model import Timeline

LINES = 2
"""Number of lines shown at once."""


def pages(timeline: Timeline, width: int) -> Iterator[Caption]:
    """Yield the captions in lines of at most `width` characters. A caption of more than two lines is split."""
    for caption in captions(timeline):
        lines = wrapped(caption.text, width)
        yield from shared(caption, ["\n".join(lines[at : at + LINES]) for at in range(0, len(lines), LINES)])


def clock(count: int, rate: int, point: str) -> str:
    """Return a time such as `00:01:05.250`, with `point` as the decimal point. Hours may be above 99."""
    total, ms = divmod(milliseconds(count, rate), 1000)
    return f"{total // 3600:02d}:{total // 60 % 60:02d}:{total % 60:02d}{point}{ms:03d}"
