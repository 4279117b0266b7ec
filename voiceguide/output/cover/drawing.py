"""Draws a cover: the session runs clockwise along a ring, from the top, with its minutes inside and its title below."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from voiceguide.base.units import milliseconds
from voiceguide.output.cover.title import CAPITAL, LEADING, block, font
from voiceguide.timeline.colours import COLOURS, PAPER
from voiceguide.timeline.model import EventKind, Timeline

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

Span = tuple[float, float]

SIDE = 1000
"""Width and height of the cover in pixels. All measures here are in pixels."""

DEPTH = 24
"""Bits of a pixel: a JPEG has eight for each of three colours."""

MARGIN = 80
"""Space left and right of the title."""

_QUALITY = 88

_FINE = 3
"""Factor by which the ring is drawn larger. Reducing it afterwards smoothes its edges."""

_RADIUS = 305
"""Radius of the ring's outer edge."""
_AROUND = 2 * math.pi * _RADIUS
_HOLD, _WORDS = 84, 34
"""Widths of the holds and the words on the ring."""
_CORNER = 10
_STEP = 8
"""Distance between two points of a curve."""
_GAP = 5
"""Gap between two holds."""
_CHIMES, _CHAPTERS = _RADIUS + 26, _RADIUS - _HOLD - 24
"""Radii of the circles on which chimes and chapters are drawn as dots."""
_CHIME, _CHAPTER = 6.5, 3.5
"""Radii of the dots."""
_LEAST = 9.0
"""Length and gap below which an event is joined with the one before, because a session may have thousands."""

_MIDDLE = 388
"""Distance of the ring's centre from the top, if there is a title."""
_TITLE_TOP, _TITLE_HEIGHT = 742, 198
_NUMBER_SIZES = (200, 160, 120, 80, 48, 24)
_UNIT_SIZE = 46


def draw(timeline: Timeline) -> bytes:
    """Draw a session's cover as JPEG.

    Raises:
        ImportError: Pillow is missing or broken.
    """
    from PIL import ImageDraw

    title = block(timeline.title, SIDE - 2 * MARGIN, _TITLE_HEIGHT)
    middle = _MIDDLE if title.lines else SIDE // 2
    large = _background(middle).resize((SIDE * _FINE, SIDE * _FINE))
    _session(_Ring(ImageDraw.Draw(large), middle, timeline))
    picture = large.reduce(_FINE)
    pen = ImageDraw.Draw(picture)
    _minutes(pen, milliseconds(timeline.length, timeline.rate), middle)
    base = _TITLE_TOP + (_TITLE_HEIGHT - title.height) / 2 + CAPITAL * title.size
    for line in title.lines:
        pen.text((SIDE / 2, base), line, PAPER, font(title.size), anchor="ms")
        base += LEADING * title.size
    file = BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY, optimize=True)
    return file.getvalue()


