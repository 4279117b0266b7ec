"""The words of a session with their times, for captions and lyrics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voiceguide.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Caption:
    """A sentence that is heard from `start` to `end` (frames)."""

    start: int
    end: int
    text: str


def captions(timeline: Timeline) -> tuple[Caption, ...]:
    """Return the sentences of a session in order. A caption ends at the latest where the next begins: none overlap."""
    said = [event for event in timeline.events if event.kind == "speech" and event.text.strip()]
    limits = [*(event.start for event in said), timeline.length][1:]
    return tuple(
        Caption(event.start, min(event.end, limit), " ".join(event.text.split()))
        for event, limit in zip(said, limits, strict=True)
    )


def shared(caption: Caption, texts: Sequence[str]) -> Iterator[Caption]:
    """Split a caption into one caption for each text. Each gets a share of the time by the length of its text."""
    length, total = caption.end - caption.start, sum(map(len, texts))
    start = caption.start
    done = 0
    for text in texts:
        done += len(text)
        end = caption.start + length * done // total
        yield Caption(start, end, text)
        start = end
