"""The cover picture of a session, drawn once and kept in the cache."""

from __future__ import annotations

import logging
from importlib.metadata import PackageNotFoundError, version

from voiceguide.base.store import key_of
from voiceguide.output.options import ExportOptions
from voiceguide.timeline.colours import COLOURS, PAPER
from voiceguide.timeline.model import Timeline

log = logging.getLogger(__name__)

TYPE = "image/jpeg"

REVISION = 1
"""Version of the drawing. Raise it when a change gives a session another picture."""


def signature() -> str:
    """Return a text that changes whenever the same session could get another picture; empty without Pillow."""
    try:
        return f"{REVISION}, Pillow {version('Pillow')}"
    except PackageNotFoundError:
        return ""


def cover(timeline: Timeline, export_options: ExportOptions) -> bytes:
    """Return a square picture of type `TYPE` for players to show.

    A missing cover must not stop an export: if Pillow is missing or broken, the result is empty.
    """
    timeline = export_options.part_of or timeline
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
        picture = export_options.store.get(key)
        if picture is None:
            from voiceguide.output.cover.drawing import draw

            picture = draw(timeline)
            picture = export_options.store.put(key, picture) or picture
    except ImportError as cause:
        log.debug("the file has no cover (%s)", cause)
        return b""
    return picture
