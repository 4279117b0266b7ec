"""The program that decodes a sound file: `python -m voiceguide.sound.decoding KIND PATH`.

It writes 32-bit float samples, mono, at `units.RATE`, to standard output. Its exit code says whether it succeeded. It
runs in its own process, because a damaged or malicious file can make decoders written in C crash, hang or use all
memory: of 1,500 damaged copies of one OGG file, eight crashed the decoder used here and four kept it busy for long.
"""

from __future__ import annotations

import contextlib
import sys
from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from voiceguide.base.units import RATE

if TYPE_CHECKING:
    from voiceguide.sound.sniffing import Kind

MAX_SECONDS = 2 * 3600
"""Greatest length of a sound in seconds. A longer one is refused."""

LOWEST_RATE, HIGHEST_RATE = 4_000, 384_000
"""Range of sample rates that are accepted, in Hz."""

MAX_CHANNELS = 32

UNREADABLE, INCOMPLETE, TOO_LONG, ODD = 10, 11, 12, 13
"""Exit codes for refused files. Any other code but 0 means a crash."""

_MAX_MEMORY = 512 << 20
"""Most bytes of address space. The libraries and a normal file take about 150 MB of it."""

_BLOCK = 32_768
"""Frames decoded at a time."""

_LOOSE = 3 * 1152
"""Frames by which an MP3 may be shorter than its header says, because encoders count differently: three MP3 frames."""


def main(kind: Kind, path: str) -> int:
    """Decode the file at `path`, which is of a native `kind`, to standard output. Returns the exit code."""
    import miniaudio

    _limit_memory()
    described = {
        "wav": miniaudio.wav_get_file_info,
        "flac": miniaudio.flac_get_file_info,
        "mp3": miniaudio.mp3_get_file_info,
        "vorbis": miniaudio.vorbis_get_file_info,
    }
    try:
        info = described[kind](path)
        rate, declared = info.sample_rate, info.num_frames
        if not (LOWEST_RATE <= rate <= HIGHEST_RATE and info.nchannels <= MAX_CHANNELS):
            return ODD
        if declared > MAX_SECONDS * rate:
            return TOO_LONG
        decoded = 0
        write = _writer(rate)
        for samples in miniaudio.stream_file(path, miniaudio.SampleFormat.FLOAT32, 1, rate, _BLOCK):
            decoded += len(samples)
            write(samples, False)
        write(array("f"), True)
    except miniaudio.MiniaudioError:
        return UNREADABLE
    return INCOMPLETE if decoded + (_LOOSE if kind == "mp3" else 0) < declared else 0


def _writer(rate: int) -> Callable[[array[float], bool], object]:
    """Return a function that writes samples at `rate` Hz to standard output. Its flag marks the last samples."""
    out = sys.stdout.buffer
    if rate == RATE:
        return lambda samples, _: out.write(samples)
    import numpy as np
    import soxr

    stream = soxr.ResampleStream(rate, RATE, 1)
    return lambda samples, last: out.write(stream.resample_chunk(np.frombuffer(samples, np.float32), last).tobytes())


def _limit_memory() -> None:
    """Limit the memory of this process, on systems that can, so that a file that needs gigabytes fails."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = _MAX_MEMORY if most == resource.RLIM_INFINITY else min(_MAX_MEMORY, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))


if __name__ == "__main__":
    sys.exit(main(cast("Kind", sys.argv[1]), sys.argv[2]))
