"""The boundary to sound devices."""

from __future__ import annotations

from typing import Protocol

NO_SPEAKER = "Turn one on, or write a file instead: voiceguide export NAME -o NAME.mp3"


class Source(Protocol):
    """Where a speaker gets its sound: 16-bit samples, interleaved, in the machine's byte order."""

    def take(self, frames: int) -> bytes:
        """The next `frames` frames; never blocks, and gives silence where the sound is late or over.

        Called from the device's own thread.
        """
        ...

    def take_all(self) -> bytes:
        """Everything to the end of the session, for devices that must have it at once. Blocks while it is made."""
        ...


class Speaker(Protocol):
    """A sound device. Opened once, stopped once, each in limited time even where the device hangs.

    Neither prints anything, nor do the libraries below.
    """

    def open(self, source: Source, rate: int, channels: int) -> None:
        """Begin to play. Returns at once, while the device takes from `source` in a thread of its own.

        Raises:
            SpeakerError: there is no device, it refuses, or it does not answer.
        """
        ...

    def position(self) -> int:
        """Frames heard so far, as nearly as the device tells. Stands still where the device plays no more."""
        ...

    def stop(self) -> None:
        """Stop and let go of the device. May be called twice, and before `open`."""
        ...
