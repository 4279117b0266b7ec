"""A bed under a session: it fades in, becomes quieter under words, and fades out."""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from voiceguide.base.units import frames
from voiceguide.sound.audio import Samples
from voiceguide.sound.beds.bed import Bed

DEPTH_DB = 6.0
"""Decibels by which a bed is quieter under words."""

ATTACK = frames(200)
"""Frames before the words during which the bed becomes quieter, evenly in dB."""

RELEASE = frames(800)
"""Frames after the words during which the bed becomes louder again, evenly in dB."""

BRIDGE = frames(1500)
"""Length in frames. The bed stays quiet in a shorter gap between words."""

FADE = frames(3000)
"""Frames of the fades at the session's start and end, half a cosine each."""

STEP = frames(200)
"""Frames made at a time. Steps count from the session's start, so the mixer's block size does not change the bed."""

AHEAD = ATTACK + BRIDGE + RELEASE
"""Frames of the session after the mixed ones that a bed needs to know, at most, to start its fade-out in time."""

Gains = npt.NDArray[np.float32]
"""Amplitude factors, shape (frames,)."""

_DOWN: Gains = (10 ** (-DEPTH_DB / 20 * np.arange(ATTACK) / ATTACK)).astype(np.float32)
_UP: Gains = (10 ** (-DEPTH_DB / 20 * (1 - np.arange(RELEASE) / RELEASE))).astype(np.float32)
_DEPTH = np.float32(10 ** (-DEPTH_DB / 20))


def _cosine(count: int) -> Gains:
    """Return gains that rise from 0 to nearly 1 along half a cosine."""
    return (0.5 - 0.5 * np.cos(np.pi * np.arange(count) / max(count, 1))).astype(np.float32)


_COMING = _cosine(FADE)


class Ducking:
    """Turns the times of words into gains. The times may become known one by one; frames are asked for in order."""

    def __init__(self) -> None:
        self._words: deque[tuple[int, int]] = deque()

    def words(self, start: int, end: int) -> None:
        """Add words that last from frame `start` to `end`. Call this in the order of their start."""
        if end <= start:
            return
        if self._words and start - self._words[-1][1] < BRIDGE:
            first, last = self._words.pop()
            start, end = min(start, first), max(end, last)
        self._words.append((start, end))

    def needs(self, frame: int) -> int:
        """Return the frame up to which all words must be known to compute the gains up to `frame`."""
        end = self._words[-1][1] if self._words else 0
        # Whether the bed may rise after the last words depends on how soon the next words come.
        return max(frame + ATTACK, end + BRIDGE if self._words and frame > end else 0)

    def gains(self, start: int, count: int) -> Gains:
        """Return the gains of `count` frames from `start` on, and forget all earlier words."""
        while self._words and self._words[0][1] + RELEASE <= start:
            self._words.popleft()
        gains = np.ones(count, np.float32)
        for first, last in self._words:
            if first - ATTACK >= start + count:
                break
            _lay(gains, start, first - ATTACK, _DOWN)
            gains[max(first - start, 0) : max(last - start, 0)] = _DEPTH
            _lay(gains, start, last, _UP)
        return gains


class Underlay:
    """A bed with its fades and its ducking, made step by step while the mixer learns more of the session."""

    def __init__(self, bed: Bed) -> None:
        self._bed = bed
        self._ducking = Ducking()
        self._made = 0
        self._ready: deque[Samples] = deque()
        self._going: tuple[int, Gains] | None = None

    @property
    def made(self) -> int:
        """Frames made so far."""
        return self._made

    @property
    def needs(self) -> int:
        """Frame up to which the session must be known before the next step can be made.

        At the start of a session this is close to `made`, so the sound begins at once. Later it is up to `AHEAD` frames
        further, so the fade-out starts in time.
        """
        step_end = self._made + STEP
        return max(self._made + min(self._made - FADE, AHEAD), self._ducking.needs(step_end))

    def words(self, start: int, end: int) -> None:
        """See `Ducking.words`."""
        self._ducking.words(start, end)

    def end(self, length: int) -> None:
        """Set the session's length in frames. If too few frames are left for a whole fade, the fade is shorter."""
        start = max(length - FADE, self._made)
        self._going = start, _cosine(max(length - start, 0))[::-1]

    def make(self) -> None:
        """Make the next step."""
        gains = self._ducking.gains(self._made, STEP)
        if self._made < FADE:
            _multiply(gains, self._made, 0, _COMING)
        if self._going is not None:
            start, going = self._going
            _multiply(gains, self._made, start, going)
            gains[max(start + len(going) - self._made, 0) :] = 0
        self._ready.append(self._bed.samples(self._made, STEP) * gains[:, None])
        self._made += STEP

    def take(self, count: int) -> Samples:
        """Return the next `count` frames that were made, shape (count, 1)."""
        parts: list[Samples] = []
        while count:
            step = self._ready.popleft()
            if len(step) > count:
                self._ready.appendleft(step[count:])
                step = step[:count]
            parts.append(step)
            count -= len(step)
        return np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)


def _lay(gains: Gains, start: int, at: int, ramp: Gains) -> None:
    """Write `ramp`, which begins at frame `at`, into the gains that begin at `start`."""
    first, last = max(at, start), min(at + len(ramp), start + len(gains))
    if first < last:
        gains[first - start : last - start] = ramp[first - at : last - at]


def _multiply(gains: Gains, start: int, at: int, ramp: Gains) -> None:
    first, last = max(at, start), min(at + len(ramp), start + len(gains))
    if first < last:
        gains[first - start : last - start] *= ramp[first - at : last - at]
