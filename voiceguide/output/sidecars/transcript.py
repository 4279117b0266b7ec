"""A transcript: the session as a text to read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import assert_never

from voiceguide.base.atomic import replace_text
from voiceguide.base.units import format_clock, format_duration, frames, milliseconds
from voiceguide.output.options import ExportOptions
from voiceguide.timeline.captions import as_shown
from voiceguide.timeline.model import Chapter, Event, Timeline

PARAGRAPH_MS = 2_000
"""Milliseconds of silence, outside a hold, after which a new paragraph begins."""

_UNSPACED = ("ja", "zh", "yue")
"""Languages written without a space between sentences."""


def write(timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
    """Write a session as plain text. See `formats.Writer`."""
    replace_text(path, "\n\n".join(_paragraphs(timeline, export_options.about.titled(timeline))) + "\n")


def _paragraphs(timeline: Timeline, title: str) -> Iterator[str]:
    def clock(count: int) -> str:
        return format_clock(milliseconds(count, timeline.rate))

    yield f"{title}\n{clock(timeline.length)}"
    space = "" if timeline.language.split("-")[0].lower() in _UNSPACED else " "
    said: list[str] = []
    joined_until = 0
    for each in _in_order(timeline):
        speech = isinstance(each, Event) and each.kind == "speech"
        if said and not (speech and each.start <= joined_until):
            yield space.join(said)
            said = []
        match each:
            case Chapter(start, title):
                yield f"{clock(start)}  {title}"
            case Event(start, end, kind, text):
                if kind == "hold":
                    yield f"[hold {format_duration(milliseconds(end - start, timeline.rate))}]"
                    joined_until = end
                elif kind == "speech":
                    said.append(as_shown(text))
                    joined_until = max(joined_until, end + frames(PARAGRAPH_MS, timeline.rate))
            case _:
                assert_never(each)
    if said:
        yield space.join(said)


def _in_order(timeline: Timeline) -> list[Chapter | Event]:
    """Return chapters, holds and sentences in the order of time. A chapter comes before items that begin with it."""
    events = [event for event in timeline.events if event.kind in ("hold", "speech")]
    return sorted([*timeline.chapters, *events], key=lambda each: each.start)
