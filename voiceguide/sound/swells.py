"""Soft tones to breathe by: one rises with the breath in, one stays, one falls with the breath out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from voiceguide.units import RATE

if TYPE_CHECKING:
    from voiceguide.sound.audio import Samples

LOW_HZ, HIGH_HZ = 196.0, 294.0
"""G3 to D4, a fifth: the glide of a breath in, and back."""

PEAK = 0.09
"""About 9 dB under the voice at its loudest moment."""

REVISION = 1
"""Raised whenever the same tone would have other samples."""

EDGE_S = 0.6
"""Rise and fall at the ends of a tone, less where it is short."""


@dataclass(frozen=True, slots=True)
class SwellClip:
    """A tone of exactly `frames` frames, made when its samples are due."""

    breath: Literal["in", "hold", "out"]
    frames: int

    @property
    def advance(self) -> int:
        """Frames that what follows waits: none, since words are spoken over a tone."""
        return 0

    @property
    def identity(self) -> str:
        """What the tone is made of."""
        return f"swell {REVISION} {self.breath} {self.frames}"

    def samples(self) -> Samples:
        """Shape (frames, 1)."""
        import numpy as np

        now = np.arange(self.frames) / RATE
        way = now / max(self.frames / RATE, 1 / RATE)
        # Half a cosine, so that the glide starts and ends at rest.
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