def _mix(colour: str, other: str, share: float) -> str:
    """Return a colour with a share of another one mixed in."""
    pairs = ((int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


_NIGHT = _mix(COLOURS["speech"], "#000000", 0.78)
_DUSK = _mix(COLOURS["speech"], "#000000", 0.42)
_TRACK = _mix(COLOURS["speech"], _DUSK, 0.7)
_PALE = _mix(COLOURS["speech"], PAPER, 0.4)
_EMBER = _mix(COLOURS["chime"], PAPER, 0.2)


def _background(middle: int) -> Image:
    """Return the background: lighter behind the ring, darker around it."""
    from PIL import Image

    # Pillow's gradient is black in the centre and becomes white where the circle touches the edges.
    shade = Image.radial_gradient("L").resize((2 * SIDE, 2 * SIDE), Image.Resampling.BICUBIC)
    shade = shade.crop((SIDE // 2, SIDE - middle, SIDE // 2 + SIDE, 2 * SIDE - middle))
    night, dusk = (Image.new("RGB", (SIDE, SIDE), colour) for colour in (_NIGHT, _DUSK))
    return Image.composite(night, dusk, shade)


@dataclass(frozen=True, slots=True)
class _Ring:
    """A ring along which a session runs once, from the top. Positions are pixels along the outer edge."""

    pen: ImageDraw
    middle: int
    timeline: Timeline

    def place(self, frame: int) -> float:
        """Return the position of a frame of the session."""
        return _AROUND * frame / max(self.timeline.length, 1)

    def spans(self, kind: EventKind) -> Iterator[Span]:
        """Yield the start and end positions of all events of a kind."""
        events = (event for event in self.timeline.events if event.kind == kind)
        return ((self.place(event.start), self.place(event.end)) for event in events)

    def band(self, span: Span, width: float, colour: str) -> None:
        """Draw a band along the middle of the ring, with round corners."""
        start, end = span
        corner = min(_CORNER, width / 2, (end - start) / 2)
        left, right = start + corner, end - corner
        outer = _RADIUS - (_HOLD - width) / 2 - corner
        inner = outer - width + 2 * corner
        steps = 1 + int((right - left) / _STEP)
        edge = [left + (right - left) * step / steps for step in range(steps + 1)]

        def turn(at: float, radius: float, first: int) -> list[Span]:
            turns = [math.radians(degrees) for degrees in range(first, first + 91, 15)]
            return [(at + corner * math.sin(angle), radius + corner * math.cos(angle)) for angle in turns]

        outline = [
            *((at, outer + corner) for at in edge),
            *turn(right, outer, 0),
            *turn(right, inner, 90),
            *((at, inner - corner) for at in reversed(edge)),
            *turn(left, inner, 180),
            *turn(left, outer, 270),
        ]
        self.pen.polygon([self._point(at, radius) for at, radius in outline], fill=colour)

    def dot(self, at: float, radius: float, size: float, colour: str) -> None:
        """Draw a dot on a circle of that radius around the ring's centre."""
        self.pen.circle(self._point(at, radius), size * _FINE, fill=colour)

    def _point(self, at: float, radius: float) -> tuple[float, float]:
        angle = at / _RADIUS
        return (SIDE / 2 + radius * math.sin(angle)) * _FINE, (self.middle - radius * math.cos(angle)) * _FINE


def _session(ring: _Ring) -> None:
    """Draw words, holds on top of them, chimes around the ring, and chapters inside it."""
    ring.band((0, _AROUND), _WORDS, _TRACK)
    for start, end in _joined(ring.spans("speech"), lambda before, now: now[0] - before[1] < _LEAST):
        ring.band((start, max(end, start + _GAP)), _WORDS, _PALE)
    for start, end in _joined(ring.spans("hold"), lambda before, now: now[1] - before[0] < _LEAST):
        ring.band((start + _GAP / 2, max(end, start + 2 * _GAP) - _GAP / 2), _HOLD, COLOURS["hold"])
    for at in _apart(start for start, _ in ring.spans("chime")):
        ring.dot(at, _CHIMES, _CHIME, _EMBER)
    for at in _apart(ring.place(chapter.start) for chapter in ring.timeline.chapters):
        ring.dot(at, _CHAPTERS, _CHAPTER, _PALE)


def _joined(spans: Iterable[Span], together: Callable[[Span, Span], bool]) -> Iterator[Span]:
    """Yield the spans, with neighbours joined while `together` is true for them."""
    one: Span | None = None
    for span in spans:
        if one and together(one, span):
            one = one[0], max(one[1], span[1])
        else:
            if one:
                yield one
            one = span
    if one:
        yield one


def _apart(places: Iterable[float]) -> Iterator[float]:
    """Yield the positions that are at least `_LEAST` from the last one yielded."""
    last = -math.inf
    for place in places:
        if place - last >= _LEAST:
            yield place
            last = place


def _minutes(pen: ImageDraw, ms: int, middle: int) -> None:
    """Write the session's length in minutes inside the ring."""
    number = str(max(round(ms / 60_000), 1) if ms else 0)
    room = 1.5 * _CHAPTERS
    size = next((size for size in _NUMBER_SIZES if font(size).getlength(number) <= room), _NUMBER_SIZES[-1])
    base = middle + CAPITAL * size / 2 - _UNIT_SIZE / 2
    pen.text((SIDE / 2, base), number, PAPER, font(size), anchor="ms")
    pen.text((SIDE / 2, base + 1.6 * _UNIT_SIZE), "min", _PALE, font(_UNIT_SIZE), anchor="ms")
