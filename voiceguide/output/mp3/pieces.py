"""Cuts a session at its silences into pieces. Each piece can be encoded alone, once for all sessions that have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from voiceguide.base.source import Problem
from voiceguide.sound.clip import End, Horizon, Placed
from voiceguide.timeline.model import Chapter, Event

if TYPE_CHECKING:
    from voiceguide.timeline.placing import Arrival


@dataclass(frozen=True, slots=True)
class Piece:
    """Sounds that lie close together or overlap, with silence before and after them."""

    start: int
    """Frame of the session at which the first sound begins."""
    sounds: tuple[Placed, ...]
    """Sounds, placed relative to the start of the piece."""

    @property
    def length(self) -> int:
        """Frames until the last sound has ended."""
        return max(sound.start + sound.clip.frames for sound in self.sounds)


class Pieces:
    """Gathers placed clips, in order of their start, into pieces with at least `apart` frames between them."""

    def __init__(self, apart: int) -> None:
        self._apart = apart
        self._waiting: list[Placed] = []
        self._end = 0

    def take(self, arrival: Arrival) -> Iterator[Piece]:
        """Take the next item from `placing.place`. Yield a piece as soon as no more sounds can belong to it."""
        match arrival:
            case Placed(start, clip):
                yield from self._before(start)
                self._waiting.append(arrival)
                self._end = max(self._end, start + clip.frames)
            case Horizon(frame):
                yield from self._before(frame)
            case End():
                yield from self._before(self._end + self._apart)
            case Event() | Chapter() | Problem():
                pass
            case _:
                assert_never(arrival)

    def _before(self, frame: int) -> Iterator[Piece]:
        if self._waiting and frame >= self._end + self._apart:
            start = self._waiting[0].start
            yield Piece(start, tuple(replace(each, start=each.start - start) for each in self._waiting))
            self._waiting.clear()


def pieces(placed: Iterable[Placed], apart: int) -> Iterator[Piece]:
    """Yield the pieces of a whole session."""
    gathering = Pieces(apart)
    for each in placed:
        yield from gathering.take(each)
    yield from gathering.take(End(0))
