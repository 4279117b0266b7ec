"""Sound through simpleaudio, for those who have it: it takes the whole session at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from voiceguide.errors import SpeakerError
from voiceguide.player.speaker import NO_SPEAKER, Source


class SimpleaudioSpeaker:
    """A device that cannot be fed block by block without gaps, and so waits until all is spoken."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        try:
            import simpleaudio
        except ImportError as cause:
            raise SpeakerError("simpleaudio is not installed.", "pip install 'voiceguide[simpleaudio]'") from cause
        self._library = simpleaudio
        self._clock = clock
        self._playing: Any = None  # simpleaudio has no types
        self._started = 0.0
        self._rate = 1

    def open(self, source: Source, rate: int, channels: int) -> None:
        """See `Speaker.open`; this one returns when the whole session has been spoken and mixed."""
        self._rate = rate
        sound = source.take_all()
        try:
            self._playing = self._library.play_buffer(sound, channels, 2, rate)
        except self._library.SimpleaudioError as cause:
            raise SpeakerError("This machine has no speaker that works.", NO_SPEAKER) from cause
        self._started = self._clock()

    def position(self) -> int:
        """See `Speaker.position`; counted by the clock, since the library does not tell."""
        return int((self._clock() - self._started) * self._rate) if self._playing else 0

    def stop(self) -> None:
        """See `Speaker.stop`."""
        playing, self._playing = self._playing, None
        if playing is not None:
            playing.stop()
