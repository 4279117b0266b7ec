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


_BREAKS = dict.fromkeys(map(ord, "\u00ad\u180e\u200b\u2060\ufeff"))
"""Characters that only say where a line may be cut. Many players show a box or a hyphen for them."""


def as_shown(text: str) -> str:
    """A text on one line, without invisible characters that are about line breaks alone."""
    return " ".join(text.translate(_BREAKS).split())


def captions(timeline: Timeline) -> tuple[Caption, ...]:
    """The sentences of a session in order. One is over where the next begins, so that they never overlap."""
    said = [event for event in timeline.events if event.kind == "speech" and as_shown(event.text)]
    limits = [*(event.start for event in said), timeline.length][1:]
    return tuple(
        Caption(event.start, min(event.end, limit), as_shown(event.text))
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
