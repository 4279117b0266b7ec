"""Plays sound with miniaudio, through PulseAudio, ALSA, JACK, CoreAudio or WASAPI."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator
from typing import TYPE_CHECKING

from voiceguide.base.errors import SpeakerError
from voiceguide.player.quiet import quiet_stderr
from voiceguide.player.speaker import NO_SPEAKER, Source

if TYPE_CHECKING:
    import miniaudio

log = logging.getLogger(__name__)

PERIOD_MS = 200
"""Milliseconds of sound taken from the source at a time. PulseAudio and PipeWire buffer about as much again, so Python
may be that late without a gap. At 60 ms, a busy machine had gaps."""

PERIODS = 2
"""Most periods taken but not heard yet."""

ANSWER_S = 10.0
"""Seconds a device may take to open: Bluetooth is slow, and a sound server may have to start first."""

CLOSE_S = 2.0
"""Seconds a device may take to play the last periods and close."""


class MiniaudioSpeaker:
    """The default sound device.

    Its own thread opens and closes the device, because both wait for ever if the sound server hangs.
    """

    def __init__(self, patience_s: float = ANSWER_S) -> None:
        """Set how many seconds the device may take to open."""
        try:
            import miniaudio
        except ImportError as cause:
            raise SpeakerError(f"miniaudio cannot be loaded ({cause}).", "pip install miniaudio") from cause
        self._library = miniaudio
        self._patience_s = patience_s
        self._thread: threading.Thread | None = None
        self._opened = threading.Event()
        self._stopping = threading.Event()
        self._failure: Exception | None = None
        self._taken = 0
        self._latency = 0

    def open(self, source: Source, rate: int, channels: int) -> None:
        """See `Speaker.open`."""
        self._latency = rate * PERIOD_MS * PERIODS // 1000
        self._thread = threading.Thread(
            target=self._run, args=(source, rate, channels), name="miniaudio device", daemon=True
        )
        begun = time.monotonic()
        with quiet_stderr():
            self._thread.start()
            answered = self._opened.wait(self._patience_s)
        said = "the device does not answer" if not answered else self._failure or "the device is open"
        log.info("%s: %d Hz, %d channels (%.2f s)", said, rate, channels, time.monotonic() - begun)
        if not answered:
            raise SpeakerError("The speaker does not answer.", NO_SPEAKER)
        if self._failure is not None:
            raise SpeakerError("This machine has no speaker that works.", NO_SPEAKER) from self._failure

    def position(self) -> int:
        """See `Speaker.position`."""
        return max(self._taken - self._latency, 0)

    def stop(self) -> None:
        """See `Speaker.stop`."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(CLOSE_S)
            if self._thread.is_alive():
                log.debug("the device does not close, and is left behind")

    def _run(self, source: Source, rate: int, channels: int) -> None:
        """Open the device, keep it open until `stop`, and close it."""
        try:
            device = self._device(source, rate, channels)
        except self._library.MiniaudioError as failure:
            self._failure = failure
            return
        finally:
            self._opened.set()
        self._stopping.wait()
        device.close()
        # Otherwise miniaudio stays connected to the sound server until the process ends.
        self._library.lib.ma_context_uninit(device._context)

    def _device(self, source: Source, rate: int, channels: int) -> miniaudio.PlaybackDevice:
        library = self._library
        # Without this list, miniaudio would fall back to its null device, which plays no sound.
        backends = sorted(library.get_enabled_backends() - {library.Backend.NULL}, key=lambda backend: backend.value)
        device = library.PlaybackDevice(
            library.SampleFormat.SIGNED16,
            nchannels=channels,
            sample_rate=rate,
            buffersize_msec=PERIOD_MS,
            callback_periods=PERIODS,
            backends=backends,
            app_name="voiceguide",
        )
        log.debug("backend %s", device.backend)
        feeding = self._feed(source)
        next(feeding)
        device.start(feeding)
        return device

    def _feed(self, source: Source) -> Generator[bytes, int, None]:
        frames = yield b""
        while True:
            data = source.take(frames)
            self._taken += frames
            frames = yield data
