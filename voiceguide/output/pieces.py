"""A session cut at its silences: sounds that lie far enough apart can be encoded apart, and once for every session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from voiceguide.sound.clip import End, Horizon, Placed
from voiceguide.source import Problem
from voiceguide.timeline.model import Chapter, Event

if TYPE_CHECKING:
    from voiceguide.timeline.placing import Arrival


@dataclass(frozen=True, slots=True)
class Piece:
    """Sounds that lie close together or overlap, with silence before and after them."""

    start: int
    """Frame of the session at which the first one begins."""
    sounds: tuple[Placed, ...]
    """Placed from the start of the piece."""

    @property
    def length(self) -> int:
        """Frames until the last one has ended."""
        return max(sound.start + sound.clip.frames for sound in self.sounds)


class Pieces:
    """Gathers what is placed, in order of its start, into pieces that lie at least `apart` frames from each other."""

    def __init__(self, apart: int) -> None:
        self._apart = apart
        self._waiting: list[Placed] = []
        self._end = 0

    def take(self, arrival: Arrival) -> Iterator[Piece]:
        """Take in the next of what `placing.place` gives. Gives a piece once nothing can be added to it."""
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
                # These make no sound.
                pass
            case _:
                assert_never(arrival)

    def _before(self, frame: int) -> Iterator[Piece]:
        if self._waiting and frame >= self._end + self._apart:
            start = self._waiting[0].start
            yield Piece(start, tuple(replace(each, start=each.start - start) for each in self._waiting))
            self._waiting.clear()


def pieces(placed: Iterable[Placed], apart: int) -> Iterator[Piece]:
    """The pieces of a whole session."""
    gathering = Pieces(apart)
    for each in placed:
        yield from gathering.take(each)
    yield from gathering.take(End(0))
