"""What SRT and WebVTT have in common: sentences on pages of two lines, and clocks with milliseconds."""

from __future__ import annotations

from collections.abc import Iterator

from voiceguide.base.units import milliseconds
from voiceguide.output.lines import wrapped
from voiceguide.timeline.captions import Caption, captions, shared
from voiceguide.timeline.model import Timeline

LINES = 2
"""Lines shown at once."""


def pages(timeline: Timeline, width: int) -> Iterator[Caption]:
    """The captions in lines of at most `width` characters. One that needs more than two becomes several."""
    for caption in captions(timeline):
        lines = wrapped(caption.text, width)
        yield from shared(caption, ["\n".join(lines[at : at + LINES]) for at in range(0, len(lines), LINES)])


def clock(count: int, rate: int, point: str) -> str:
    """`00:01:05.250`, with that decimal point; the hours may pass 99."""
    total, ms = divmod(milliseconds(count, rate), 1000)
    return f"{total // 3600:02d}:{total // 60 % 60:02d}:{total % 60:02d}{point}{ms:03d}"
