"""A silent speaker with the speed of a real one, for machines without sound and for trials."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from voiceguide.player.speaker import Source

PERIOD_S = 0.02


class NullSpeaker:
    """Takes sound from its source as fast as a real device would, and plays nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stopped = threading.Event()
        self._taken = 0
        self._thread: threading.Thread | None = None

    def open(self, source: Source, rate: int, channels: int) -> None:  # noqa: ARG002  # silence needs no channels
        """See `Speaker.open`."""
        started = self._clock()

        def run() -> None:
            # Frames count from one start time, so late wake-ups do not add up.
            while not self._stopped.wait(PERIOD_S):
                due = int((self._clock() - started) * rate) - self._taken
                if due > 0:
                    source.take(due)
                    self._taken += due

        self._thread = threading.Thread(target=run, name="null speaker", daemon=True)
        self._thread.start()

    def position(self) -> int:
        """See `Speaker.position`."""
        return self._taken

    def stop(self) -> None:
        """See `Speaker.stop`."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
