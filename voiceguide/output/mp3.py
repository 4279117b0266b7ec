"""MP3: 64 kbit/s mono by LAME, with an Info header so that players show the right length and play the exact samples."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from voiceguide.output.replacing import replacing
from voiceguide.output.tags import id3_tag
from voiceguide.sound.levels import to_int16
from voiceguide.sound.mixer import CHANNELS, mix
from voiceguide.timeline.model import Timeline

BITRATE = 64
"""kbit/s: speech in mono needs no more."""

QUALITY = 5
"""LAME's algorithm, 2 slowest to 7 fastest. On two minutes of a session, 2 takes 1.7 times as long as 5 for the same
noise in every band. 7 takes half as long, and its noise is 7 dB lower on the whole; but it does not shape it, and below
1 kHz under an s or sh, where little else sounds, it is 10 dB higher."""

LAME_SCALE = 0.95
"""What LAME multiplies samples by at this bitrate, so that no decoder clips (`scale` in its `abr_switch_map`). Sessions
keep below full scale by themselves, and are to be as loud as in any other format."""

FRAME = 1152
"""Samples of one MP3 frame."""

ENCODER_DELAY = 576
"""Samples LAME puts before the first; a decoder adds 529 of its own (LAME's `lame_get_encoder_delay`)."""

BLOCK = 64 * FRAME


def write(timeline: Timeline, path: Path, on_progress: Callable[[int], None]) -> None:
    """Write a session as MP3. See `formats.Writer`."""
    import lameenc

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(CHANNELS)
    encoder.set_in_sample_rate(timeline.rate)
    encoder.set_bit_rate(BITRATE)
    encoder.set_quality(QUALITY)
    tag = id3_tag(timeline, "LAME")
    with replacing(path) as file:
        file.write(tag)
        info_at = file.tell()
        file.write(bytes(_frame_bytes(timeline.rate)))
        # It starts with the first call, and would refuse to end a session of no length.
        file.write(encoder.encode(b""))
        done = 0
        for block in mix(timeline.sounds, timeline.length, BLOCK, bed=timeline.bed):
            file.write(encoder.encode(to_int16(block / LAME_SCALE).astype("<i2").tobytes()))
            done += len(block)
            on_progress(done)
        file.write(encoder.flush())
        audio_bytes = file.tell() - info_at
        file.seek(info_at)
        file.write(info_frame(timeline.length, audio_bytes, timeline.rate))


def _frame_bytes(rate: int) -> int:
    """Bytes of a frame without padding."""
    return FRAME // 8 * BITRATE * 1000 // rate


def info_frame(length: int, audio_bytes: int, rate: int) -> bytes:
    """The first frame of the file, silent, which tells a player what follows.

    Args:
        length: samples of the session.
        audio_bytes: bytes of all frames, this one included.
        rate: Hz, 44,100.

    Layout: the Xing header (frames, bytes, seek table, quality) and LAME's extension of it, as described in
    "MP3 Info Tag revision 1 Specifications" by Gabriel Bouvigne.
    """
    size = _frame_bytes(rate)
    # Every frame but this one holds audio. At a constant bitrate their number follows from the bytes, since
    # padding slots keep the sum within one byte of the exact rate.
    frames = round((audio_bytes - size) * 8 * rate / (FRAME * BITRATE * 1000))
    padding = max(frames * FRAME - ENCODER_DELAY - length, 0)
    # MPEG-1 layer III without CRC; 64 kbit/s is entry 5, 44,100 Hz entry 0; single channel.
    header = struct.pack(">I", 0xFFFB0000 | 5 << 12 | 0 << 10 | 0b11 << 6)
    side_info = bytes(17)
    seek_table = bytes(256 * percent // 100 for percent in range(100))
    xing = b"Info" + struct.pack(">III", 0b1111, frames, audio_bytes) + seek_table + struct.pack(">I", 50)
    lame = struct.pack(
        ">9sBBfHHBB3sBbHI",
        b"LAME3.100",
        1,  # revision 0, constant bitrate
        0,  # lowpass not told
        0.0,  # peak not told
        0,
        0,
        0,
        BITRATE,
        (ENCODER_DELAY << 12 | min(padding, 0xFFF)).to_bytes(3, "big"),
        0,
        0,
        0,
        audio_bytes,
    )
    # The checksum of the music is left at zero, "not computed"; players check neither.
    frame = header + side_info + xing + lame + bytes(2)
    return (frame + struct.pack(">H", _crc16(frame))).ljust(size, b"\0")


def _crc16(data: bytes) -> int:
    """CRC-16/ARC, as LAME's header uses it."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
