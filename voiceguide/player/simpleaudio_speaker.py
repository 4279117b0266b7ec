"""Sound through simpleaudio, if it is installed. It takes the whole session at once."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from voiceguide.base.errors import SpeakerError
from voiceguide.base.extras import install_command
from voiceguide.player.quiet import quiet_stderr
from voiceguide.player.speaker import NO_SPEAKER, Source

log = logging.getLogger(__name__)

CRASHES_FROM = (3, 12)
"""First Python version in which simpleaudio 1.0.4 crashes. When a sound ends, it frees Python's memory without holding
the interpreter's lock (`destroy_audio_blob` in its `simpleaudio.c`), which causes a segmentation fault."""

MOST_BYTES = 2**31 - 1
"""Longest sound in bytes: simpleaudio counts in C integers."""

LONGEST_STEP_S = 0.3
"""Most seconds heard between two calls of `position`. A longer time means that the program was stopped, and silent."""

CLOSE_S = 1.0
"""Seconds that simpleaudio's thread may take to end after `stop`."""


class SimpleaudioSpeaker:
    """A speaker that waits until the whole session is spoken, because simpleaudio cannot play blocks without gaps."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        if sys.version_info >= CRASHES_FROM:
            remedy = "Leave out --speaker, or install voiceguide[simpleaudio] for Python 3.11."
            raise SpeakerError("simpleaudio crashes Python 3.12 and newer.", remedy)
        try:
            import simpleaudio
            from simpleaudio._simpleaudio import SimpleaudioError
        except ImportError as cause:
            remedy = f"Install it: {install_command('simpleaudio')}"
            raise SpeakerError("simpleaudio is not installed.", remedy) from cause
        self._library = simpleaudio
        self._error: type[Exception] = SimpleaudioError
        self._clock = clock
        self._playing: Any = None  # simpleaudio has no types
        self._looked = 0.0
        self._elapsed = 0.0
        """Seconds since the sound began, including times when the program was stopped."""
        self._heard = 0.0
        """Frames heard."""
        self._length = 0
        """Frames of the whole sound."""
        self._rate = 0

    def open(self, source: Source, rate: int, channels: int) -> None:
        """See `Speaker.open`; this one returns when the whole session has been spoken and mixed."""
        sound = source.take_all()
        if len(sound) > MOST_BYTES:
            raise SpeakerError("The session is too long for simpleaudio.", "Leave out --speaker.")
        try:
            with quiet_stderr():
                self._playing = self._library.play_buffer(sound, channels, 2, rate)
        except self._error as cause:
            log.info("the device failed: %s", cause)
            raise SpeakerError("This machine has no speaker that works.", NO_SPEAKER) from cause
        log.info("the device plays: %d Hz, %d channels", rate, channels)
        self._looked = self._clock()
        self._length = len(sound) // (2 * channels)
        self._rate = rate

    def position(self) -> int:
        """See `Speaker.position`. Counted by the clock while the sound plays, because the library does not report it.

        The end is reported only when the library has played it.
        """
        if self._playing is not None:
            ended = not self._playing.is_playing()
            now = self._clock()
            step, self._looked = now - self._looked, now
            self._elapsed += step
            self._heard = min(self._heard + min(step, LONGEST_STEP_S) * self._rate, max(self._length - 1, 0))
            if ended:
                self._playing = None
                # If less time has passed than the sound is long, the device has failed.
                if self._elapsed * self._rate >= self._length:
                    self._heard = self._length
        return int(self._heard)

    def stop(self) -> None:
        """See `Speaker.stop`. The device still plays the tenth of a second in its buffer."""
        playing, self._playing = self._playing, None
        if playing is None:
            return
        playing.stop()
        # The library's thread calls into Python when it ends. That must happen before the interpreter shuts down.
        given_up = self._clock() + CLOSE_S
        pause = threading.Event()
        while playing.is_playing() and self._clock() < given_up:
            pause.wait(0.02)
        if playing.is_playing():
            log.debug("the device does not stop, and is left behind")
