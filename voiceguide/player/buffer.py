"""The few seconds of finished sound between the mixer and the device."""

from __future__ import annotations

import threading
from collections import deque

import numpy as np

from voiceguide.sound.audio import Samples
from voiceguide.sound.levels import to_int16
from voiceguide.sound.mixer import CHANNELS
from voiceguide.units import RATE, frames

CAPACITY = 2 * RATE
"""Frames held at most: enough to ride out a busy machine."""

FADE = frames(40)
"""Frames of the fade when a session is stopped in the middle."""

_FRAME_BYTES = 2 * CHANNELS


class Buffer:
    """A `Source` for speakers, filled by one thread and emptied by another."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._blocks: deque[bytes] = deque()
        self._held = 0
        self._changed = threading.Condition()
        self._ended = False
        self._unbounded = False
        self.taken = 0
        """Frames of the session given out so far."""
        self.missed = 0
        """Frames of silence given out because the sound was late."""

    def put(self, samples: Samples) -> bool:
        """Add a block, shape (frames, channels); waits while the buffer is full. False once it was ended."""
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
        """Wait until there is something to take, or nothing more will come, and no longer than so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._held or self._ended, seconds)

    def end(self) -> None:
        """No more blocks will come."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def end_softly(self) -> None:
        """Drop what is held but for a fade, and take no more."""
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
        """Whether everything was given out."""
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
                # In pieces: on Windows, Ctrl-C is not noticed during a wait without end.
                self._changed.wait(0.5)
            data = b"".join(self._blocks)
            self.taken += self._held
            self._blocks.clear()
            self._held = 0
        return data
