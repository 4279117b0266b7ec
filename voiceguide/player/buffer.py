"""The buffer between the mixer and the device: a few seconds of finished sound."""

from __future__ import annotations

import threading
from collections import deque

import numpy as np

from voiceguide.base.units import RATE, frames
from voiceguide.sound.audio import Samples
from voiceguide.sound.levels import to_int16
from voiceguide.sound.mixer import CHANNELS

CAPACITY = 2 * RATE
"""Most frames held. They keep the sound going while the machine is busy."""

FADE = frames(40)
"""Frames of the fade when the listener stops a session in the middle."""

_FRAME_BYTES = 2 * CHANNELS


class Buffer:
    """A `Source` for speakers. One thread fills it and another empties it."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._blocks: deque[bytes] = deque()
        self._held = 0
        self._changed = threading.Condition()
        self._ended = False
        self._unbounded = False
        self.taken = 0
        """Frames of the session taken so far."""
        self.missed = 0
        """Frames of silence given because the sound was late."""

    def put(self, samples: Samples) -> bool:
        """Add a block, shape (frames, channels). Waits while the buffer is full. Returns False after the end."""
        data = to_int16(samples).tobytes()
        with self._changed:
            while self._held >= self._capacity and not (self._ended or self._unbounded):
                self._changed.wait()
            if self._ended:
                return False
            self._blocks.append(data)
            self._held += len(samples)
            self._changed.notify_all()
            return True

    def wait(self, seconds: float) -> None:
        """Wait until the buffer has sound or has ended, but at most `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self._held or self._ended, seconds)

    def end(self) -> None:
        """End the buffer: no more blocks will come."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def end_softly(self) -> None:
        """Replace the held sound by a short fade-out, and accept no more blocks."""
        with self._changed:
            head = b"".join(self._blocks)[: FADE * _FRAME_BYTES]
            samples = np.frombuffer(head, np.int16).reshape(-1, CHANNELS).astype(np.float32)
            ramp = np.linspace(1, 0, len(samples), dtype=np.float32).reshape(-1, 1)
            faded = np.rint(samples * ramp).astype(np.int16).tobytes()
            self._blocks = deque([faded] if faded else [])
            self._held = len(samples)
            self._ended = True
            self._changed.notify_all()

    @property
    def drained(self) -> bool:
        """True if the buffer has ended and everything was taken."""
        with self._changed:
            return self._ended and not self._held

    def take(self, count: int) -> bytes:
        """See `Source.take`."""
        wanted = count * _FRAME_BYTES
        parts: list[bytes] = []
        with self._changed:
            while wanted and self._blocks:
                block = self._blocks.popleft()
                if len(block) > wanted:
                    self._blocks.appendleft(block[wanted:])
                    block = block[:wanted]
                parts.append(block)
                wanted -= len(block)
            given = count - wanted // _FRAME_BYTES
            self._held -= given
            self.taken += given
            if wanted and not self._ended:
                self.missed += wanted // _FRAME_BYTES
            self._changed.notify_all()
        return b"".join(parts) + bytes(wanted)

    def take_all(self) -> bytes:
        """See `Source.take_all`."""
        with self._changed:
            self._unbounded = True
            self._changed.notify_all()
            while not self._ended:
                # Short waits, because Windows does not notice Ctrl-C during a wait without a time limit.
                self._changed.wait(0.5)
            data = b"".join(self._blocks)
            self.taken += self._held
            self._blocks.clear()
            self._held = 0
        return data
