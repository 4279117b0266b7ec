"""Samples to MP3 frames, by LAME."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from itertools import chain
from typing import TYPE_CHECKING

from voiceguide.output.mp3_frames import FRAME, Stream
from voiceguide.units import RATE

if TYPE_CHECKING:
    from voiceguide.sound.audio import Samples

QUALITY = 5
"""LAME's algorithm, 2 slowest to 7 fastest. On two minutes of a session, 2 takes 1.7 times as long as 5 for the same
noise in every band. 7 takes half as long, and its noise is 7 dB lower on the whole; but it does not shape it, and below
1 kHz under an s or sh, where little else sounds, it is 10 dB higher."""

LAME_SCALE = 0.95
"""What LAME multiplies samples by at every bitrate used here, so that no decoder clips (`scale` in its
`abr_switch_map`). Sessions keep below full scale by themselves, and are to be as loud as in any other format."""

BLOCK = 64 * FRAME
"""Samples that a block to encode should have, at the most."""


@cache
def signature() -> str:
    """A text that changes whenever the same samples could be encoded to other frames."""
    return f"lameenc {version('lameenc')}, quality {QUALITY}, scale {LAME_SCALE}"


def encode(blocks: Iterable[Samples], count: int, stream: Stream) -> Iterator[list[bytes]]:
    """Encode blocks of shape (frames, 1) and the silence after them.

    Returns:
        `count` frames in all, as they come; the samples begin `mp3_frames.DELAY` into what they decode to.
    """
    import lameenc
    import numpy as np

    from voiceguide.sound.levels import to_int16
    from voiceguide.sound.mixer import CHANNELS

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(CHANNELS)
    encoder.set_in_sample_rate(RATE)
    # LAME would choose a lower one for the lower bitrates, whose frames could not stand between the others.
    encoder.set_out_sample_rate(RATE)
    encoder.set_bit_rate(stream.bitrate)
    encoder.set_quality(QUALITY)

    def encoded() -> Iterator[bytes]:
        for block in chain(blocks, [silence]):
            yield encoder.encode(to_int16(block / LAME_SCALE).astype("<i2").tobytes())
        yield encoder.flush()

    # So much that all the frames asked for come out, whatever the encoder keeps back.
    silence = np.zeros((3 * FRAME, CHANNELS), np.float32)
    left, rest = count, b""
    for data in encoded():
        frames, rest = stream.whole_frames(rest + data)
        yield frames[:left]
        left -= len(frames[:left])
