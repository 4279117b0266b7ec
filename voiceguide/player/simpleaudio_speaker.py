"""Sound through simpleaudio, for those who have it: it takes the whole session at once."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from voiceguide.errors import SpeakerError
from voiceguide.extras import install_command
from voiceguide.player.quiet import quiet_stderr
from voiceguide.player.speaker import NO_SPEAKER, Source

CRASHES_FROM = (3, 12)
"""When a sound ends, simpleaudio 1.0.4 frees Python's memory without holding the interpreter's lock
(`destroy_audio_blob` in its `simpleaudio.c`). From this version on Python answers with a segmentation fault."""

MOST_BYTES = 2**31 - 1
"""It counts in C integers."""

CLOSE_S = 1.0
"""How long its thread may take to end after it was told to stop."""


class SimpleaudioSpeaker:
    """A device that cannot be fed block by block without gaps, and so waits until all is spoken."""

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
        self._started = 0.0
        self._rate = 0
        self._heard = 0

    def open(self, source: Source, rate: int, channels: int) -> None:
        """See `Speaker.open`; this one returns when the whole session has been spoken and mixed."""
        sound = source.take_all()
        if len(sound) > MOST_BYTES:
            raise SpeakerError("The session is too long for simpleaudio.", "Leave out --speaker.")
        try:
            with quiet_stderr():
                self._playing = self._library.play_buffer(sound, channels, 2, rate)
        except self._error as cause:
            raise SpeakerError("This machine has no speaker that works.", NO_SPEAKER) from cause
        self._started = self._clock()
        self._rate = rate

    def position(self) -> int:
        """See `Speaker.position`; counted by the clock for as long as it plays, since the library does not tell."""
        if self._playing is not None:
            self._heard = int((self._clock() - self._started) * self._rate)
            if not self._playing.is_playing():
                self._playing = None
        return self._heard

    def stop(self) -> None:
        """See `Speaker.stop`; the tenth of a second that the device holds is played to its end."""
        playing, self._playing = self._playing, None
        if playing is None:
            return
        playing.stop()
        # Its thread calls into Python when it ends, which must not be after the interpreter has gone.
        given_up = self._clock() + CLOSE_S
        pause = threading.Event()
        while playing.is_playing() and self._clock() < given_up:
            pause.wait(0.02)
