"""A session in parts: one Timeline for each chapter, to be heard by itself."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from voiceguide.sound.clip import Placed
from voiceguide.timeline.model import Chapter, Event, Timeline

T = TypeVar("T", Event, Placed)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A chapter with its end, from `start` to `end` (frames)."""

    start: int
    end: int
    title: str


def stretches(timeline: Timeline) -> tuple[Stretch, ...]:
    """All of a session, chapter by chapter. There is one at least.

    What comes before the first chapter is called like the session. A chapter that is over as it begins, such as a
    heading with another one under it, is left out.
    """
    opening = Chapter(0, timeline.title)
    chapters = [opening, *timeline.chapters, Chapter(timeline.length, "")]
    found = [Stretch(one.start, other.start, one.title) for one, other in pairwise(chapters) if one.start < other.start]
    return tuple(found) or (Stretch(0, timeline.length, timeline.title),)


def split(timeline: Timeline) -> tuple[Timeline, ...]:
    """A part for each stretch of a session, with all that starts in it, at its place.

    A chime that rings on past the end of its chapter makes the part longer; it is not heard in the next one. A bed
    lies under each part anew.
    """
    every = stretches(timeline)
    return tuple(_part(timeline, stretch, last=stretch is every[-1]) for stretch in every)


def _part(timeline: Timeline, stretch: Stretch, *, last: bool) -> Timeline:
    sounds = tuple(
        replace(sound, start=sound.start - stretch.start) for sound in _starting(timeline.sounds, stretch, last)
    )
    events = tuple(
        replace(event, start=event.start - stretch.start, end=event.end - stretch.start)
        for event in _starting(timeline.events, stretch, last)
        if event.kind != "bed"
    )
    length = max([stretch.end - stretch.start, *(sound.start + sound.clip.frames for sound in sounds)])
    part = replace(
        timeline,
        title=stretch.title,
        length=length,
        chapters=(Chapter(0, stretch.title),),
        events=events,
        sounds=sounds,
        bed=None,
    )
    if timeline.bed is None:
        return part
    return part.over(timeline.bed, next(event.text for event in timeline.events if event.kind == "bed"))


def _starting(placed: tuple[T, ...], stretch: Stretch, last: bool) -> tuple[T, ...]:
    """Those that start in a stretch; in the last one, those at its very end, too."""
    first = bisect_left(placed, stretch.start, key=_start)
    return placed[first:] if last else placed[first : bisect_left(placed, stretch.end, key=_start)]


def _start(each: Event | Placed) -> int:
    return each.start
