"""Makes a Timeline from a Script: puts every cue at its exact frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TypeAlias, assert_never

from voiceguide.base.source import Problem, Span, error
from voiceguide.base.units import format_duration, frames, milliseconds
from voiceguide.script.cues import Anchor, Chime, Cue, Hold, Inner, Mark, Pause, Say, Script, Swell
from voiceguide.sound.chimes import ChimeClip, chime
from voiceguide.sound.clip import Clip, End, Horizon, Placed
from voiceguide.sound.swells import SwellClip
from voiceguide.timeline.model import Chapter, Event, Timeline

GAP_MS = 700
"""Silence between two sentences where the script has no pause: a breath."""

ClipFor: TypeAlias = Callable[[Say], Clip]
"""Returns the finished clip of a sentence. May block while the sentence is being synthesised."""


Arrival: TypeAlias = Event | Chapter | Placed | Horizon | Problem | End


def place(script: Script, clip_for: ClipFor, cues: Iterable[Cue] | None = None) -> Iterator[Arrival]:
    """Place a script cue by cue, so that its beginning can be heard while the rest is still being synthesised.

    Events and clips come in order of their start. Before each wait for a clip comes a `Horizon`, which promises that
    nothing else starts before its frame.

    Args:
        script: the script to place.
        clip_for: gives the clip of each sentence.
        cues: replace the script's own cues. Use this when later cues are not known yet.
    """
    return _Placer(clip_for, Span(script.title, 1, 1)).run(script.cues if cues is None else cues)


def build(script: Script, clip_for: ClipFor) -> Timeline:
    """Place a whole script."""
    return collect(script, place(script, clip_for))


def collect(script: Script, arrivals: Iterable[Arrival]) -> Timeline:
    """Return the Timeline of everything that `place` yielded, without chapters of no length."""
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
            case _:
                assert_never(arrival)
    return Timeline(
        title=script.title,
        language=script.language,
        length=length,
        chapters=_with_length(chapters, length),
        events=tuple(events),
        sounds=tuple(sounds),
        problems=tuple(problems),
    )


def _with_length(chapters: list[Chapter], length: int) -> tuple[Chapter, ...]:
    """The chapters without those that end at the frame where they start: there is nothing in them to jump to."""
    ends = [*(chapter.start for chapter in chapters), length][1:]
    return tuple(chapter for chapter, end in zip(chapters, ends, strict=True) if chapter.start < end)


class _Placer:
    """Keeps the frame at which the next cue is placed."""

    def __init__(self, clip_for: ClipFor, nowhere: Span) -> None:
        self._clip_for = clip_for
        self._nowhere = nowhere
        self._now = 0
        self._last_end = 0
        self._after_words = False

    def run(self, cues: Iterable[Cue]) -> Iterator[Arrival]:
        for cue in cues:
            match cue:
                case Mark(title):
                    yield from self._breath()
                    yield Chapter(self._now, title)
                case Hold():
                    yield from self._breath()
                    yield from self._hold(cue)
                case Say() | Pause() | Chime():
                    yield from self._next(cue)
                case _:
                    assert_never(cue)
        yield End(max(self._now, self._last_end))

    def _breath(self) -> Iterator[Horizon]:
        """Add a breath after a sentence."""
        if self._after_words:
            self._now += frames(GAP_MS)
            self._after_words = False
        yield Horizon(self._now)

    def _next(self, cue: Inner) -> Iterator[Arrival]:
        """Place a cue directly after the one before it."""
        if isinstance(cue, Pause):
            end = self._now + frames(cue.ms)
            yield Event(self._now, end, "pause")
            self._now, self._after_words = end, False
        else:
            yield from self._breath()
            yield from self._sound(cue, self._clip(cue))

    def _hold(self, hold: Hold) -> Iterator[Arrival]:
        start, length = self._now, frames(hold.ms)
        end = start + length
        yield Event(start, end, "hold", move=hold.move, side=hold.side)

        def moment(pair: tuple[Anchor, Inner]) -> int:
            return pair[0].at(length, frames(pair[0].offset_ms))

        groups = [(at, [cue for _, cue in pairs]) for at, pairs in groupby(sorted(hold.cues, key=moment), key=moment)]
        limits = [min(start + at, end) for at, _ in groups[1:]] + [end]
        # `strict` is False because a hold without cues has one limit and no group.
        for (at, cues), limit in zip(groups, limits, strict=False):
            if at < 0 or at > length:
                yield self._misplaced(hold, cues[0], at, length)
            elif at < length:
                yield from self._inside(hold, cues, start + at, limit)
        self._now, self._after_words = end, False
        for cue in (cue for at, cues in groups if at == length for cue in cues):
            yield from self._next(cue)

    def _inside(self, hold: Hold, cues: list[Inner], start: int, limit: int) -> Iterator[Arrival]:
        """Place cues one after another from `start`. Leave out words that would not end by `limit`.

        A chime is left out only if it would not start before `limit`; it may ring on after it.
        """
        self._now, self._after_words = start, False
        for cue in cues:
            if isinstance(cue, Pause):
                self._now, self._after_words = self._now + frames(cue.ms), False
                continue
            at = self._now + frames(GAP_MS) * self._after_words
            yield Horizon(min(at, limit))
            clip = self._clip(cue)
            room = limit - at
            if isinstance(cue, Say) and clip.frames > room:
                yield self._too_long(hold, cue, clip.frames, room)
            elif isinstance(cue, Chime) and room <= 0:
                yield self._too_late(hold, cue, room)
            else:
                self._now = at
                yield from self._sound(cue, clip)

    def _clip(self, cue: Say | Chime | Swell) -> Clip:
        match cue:
            case Say():
                return self._clip_for(cue)
            case Chime(name):
                return chime(name)
            case Swell(breath, ms):
                return SwellClip(breath, frames(ms))
            case _:
                assert_never(cue)

    def _sound(self, cue: Say | Chime | Swell, clip: Clip) -> Iterator[Event | Placed]:
        """Place a clip now. The next cue waits for the end of words, for the first part of a chime, not for a tone."""
        start, end = self._now, self._now + clip.frames
        match cue:
            case Say():
                yield Event(start, end, "speech", cue.text, cue.move, cue.side, cue.role)
            case Chime(name):
                yield Event(start, end, "chime", name)
            case Swell(breath):
                yield Event(start, end, "chime", f"breathe {breath}")
            case _:
                assert_never(cue)
        yield Placed(start, clip, speech=isinstance(cue, Say))
        self._now += clip.advance if isinstance(clip, ChimeClip | SwellClip) else clip.frames
        self._after_words = isinstance(cue, Say)
        self._last_end = max(self._last_end, end)

    def _too_long(self, hold: Hold, say: Say, needed: int, room: int) -> Problem:
        words = f"“{say.text[:60]}” takes {_seconds(needed)}"
        left = f"its {format_duration(hold.ms)} hold leaves {_seconds(max(room, 0))} for it"
        hint = f"shorten the words, or lengthen the hold by at least {_seconds(needed - room, up=True)}"
        return error(say.span or hold.span or self._nowhere, f"{words}, but {left}", hint)

    def _too_late(self, hold: Hold, chime: Chime, room: int) -> Problem:
        message = f"the chime {chime.name} comes {_seconds(-room)} too late in its {format_duration(hold.ms)} hold"
        return error(chime.span or hold.span or self._nowhere, message, "shorten what comes before it")

    def _misplaced(self, hold: Hold, cue: Inner, at: int, length: int) -> Problem:
        side = "before the start" if at < 0 else "after the end"
        message = f"a cue lies {_seconds(-at if at < 0 else at - length)} {side} of its {format_duration(hold.ms)} hold"
        return error(cue.span or hold.span or self._nowhere, message, "move it inside, or lengthen the hold")


def _seconds(count: int, *, up: bool = False) -> str:
    tenths = (milliseconds(count) + (99 if up else 50)) // 100
    return format_duration(tenths * 100)
