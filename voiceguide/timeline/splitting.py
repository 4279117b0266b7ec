"""Splits a session into parts: one Timeline for each chapter."""

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
    """A part of a session with a title, from `start` to `end` (frames)."""

    start: int
    end: int
    title: str


def stretches(timeline: Timeline) -> tuple[Stretch, ...]:
    """Return the stretches that make up a session, one for each chapter, and at least one.

    The stretch before the first chapter has the session's title. A chapter without any length, such as a heading
    directly followed by another, is left out.
    """
    opening = Chapter(0, timeline.title)
    chapters = [opening, *timeline.chapters, Chapter(timeline.length, "")]
    found = [Stretch(one.start, other.start, one.title) for one, other in pairwise(chapters) if one.start < other.start]
    return tuple(found) or (Stretch(0, timeline.length, timeline.title),)


def split(timeline: Timeline) -> tuple[Timeline, ...]:
    """Return a Timeline for each stretch of a session, with everything that starts in the stretch.

    A chime that rings on after the end of its chapter makes the part longer; the next part does not contain it. Each
    part has the session's bed, from the bed's beginning.
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
    """Return the items that start in a stretch. The last stretch includes those that start at its end frame."""
    first = bisect_left(placed, stretch.start, key=_start)
    return placed[first:] if last else placed[first : bisect_left(placed, stretch.end, key=_start)]


def _start(each: Event | Placed) -> int:
    return each.start
