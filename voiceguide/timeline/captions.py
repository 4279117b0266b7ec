"""The words of a session with their times, for whoever reads along."""

from __future__ import annotations

from dataclasses import dataclass

from voiceguide.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Caption:
    """A sentence while it is heard, from `start` to `end` (frames)."""

    start: int
    end: int
    text: str
    """One line."""


def captions(timeline: Timeline) -> tuple[Caption, ...]:
    """The sentences of a session in order. One is over where the next begins, so that they never overlap."""
    said = [event for event in timeline.events if event.kind == "speech"]
    limits = [*(event.start for event in said), timeline.length][1:]
    return tuple(
        Caption(event.start, min(event.end, limit), " ".join(event.text.split()))
        for event, limit in zip(said, limits, strict=True)
    )
