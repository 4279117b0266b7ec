"""Sound through miniaudio: PulseAudio, ALSA, JACK, CoreAudio, WASAPI, whatever the machine has."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from voiceguide.errors import SpeakerError
from voiceguide.player.speaker import NO_SPEAKER, Source

if TYPE_CHECKING:
    import miniaudio

BUFFER_MS = 60
"""Length of one period. Two or three of them are on their way to the ear."""

PERIODS = 3


class MiniaudioSpeaker:
    """The default sound device."""

    def __init__(self) -> None:
        self._device: miniaudio.PlaybackDevice | None = None
        self._taken = 0
        self._latency = 0

    def open(self, source: Source, rate: int, channels: int) -> None:
        """See `Speaker.open`."""
        import miniaudio

        # Without this list miniaudio falls back to a device that plays to nobody.
        backends = sorted(miniaudio.get_enabled_backends() - {miniaudio.Backend.NULL}, key=lambda b: b.value)
        try:
            with _quiet_stderr():
                device = miniaudio.PlaybackDevice(
                    miniaudio.SampleFormat.SIGNED16,
                    nchannels=channels,
                    sample_rate=rate,
                    buffersize_msec=BUFFER_MS,
                    callback_periods=PERIODS,
                    backends=backends,
                    app_name="voiceguide",
                )
                feeding = self._feed(source)
                next(feeding)
                device.start(feeding)
        except miniaudio.MiniaudioError as cause:
            raise SpeakerError("This machine has no speaker that works.", NO_SPEAKER) from cause
        self._device = device
        self._latency = rate * BUFFER_MS * PERIODS // 1000

    def position(self) -> int:
        """See `Speaker.position`."""
        return max(self._taken - self._latency, 0)

    def stop(self) -> None:
        """See `Speaker.stop`."""
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def _feed(self, source: Source) -> Generator[bytes, int, None]:
        frames = yield b""
        while True:
            data = source.take(frames)
            self._taken += frames
            frames = yield data


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Keep what sound libraries print about devices they did not find from the listener's screen."""
    try:
        sys.stderr.flush()
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
    except (OSError, AttributeError):
        # No standard error to keep quiet.
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
