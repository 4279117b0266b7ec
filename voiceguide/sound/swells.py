"""Soft tones that guide the breath: one rises for the breath in, one stays level, one falls for the breath out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from voiceguide.base.units import RATE

if TYPE_CHECKING:
    from voiceguide.sound.audio import Samples

LOW_HZ, HIGH_HZ = 196.0, 294.0
"""Lowest and highest pitch: G3 and D4, a fifth apart. The tone glides from one to the other."""

PEAK = 0.09
"""Largest amplitude, full scale at 1: about 9 dB under the voice."""

REVISION = 1
"""Version of the tones' samples. Raise it when a change gives a tone other samples."""

EDGE_S = 0.6
"""Length of the fade at each end of a tone, in seconds; a short tone has shorter fades."""


@dataclass(frozen=True, slots=True)
class SwellClip:
    """A tone of exactly `frames` frames. Its samples are made on request."""

    breath: Literal["in", "hold", "out"]
    frames: int

    @property
    def advance(self) -> int:
        """Frames from the tone's start to the next cue: none, because words are spoken over a tone."""
        return 0

    @property
    def identity(self) -> str:
        """A text with everything that shapes the samples."""
        return f"swell {REVISION} {self.breath} {self.frames}"

    def samples(self) -> Samples:
        """Return samples of shape (frames, 1)."""
        import numpy as np

        now = np.arange(self.frames) / RATE
        way = now / max(self.frames / RATE, 1 / RATE)
        # The pitch follows half a cosine, so the glide starts and ends slowly.
        half = 0.5 * np.cos(np.pi * way)
        glide = {"in": 0.5 - half, "hold": np.ones_like(way), "out": 0.5 + half}[self.breath]
        pitch = LOW_HZ * (HIGH_HZ / LOW_HZ) ** glide
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        tone = np.sin(phase) + 0.25 * np.sin(2 * phase) + 0.08 * np.sin(3 * phase)
        edge = min(EDGE_S, self.frames / RATE / 3)
        level = np.clip(np.minimum(now, now[::-1]) / max(edge, 1 / RATE), 0, 1)
        loud = 0.45 + 0.55 * glide if self.breath != "hold" else 0.8
        tone *= PEAK / 1.33 * loud * (0.5 - 0.5 * np.cos(np.pi * level))
        return tone.astype(np.float32).reshape(-1, 1)
