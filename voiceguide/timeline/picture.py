"""The picture of a session: its Timeline as SVG, readable on light and dark pages."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from voiceguide.base.units import format_clock, milliseconds
from voiceguide.timeline.colours import COLOURS, FAINT, INK, PAPER
from voiceguide.timeline.model import Event, Timeline
from voiceguide.timeline.splitting import stretches

WIDTH = 900
_MARGIN, _LABEL, _CLOCK, _ROW, _TOP = 16, 190, 52, 20, 74
_BAR = 10
_NAMES = {"speech": "words", "hold": "hold", "chime": "chime"}


def draw(timeline: Timeline) -> str:
    """Return the picture as SVG: one row for each chapter, all to one scale, with bars for words, holds and chimes."""
    rows = stretches(timeline)
    longest = max(row.end - row.start for row in rows) or 1
    scale = (WIDTH - 2 * _MARGIN - _LABEL - _CLOCK) / longest
    length = format_clock(milliseconds(timeline.length, timeline.rate))
    height = _TOP + _ROW * len(rows) + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"',
        f'font-family="system-ui, sans-serif" font-size="12" fill="{INK}" role="img">',
        f"<title>{escape(timeline.title)}, its timeline</title>",
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="{PAPER}"/>',
        f'<text x="{_MARGIN}" y="30" font-size="17" font-weight="600">{escape(timeline.title)}</text>',
        f'<text x="{WIDTH - _MARGIN}" y="30" text-anchor="end" fill="{FAINT}">{length}</text>',
        *_legend(),
    ]
    for index, row in enumerate(rows):
        middle = _TOP + _ROW * index
        clock = format_clock(milliseconds(row.start, timeline.rate))
        left = _MARGIN + _CLOCK + _LABEL
        parts.append(f'<text x="{_MARGIN + _CLOCK - 12}" y="{middle}" text-anchor="end" fill="{FAINT}">{clock}</text>')
        parts.append(f'<text x="{_MARGIN + _CLOCK}" y="{middle}">{escape(_short(row.title))}</text>')
        parts.append(_bar(left, middle, (row.end - row.start) * scale, "#e9e6df"))
        for event in _within(timeline, row.start, row.end):
            shown_end = min(event.end, row.end)
            x, width = left + (event.start - row.start) * scale, (shown_end - event.start) * scale
            parts.append(_bar(x, middle, width, COLOURS[event.kind]))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _within(timeline: Timeline, start: int, end: int) -> list[Event]:
    """Return the events to draw. Holds come first, so that the sounds inside them are drawn on top."""
    inside = [event for event in timeline.events if start <= event.start < end and event.kind in COLOURS]
    return sorted(inside, key=lambda event: event.kind != "hold")


def _legend() -> Iterator[str]:
    x = float(_MARGIN)
    for kind, colour in COLOURS.items():
        yield _bar(x, 52, 14, colour)
        yield f'<text x="{x + 20:.0f}" y="52" fill="{FAINT}">{_NAMES[kind]}</text>'
        x += 78


def _bar(x: float, baseline: float, width: float, colour: str) -> str:
    place = f'x="{x:.1f}" y="{baseline - _BAR}" width="{max(width, 1):.1f}" height="{_BAR}"'
    return f'<rect {place} rx="2" fill="{colour}"/>'


def _short(title: str) -> str:
    return title if len(title) <= 30 else f"{title[:29]}…"
