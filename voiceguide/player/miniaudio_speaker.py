"""Sound through miniaudio: PulseAudio, ALSA, JACK, CoreAudio, WASAPI, whatever the machine has."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import TYPE_CHECKING

from voiceguide.errors import SpeakerError
from voiceguide.player.quiet import quiet_stderr
from voiceguide.player.speaker import NO_SPEAKER, Source

if TYPE_CHECKING:
    import miniaudio

PERIOD_MS = 200
"""Taken from the source at a time. PulseAudio and PipeWire hold about as much again, which is how late Python may be
without a gap; at 60 ms, a busy machine had them."""

PERIODS = 2
"""On their way to the ear, at most."""

ANSWER_S = 10.0
"""How long a device may take to open: Bluetooth is slow, and a sound server may have to be started first."""

CLOSE_S = 2.0
"""How long a device may take to close, with the last periods to be played before."""


class MiniaudioSpeaker:
    """The default sound device.

    Opened and closed by a thread of its own, since both wait for the sound server without end where it hangs.
    """

    def __init__(self, patience_s: float = ANSWER_S) -> None:
        """Take how long the device may take to open."""
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
        with quiet_stderr():
            self._thread.start()
            answered = self._opened.wait(self._patience_s)
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

    def _run(self, source: Source, rate: int, channels: int) -> None:
        """Open the device, hold it until `stop`, close it."""
        try:
            device = self._device(source, rate, channels)
        except self._library.MiniaudioError as failure:
            self._failure = failure
            return
        finally:
            self._opened.set()
        self._stopping.wait()
        device.close()
        # miniaudio itself would stay connected to the sound server for as long as the process lives.
        self._library.lib.ma_context_uninit(device._context)

    def _device(self, source: Source, rate: int, channels: int) -> miniaudio.PlaybackDevice:
        library = self._library
        # Without this list miniaudio falls back to a device that plays to nobody.
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
