"""The bridge to pydub: a session as an AudioSegment, for Python programs.

A segment holds all the samples at once: 5.3 MB for each minute.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING

from voiceguide.base.errors import MachineError
from voiceguide.base.extras import install_command
from voiceguide.base.units import RATE, format_clock
from voiceguide.sound.levels import to_int16
from voiceguide.sound.mixer import CHANNELS, mix
from voiceguide.timeline.model import Timeline

if TYPE_CHECKING:
    from pydub import AudioSegment

MAX_FRAMES = 2**31 - 1 - 22
"""pydub hands sound on as WAV, which counts its bytes, a header of 44 among them, in 32 bits."""

_SAMPLE_BYTES = 2


def to_pydub(timeline: Timeline) -> AudioSegment:
    """The whole session: 16-bit, mono, 44,100 Hz, the samples that a WAV file of it has.

    Raises:
        MachineError: pydub is not installed, or the session is longer than it can write.
    """
    segment = library()
    if timeline.length > MAX_FRAMES:
        most = format_clock(MAX_FRAMES * 1000 // RATE)
        raise MachineError(f"The session is longer than {most}, the most that pydub holds.", "Export it as .mp3.")
    samples = BytesIO()
    for block in mix(timeline.sounds, timeline.length, bed=timeline.bed):
        samples.write(to_int16(block).tobytes())
    return segment(samples.getvalue(), sample_width=_SAMPLE_BYTES, frame_rate=timeline.rate, channels=CHANNELS)


def library() -> type[AudioSegment]:
    """The class that pydub has for sound.

    Raises:
        MachineError: it is not installed.
    """
    with warnings.catch_warnings():
        # Of its regular expressions, of the module that Python 3.13 dropped, and of a missing ffmpeg.
        warnings.simplefilter("ignore")
        try:
            from pydub import AudioSegment
        except ImportError as cause:
            remedy = f"Install it: {install_command('pydub')}"
            raise MachineError(f"pydub does not work here ({cause}).", remedy) from cause
    found: type[AudioSegment] = AudioSegment
    return found
