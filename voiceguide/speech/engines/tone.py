"""An engine that hums instead of speaking. It needs no package, and gives the same bytes on every machine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from voiceguide.base.units import RATE, frames
from voiceguide.speech.engine import Voice
from voiceguide.speech.engines import own_voice
from voiceguide.speech.tempo import spoken_ms

if TYPE_CHECKING:
    from voiceguide.sound.audio import Audio

_HUM = Voice("tone", "hum", "mul", RATE)
_REVISION = 1
"""Version of the hum. Raise it when a change gives a text other samples."""

_SAMPLE = "Rest both hands in your lap, and breathe out slowly for 10 seconds. Then let go of LI4."
"""A text with every part that `spoken_ms` weighs, so that the fingerprint changes with the weights."""

_HZ = 147
"""Pitch of the hum, the D below middle C: low, but a phone's speaker can still play it."""
_HARMONICS = ((1, 10), (2, 4), (3, 2))
"""Multiples of `_HZ`, and their shares of the sound in sixteenths."""
_SYLLABLE_MS = 300
_FADE_MS = 30

_TURN = 4096
"""Entries in the sine table, which are in units of 1/16384."""


class Tone:
    """Hums for as long as the words would take. The loudness rises and falls once a syllable."""

    name = "tone"
    reads_ipa = False
    workers = 2

    def voices(self) -> tuple[Voice, ...]:
        """Return the one voice, which is for any language (`mul`)."""
        return (_HUM,)

    def fingerprint(self, voice: Voice) -> str:
        """Return the revision of the hum, and the estimated length of a sample text."""
        own_voice(voice, self.voices(), self.name)
        return f"hum {_REVISION}, {spoken_ms(_SAMPLE)} ms"

    def speak(self, text: str, voice: Voice, pace: float) -> Audio:
        """Return a hum of `spoken_ms(text, pace)`, at least one syllable long."""
        own_voice(voice, self.voices(), self.name)
        return _hum(frames(max(spoken_ms(text, pace), _SYLLABLE_MS)), pace)

    def close(self) -> None:
        """Do nothing: the hum holds no resources."""


def _hum(count: int, pace: float) -> Audio:
    # All steps use integers, so a sine that differs in its last bit between machines cannot change a sample.
    import numpy as np

    from voiceguide.sound.audio import mono

    turn = [round(16384 * math.sin(2 * math.pi * step / _TURN)) for step in range(_TURN)]
    sine = np.array(turn, dtype=np.int64)
    now = np.arange(count, dtype=np.int64)
    wave = sum(share * sine[now * multiple * _HZ * _TURN // RATE % _TURN] for multiple, share in _HARMONICS)
    syllables = max(1, round(count * pace / frames(_SYLLABLE_MS)))
    # Once a syllable, the loudness goes from a third to full and back.
    swell = 2 * 16384 - sine[(now * syllables * _TURN // count + _TURN // 4) % _TURN]
    fade = np.minimum(np.minimum(now, count - 1 - now), frames(_FADE_MS))
    # The harmonics give at most 16384 * 16, and the swell 3 * 16384; the result is a quarter of full scale.
    level = wave * swell // (16 * 3) * fade // frames(_FADE_MS)
    return mono((level >> 15).astype(np.float32) / np.float32(32768), RATE)
