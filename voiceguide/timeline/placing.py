"""Script to Timeline: every cue at its exact frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from voiceguide.script.cues import Anchor, Chime, Hold, Inner, Mark, Pause, Say, Script
from voiceguide.sound.chimes import ChimeClip, chime
from voiceguide.sound.clip import Clip, Horizon, Placed
from voiceguide.source import Problem, Span, error
from voiceguide.timeline.model import Chapter, Event, Timeline
from voiceguide.units import format_duration, frames, milliseconds

GAP_MS = 700
"""Silence between two sentences where nothing else is written: a breath."""

ClipFor: TypeAlias = Callable[[Say], Clip]
"""Gives the finished clip of a sentence; may block while it is being spoken."""


@dataclass(frozen=True, slots=True)
class End:
    """The session is over at this frame."""

    frame: int


Arrival: TypeAlias = Event | Chapter | Placed | Horizon | Problem | End


def place(script: Script, clip_for: ClipFor) -> Iterator[Arrival]:
    """Place a script cue by cue, so that the beginning can be heard while the rest is still being spoken.

    Events and clips come in order of their start. Before each wait for a clip comes a `Horizon`, which promises
    that nothing else starts before it.
    """
    return _Placer(clip_for, Span(script.title, 1, 1)).run(script)


def build(script: Script, clip_for: ClipFor) -> Timeline:
    """Place a whole script."""
    return collect(script, place(script, clip_for))


def collect(script: Script, arrivals: Iterable[Arrival]) -> Timeline:
    """The Timeline of what `place` gave."""
    events: list[Event] = []
    chapters: list[Chapter] = []
    sounds: list[Placed] = []
    problems: list[Problem] = []
    length = 0
    for arrival in arrivals:
        match arrival:
            case Event():
                events.append(arrival)
            case Chapter():
                chapters.append(arrival)
            case Placed():
                sounds.append(arrival)
            case Problem():
                problems.append(arrival)
            case End(frame):
                length = frame
            case Horizon():
                pass
    return Timeline(
        title=script.title,
        language=script.language,
        length=length,
        chapters=tuple(chapters),
        events=tuple(events),
        sounds=tuple(sounds),
        problems=tuple(problems),
    )


class _Placer:
    """The moving point in time at which the next cue goes."""

    def __init__(self, clip_for: ClipFor, nowhere: Span) -> None:
        self._clip_for = clip_for
        self._nowhere = nowhere
        self._now = 0
        self._last_end = 0
        self._after_words = False

    def run(self, script: Script) -> Iterator[Arrival]:
        for cue in script.cues:
            match cue:
                case Say():
                    yield from self._breath()
                    yield from self._say(cue)
                    self._after_words = True
                case Pause(ms):
                    end = self._now + frames(ms)
                    yield Event(self._now, end, "pause")
                    self._now, self._after_words = end, False
                case Chime(name):
                    yield from self._breath()
                    yield from self._chime(chime(name), name)
                case Mark(title):
                    yield from self._breath()
                    yield Chapter(self._now, title)
                case Hold():
                    yield from self._breath()
                    yield from self._hold(cue)
        yield End(max(self._now, self._last_end))

    def _breath(self) -> Iterator[Arrival]:
        """A sentence is followed by a breath, unless the script says how long to wait."""
        if self._after_words:
            self._now += frames(GAP_MS)
            self._after_words = False
        yield Horizon(self._now)

    def _say(self, say: Say) -> Iterator[Arrival]:
        clip = self._clip_for(say)
        yield from self._sound(clip, self._speech(say, clip.frames))
        self._now += clip.frames

    def _speech(self, say: Say, count: int) -> Event:
        return Event(self._now, self._now + count, "speech", say.text, say.move, say.side, say.role)

    def _chime(self, clip: ChimeClip, name: str) -> Iterator[Arrival]:
        yield from self._sound(clip, Event(self._now, self._now + clip.frames, "chime", name))
        self._now += clip.advance

    def _sound(self, clip: Clip, event: Event) -> Iterator[Arrival]:
        yield event
        yield Placed(event.start, clip)
        self._last_end = max(self._last_end, event.end)

    def _hold(self, hold: Hold) -> Iterator[Arrival]:
        start, length = self._now, frames(hold.ms)
        end = start + length
        yield Event(start, end, "hold", move=hold.move, side=hold.side)

        def moment(pair: tuple[Anchor, Inner]) -> int:
            return pair[0].at(length, frames(pair[0].offset_ms))

        groups = [(at, [cue for _, cue in pairs]) for at, pairs in groupby(sorted(hold.cues, key=moment), key=moment)]
        self._now = start
        limits = [min(start + at, end) for at, _ in groups[1:]] + [end]
        for (at, cues), limit in zip(groups, limits, strict=True):
            if at < 0 or at > length:
                yield self._misplaced(hold, cues[0], at, length)
            elif at < length:
                yield from self._inside(hold, cues, start + at, limit)
        self._now = end
        for cue in (cue for at, cues in groups if at == length for cue in cues):
            match cue:
                case Say():
                    yield Horizon(self._now)
                    yield from self._say(cue)
                    self._after_words = True
                case Chime(name):
                    yield from self._chime(chime(name), name)
                    self._after_words = False
                case Pause(ms):
                    self._now += frames(ms)
                    self._after_words = False

    def _inside(self, hold: Hold, cues: list[Inner], start: int, limit: int) -> Iterator[Arrival]:
        """Cues that follow each other from `start` and must be over at `limit`; words that are not are left out."""
        # Words of the group before may still be sounding where they were too long; they were reported then.
        self._now = start
        for cue in cues:
            yield Horizon(self._now)
            match cue:
                case Say():
                    clip = self._clip_for(cue)
                    if self._now + clip.frames > limit:
                        yield self._too_long(hold, cue, clip.frames, limit - self._now)
                    else:
                        yield from self._sound(clip, self._speech(cue, clip.frames))
                        self._now += clip.frames
                case Chime(name):
                    yield from self._chime(chime(name), name)
                case Pause(ms):
                    self._now += frames(ms)

    def _too_long(self, hold: Hold, say: Say, needed: int, room: int) -> Problem:
        words = f"“{say.text[:60]}” takes {_seconds(needed)}"
        left = f"its {format_duration(hold.ms)} hold leaves {_seconds(max(room, 0))} for it"
        hint = f"shorten the words, or lengthen the hold by at least {_seconds(needed - room, up=True)}"
        return error(say.span or hold.span or self._nowhere, f"{words}, but {left}", hint)

    def _misplaced(self, hold: Hold, cue: Inner, at: int, length: int) -> Problem:
        side = "before the start" if at < 0 else "after the end"
        message = f"a cue lies {_seconds(-at if at < 0 else at - length)} {side} of its {format_duration(hold.ms)} hold"
        return error(cue.span or hold.span or self._nowhere, message, "move it inside, or lengthen the hold")


def _seconds(count: int, *, up: bool = False) -> str:
    tenths = (milliseconds(count) + (99 if up else 50)) // 100
    return format_duration(tenths * 100)
