"""The cover picture of a session, drawn once and kept."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from voiceguide.output.order import Order
from voiceguide.store import key_of
from voiceguide.timeline.colours import COLOURS, PAPER
from voiceguide.timeline.model import Timeline

TYPE = "image/jpeg"

REVISION = 1
"""Raised whenever the same session is drawn otherwise."""


def signature() -> str:
    """A text that changes whenever the same session could be drawn otherwise; empty where nothing can be drawn."""
    try:
        return f"{REVISION}, Pillow {version('Pillow')}"
    except PackageNotFoundError:
        return ""


def cover(timeline: Timeline, order: Order) -> bytes:
    """A square picture for players to show, of the type `TYPE`.

    It is an ornament, not worth a session: where Pillow is missing or broken, there is none, and this is empty.
    """
    timeline = order.part_of or timeline
    try:
        key = key_of(
            {
                "cover": signature(),
                "colours": [COLOURS, PAPER],
                "title": timeline.title,
                "length": [timeline.length, timeline.rate],
                "chapters": [chapter.start for chapter in timeline.chapters],
                "events": [(event.kind, event.start, event.end) for event in timeline.events],
            }
        )
        picture = order.store.get(key)
        if picture is None:
            from voiceguide.output.cover_drawing import draw

            picture = draw(timeline)
            picture = order.store.put(key, picture) or picture
    except ImportError:
        return b""
    return picture
