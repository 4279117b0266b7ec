"""MP3 as bytes: frames of one constant bitrate, silent frames, and the Info frame that describes a file to players.

This module does not encode sound. A frame is silent if it has no bits for its channel ("part2_3_length" is zero). A
frame needs no other frame if it takes no bits from the one before ("main_data_begin" is zero, as in the first frame
of an encoder).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from voiceguide.base.units import RATE

FRAME = 1152
"""Samples in a frame."""

GRANULE = FRAME // 2
"""Samples in a granule, which is half a frame."""

ENCODER_DELAY = 576
"""Samples that LAME adds before the first one (LAME's `lame_get_encoder_delay`)."""

DELAY = ENCODER_DELAY + 529
"""Samples by which decoded sound is later than the encoded one: a decoder adds 529 samples."""

_BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""kbit/s for each bitrate number in a header of MPEG-1 layer III."""

_HEADER = 0xFFFB00C4
"""Header bits for MPEG-1 layer III without a checksum, 44,100 Hz (number 0), single channel, original."""

_PADDED = 1 << 9
_SIDE_INFO = bytes(17)
_MAX_PADDING = 0xFFF


def frames_for(length: int) -> int:
    """Return the number of frames that a decoder needs to give all of `length` samples."""
    return -(-(length + DELAY) // FRAME)


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of frames at `RATE` with one bitrate."""

    bitrate: int
    """kbit/s, one of those of MPEG-1 layer III."""

    @property
    def frame_bytes(self) -> int:
        """Bytes of a frame without the padding byte that most frames have."""
        return FRAME // 8 * self.bitrate * 1000 // RATE

    def whole_frames(self, data: bytes) -> tuple[list[bytes], bytes]:
        """Return the whole frames at the start of `data`, and the remaining bytes."""
        found, at = [], 0
        while at + 4 <= len(data):
            end = at + self.frame_bytes + (data[at + 2] >> 1 & 1)
            if end > len(data):
                break
            found.append(data[at:end])
            at = end
        return found, data[at:]

    def silence(self, count: int, frames_before: int, bytes_before: int) -> bytes:
        """Return `count` silent frames, padded so that the stream keeps its bitrate.

        Players seek in a file of constant bitrate by computing the byte from the time.
        """
        plain, padded = self._silent(0), self._silent(_PADDED)
        least, rate = len(plain), FRAME // 8 * self.bitrate * 1000
        parts = []
        for number in range(frames_before + 1, frames_before + count + 1):
            frame = padded if bytes_before + least < number * rate // RATE else plain
            parts.append(frame)
            bytes_before += len(frame)
        return b"".join(parts)

    def info(self, length: int, count: int, audio_bytes: int) -> bytes:
        """Return the first frame of a file, which is silent and describes the file.

        Args:
            length: length of the session in samples.
            count: number of frames that follow.
            audio_bytes: bytes of those frames and of this one.

        Layout: the Xing header (frames, bytes, seek table, quality) and LAME's extension of it, as described in
        "MP3 Info Tag revision 1 Specifications" by Gabriel Bouvigne.
        """
        seek_table = bytes(256 * percent // 100 for percent in range(100))
        xing = b"Info" + struct.pack(">III", 0b1111, count, audio_bytes) + seek_table + struct.pack(">I", 50)
        padding = max(count * FRAME - ENCODER_DELAY - length, 0)
        lame = struct.pack(
            ">9sBBfHHBB3sBbHI",
            b"LAME3.100",
            1,  # revision 0, constant bitrate
            0,  # lowpass unknown
            0.0,  # peak unknown
            0,
            0,
            0,
            self.bitrate,
            (ENCODER_DELAY << 12 | min(padding, _MAX_PADDING)).to_bytes(3, "big"),
            0,
            0,
            0,
            audio_bytes,
        )
        # The checksum of the music stays zero, which means "not computed"; players check neither checksum.
        roomy = self._roomy()
        frame = roomy._header(0) + _SIDE_INFO + xing + lame + bytes(2)
        return (frame + struct.pack(">H", _crc16(frame))).ljust(roomy.frame_bytes, b"\0")

    @property
    def info_bytes(self) -> int:
        """Bytes of the Info frame."""
        return self._roomy().frame_bytes

    def _roomy(self) -> Stream:
        """Return a stream whose frames have room for the 177 bytes of the Info frame."""
        return Stream(max(self.bitrate, 64))

    def _header(self, flag: int) -> bytes:
        return struct.pack(">I", _HEADER | _BITRATES.index(self.bitrate) << 12 | flag)

    def _silent(self, flag: int) -> bytes:
        return (self._header(flag) + _SIDE_INFO).ljust(self.frame_bytes + bool(flag), b"\0")


def _crc16(data: bytes) -> int:
    """Return the CRC-16/ARC of `data`, as used in LAME's header."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
