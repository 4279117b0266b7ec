"""Encodes samples to MP3 frames with LAME."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from itertools import chain
from typing import TYPE_CHECKING

from voiceguide.base.units import RATE
from voiceguide.output.mp3.frames import FRAME, Stream

if TYPE_CHECKING:
    from voiceguide.sound.audio import Samples

QUALITY = 5
"""LAME's quality setting, from 2 (slowest) to 7 (fastest). On two minutes of a session, 2 takes 1.7 times as long as 5
and has the same noise in every band. 7 takes half as long and has 7 dB less noise in total, but does not shape it:
below 1 kHz, under an s or sh, where little else sounds, the noise is 10 dB higher."""

LAME_SCALE = 0.95
"""Factor by which LAME multiplies samples at every bitrate used here, so that no decoder clips (`scale` in its
`abr_switch_map`). `encode` divides by it: a session never clips, and should be as loud as in any other format."""

BLOCK = 64 * FRAME
"""Most samples that a block for `encode` should have."""


@cache
def signature() -> str:
    """Return a text that changes whenever the same samples could give other frames."""
    return f"lameenc {version('lameenc')}, quality {QUALITY}, scale {LAME_SCALE}"


def encode(blocks: Iterable[Samples], count: int, stream: Stream) -> Iterator[list[bytes]]:
    """Encode blocks of shape (frames, 1), followed by silence.

    Returns:
        Lists of frames, `count` in all. In the decoded sound the samples begin after `mp3_frames.DELAY`.
    """
    import lameenc
    import numpy as np

    from voiceguide.sound.levels import to_int16
    from voiceguide.sound.mixer import CHANNELS

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(CHANNELS)
    encoder.set_in_sample_rate(RATE)
    # For low bitrates LAME would choose a lower rate, and frames of different rates cannot share a file.
    encoder.set_out_sample_rate(RATE)
    encoder.set_bit_rate(stream.bitrate)
    encoder.set_quality(QUALITY)

    def encoded() -> Iterator[bytes]:
        for block in chain(blocks, [silence]):
            yield encoder.encode(to_int16(block / LAME_SCALE).astype("<i2").tobytes())
        yield encoder.flush()

    # The encoder holds some frames back; this much silence pushes out all the frames asked for.
    silence = np.zeros((3 * FRAME, CHANNELS), np.float32)
    left, rest = count, b""
    for data in encoded():
        frames, rest = stream.whole_frames(rest + data)
        yield frames[:left]
        left -= len(frames[:left])
