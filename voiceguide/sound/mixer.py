"""Placed clips to blocks of samples. The same samples come out whatever the block size."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import numpy as np

from voiceguide.sound.audio import Samples
from voiceguide.sound.clip import Horizon, Placed

BLOCK = 8192
"""Frames of a block, where the caller has no reason for another."""

CHANNELS = 1

_NOTHING_MORE = Horizon(sys.maxsize)


class Mixer:
    """Mixes placed clips from the first frame on.

    What is placed may still be coming in: a block waits until everything that could start in it is known, so that
    live play can sound its first chime while the first words are still being spoken.
    """

    def __init__(self, placed: Iterable[Placed | Horizon]) -> None:
        """Take the clips to mix, in order of their start."""
        self._coming = iter(placed)
        self._waiting: list[Placed] = []
        self._sounding: list[tuple[int, Samples]] = []
        self._known = 0
        self.position = 0
        """Frames mixed so far."""

    def read(self, count: int) -> Samples:
        """The next `count` frames, shape (count, channels), silence after the last clip.

        Raises:
            FileError: a clip's samples are gone.
        """
        block = np.zeros((count, CHANNELS), np.float32)
        start, end = self.position, self.position + count
        self._take_until(end)
        for at, samples in self._sounding:
            first, last = max(at, start), min(at + len(samples), end)
            block[first - start : last - start] += samples[first - at : last - at]
        self._sounding = [(at, samples) for at, samples in self._sounding if at + len(samples) > end]
        self.position = end
        return block

    def _take_until(self, end: int) -> None:
        """Fetch the samples of every clip that starts before `end`."""
        while self._known < end:
            item = next(self._coming, _NOTHING_MORE)
            if isinstance(item, Horizon):
                self._known = item.frame
            else:
                self._known = item.start
                self._waiting.append(item)
        while self._waiting and self._waiting[0].start < end:
            placed = self._waiting.pop(0)
            self._sounding.append((placed.start, placed.clip.samples()))


def mix(placed: Iterable[Placed], length: int, block: int = BLOCK) -> Iterator[Samples]:
    """All of a session of `length` frames, in blocks of at most `block` frames, shape (frames, channels)."""
    mixer = Mixer(placed)
    while mixer.position < length:
        yield mixer.read(min(block, length - mixer.position))
