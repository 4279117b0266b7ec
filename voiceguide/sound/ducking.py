"""A bed under a session: how it comes, makes room for words, and goes."""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from voiceguide.sound.audio import Samples
from voiceguide.sound.beds import Bed
from voiceguide.units import frames

DEPTH_DB = 6.0
"""How much quieter a bed is under words."""

ATTACK = frames(200)
"""Frames before the words in which it sinks, evenly in dB."""

RELEASE = frames(800)
"""Frames after them in which it rises again, evenly in dB."""

BRIDGE = frames(1500)
"""A gap between words that is shorter than this is no gap: it stays down."""

FADE = frames(3000)
"""Frames of the fades at the session's start and end, half a cosine each."""

STEP = frames(200)
"""Frames made at a time, counted from the session's start, so that the size of the mixer's blocks changes nothing."""

AHEAD = ATTACK + BRIDGE + RELEASE
"""How far beyond what is mixed a bed asks to know the session, at most, so as to see its end coming."""

Gains = npt.NDArray[np.float32]
"""Amplitude factors, shape (frames,)."""

_DOWN: Gains = (10 ** (-DEPTH_DB / 20 * np.arange(ATTACK) / ATTACK)).astype(np.float32)
_UP: Gains = (10 ** (-DEPTH_DB / 20 * (1 - np.arange(RELEASE) / RELEASE))).astype(np.float32)
_DEPTH = np.float32(10 ** (-DEPTH_DB / 20))


def _cosine(count: int) -> Gains:
    """From 0 to nearly 1 along half a cosine."""
    return (0.5 - 0.5 * np.cos(np.pi * np.arange(count) / max(count, 1))).astype(np.float32)


_COMING = _cosine(FADE)


class Ducking:
    """Turns the times of words, which become known little by little, into gains. Frames are asked for in order."""

    def __init__(self) -> None:
        self._words: deque[tuple[int, int]] = deque()

    def words(self, start: int, end: int) -> None:
        """There are words from frame `start` to `end`. Called in the order of their start."""
        if end <= start:
            return
        if self._words and start - self._words[-1][1] < BRIDGE:
            first, last = self._words.pop()
            start, end = min(start, first), max(end, last)
        self._words.append((start, end))

    def needs(self, frame: int) -> int:
        """The frame up to which all words must be known before the gains up to `frame` can be told."""
        end = self._words[-1][1] if self._words else 0
        # Whether it may rise after the last words depends on how soon the next ones come.
        return max(frame + ATTACK, end + BRIDGE if self._words and frame > end else 0)

    def gains(self, start: int, count: int) -> Gains:
        """The gains of `count` frames from `start` on. Forgets what lies before them."""
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
    """A bed with its fades and its ducking, made in steps as the mixer's knowledge of the session grows."""

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
        """The frame up to which the session must be known before the next step can be made.

        At the start it is near, so that a session begins at once; later it is `AHEAD`, so that the end is not missed.
        """
        step_end = self._made + STEP
        return max(self._made + min(self._made - FADE, AHEAD), self._ducking.needs(step_end))

    def words(self, start: int, end: int) -> None:
        """See `Ducking.words`."""
        self._ducking.words(start, end)

    def end(self, length: int) -> None:
        """The session has `length` frames. Learned too late for a whole fade, it fades over what is left."""
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
        """The next `count` frames of what was made, shape (count, 1)."""
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
    """Put `ramp`, which begins at frame `at`, into the gains that begin at `start`."""
    first, last = max(at, start), min(at + len(ramp), start + len(gains))
    if first < last:
        gains[first - start : last - start] = ramp[first - at : last - at]


def _multiply(gains: Gains, start: int, at: int, ramp: Gains) -> None:
    first, last = max(at, start), min(at + len(ramp), start + len(gains))
    if first < last:
        gains[first - start : last - start] *= ramp[first - at : last - at]
