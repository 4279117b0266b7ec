"""Mixes placed clips into blocks of samples. The samples are the same for every block size."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, assert_never

import numpy as np

from voiceguide.sound.audio import Samples
from voiceguide.sound.clip import End, Horizon, Placed

if TYPE_CHECKING:
    from voiceguide.sound.beds.bed import Bed

BLOCK = 8192
"""Default number of frames in a block."""

CHANNELS = 1


class Mixer:
    """Mixes placed clips from the first frame on, over a bed if there is one.

    More clips may arrive while it mixes. A block waits only for the clips that could start in it, so live play can
    sound its first chime while the first words are still being synthesised. A bed needs to know more of the session,
    because it becomes quieter before words and louder after them: see `ducking.Underlay`.
    """

    def __init__(
        self, placed: Iterable[Placed | Horizon | End], bed: Bed | None = None, length: int | None = None
    ) -> None:
        """Take the clips to mix, in order of their start.

        Args:
            placed: the clips. Nothing is read after an `End`.
            bed: the sound under the whole session. It fades out at the session's end: `length` if given, else the
                `End` in `placed`, else the end of the last clip or `Horizon`.
            length: length of the session in frames, if known from the start.
        """
        self._coming = iter(placed)
        self._pending: deque[Placed] = deque()
        self._sounding: list[tuple[int, Samples]] = []
        self._known = 0
        self._ended = False
        self._last_end = 0
        self._length = length
        self._under = None
        if bed is not None:
            from voiceguide.sound.ducking import Underlay

            self._under = Underlay(bed)
            if length is not None:
                self._under.end(length)
        self.position = 0
        """Frames mixed so far."""

    def read(self, count: int) -> Samples:
        """Return the next `count` frames, shape (count, channels); silence after the last clip.

        Raises:
            FileError: the file of a clip or of the bed is gone.
        """
        block = np.zeros((count, CHANNELS), np.float32)
        start, end = self.position, self.position + count
        while self._known < end and not self._ended:
            self._take_one()
        while self._pending and self._pending[0].start < end:
            due = self._pending.popleft()
            self._sounding.append((due.start, due.clip.samples()))
        for at, samples in self._sounding:
            first, last = max(at, start), min(at + len(samples), end)
            block[first - start : last - start] += samples[first - at : last - at]
        self._sounding = [(at, samples) for at, samples in self._sounding if at + len(samples) > end]
        if self._under is not None:
            while self._under.made < end:
                while self._known < self._under.needs and not self._ended:
                    self._take_one()
                self._under.make()
            block += self._under.take(count)
        self.position = end
        return block

    def _take_one(self) -> None:
        """Take the next item of the stream; may wait for it."""
        item = next(self._coming, None)
        match item:
            case Placed():
                self._pending.append(item)
                # Clips arrive in order of their start.
                self._known = max(self._known, item.start)
                end = item.start + item.clip.frames
                self._last_end = max(self._last_end, end)
                if item.speech and self._under is not None:
                    self._under.words(item.start, end)
            case Horizon(frame):
                self._known = max(self._known, frame)
            case End() | None:
                self._ended = True
                if self._under is not None and self._length is None:
                    self._under.end(item.frame if item else max(self._known, self._last_end))
            case _:
                assert_never(item)


def mix(placed: Iterable[Placed], length: int, block: int = BLOCK, *, bed: Bed | None = None) -> Iterator[Samples]:
    """Yield a session of `length` frames in blocks of at most `block` frames, shape (frames, channels)."""
    mixer = Mixer(placed, bed, length)
    while mixer.position < length:
        yield mixer.read(min(block, length - mixer.position))
