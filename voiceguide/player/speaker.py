"""The boundary to sound devices."""

from __future__ import annotations

from typing import Protocol

NO_SPEAKER = "Turn one on, or write a file instead: voiceguide export NAME -o NAME.mp3"


class Source(Protocol):
    """Gives a speaker its sound: 16-bit samples, interleaved, in the machine's byte order."""

    def take(self, frames: int) -> bytes:
        """Return the next `frames` frames. Never blocks; gives silence if the sound is late or over.

        The device's own thread calls this.
        """
        ...

    def take_all(self) -> bytes:
        """Return all sound up to the end of the session, for devices that need it at once. Blocks until it is made."""
        ...


class Speaker(Protocol):
    """A sound device. It is opened once and stopped once. Both take limited time, even if the device hangs.

    Neither the speaker nor its libraries print anything.
    """

    def open(self, source: Source, rate: int, channels: int) -> None:
        """Start to play. Returns at once; the device then takes from `source` in its own thread.

        Raises:
            SpeakerError: there is no device, or it refuses or does not answer.
        """
        ...

    def position(self) -> int:
        """Return the frames heard so far, as exactly as the device reports. Stays the same if the device stops."""
        ...

    def stop(self) -> None:
        """Stop and close the device. May be called twice, and before `open`."""
        ...
