"""The engine that hums in place of words: always there, and the same bytes on every machine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from voiceguide.speech.engine import Voice
from voiceguide.speech.engines import own_voice
from voiceguide.speech.tempo import spoken_ms
from voiceguide.units import RATE, frames

if TYPE_CHECKING:
    from voiceguide.sound.audio import Audio

_HUM = Voice("tone", "hum", "mul", RATE)
_REVISION = 1
"""Raised whenever the same text would sound otherwise."""

_SAMPLE = "Rest both hands in your lap, and breathe out slowly for 10 seconds. Then let go of LI4."
"""A text with every part that `spoken_ms` weighs: the fingerprint follows its weights."""

_HZ = 147
"""The D below middle C: low, but within what a telephone's speaker plays."""
_HARMONICS = ((1, 10), (2, 4), (3, 2))
"""Multiples of `_HZ` and their shares of the sound, in sixteenths."""
_SYLLABLE_MS = 300
_FADE_MS = 30

_TURN = 4096
"""Steps of the sine table; its entries are in 1/16384."""


class Tone:
    """Hums for as long as the words would take, rising and falling once a syllable."""

    name = "tone"
    reads_ipa = False
    workers = 2

    def voices(self) -> tuple[Voice, ...]:
        """One voice, for any language (`mul`)."""
        return (_HUM,)

    def fingerprint(self, voice: Voice) -> str:
        """The revision of the hum, and of the guess at how long it is."""
        own_voice(voice, self.voices(), self.name)
        return f"hum {_REVISION}, {spoken_ms(_SAMPLE)} ms"

    def speak(self, text: str, voice: Voice, pace: float) -> Audio:
        """A hum of `spoken_ms(text, pace)`; of one syllable at least, for a text without words."""
        own_voice(voice, self.voices(), self.name)
        return _hum(frames(max(spoken_ms(text, pace), _SYLLABLE_MS)), pace)

    def close(self) -> None:
        """Nothing to let go of."""


def _hum(count: int, pace: float) -> Audio:
    # Integers throughout: sines that differ in their last bit from one machine to the next cannot change a sample.
    import numpy as np

    from voiceguide.sound.audio import mono

    turn = [round(16384 * math.sin(2 * math.pi * step / _TURN)) for step in range(_TURN)]
    sine = np.array(turn, dtype=np.int64)
    now = np.arange(count, dtype=np.int64)
    wave = sum(share * sine[now * multiple * _HZ * _TURN // RATE % _TURN] for multiple, share in _HARMONICS)
    syllables = max(1, round(count * pace / frames(_SYLLABLE_MS)))
    # From a third of the loudness to all of it and back, once a syllable.
    swell = 2 * 16384 - sine[(now * syllables * _TURN // count + _TURN // 4) % _TURN]
    fade = np.minimum(np.minimum(now, count - 1 - now), frames(_FADE_MS))
    # 16384 * 16 at most from the harmonics, 3 * 16384 from the swell; brought to a quarter of full scale.
    level = wave * swell // (16 * 3) * fade // frames(_FADE_MS)
    return mono((level >> 15).astype(np.float32) / np.float32(32768), RATE)
