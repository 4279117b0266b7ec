"""Clips in memory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from voiceguide.base.units import RATE
from voiceguide.sound.audio import Samples, mono


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A clip whose samples are here."""

    held: Samples

    @property
    def frames(self) -> int:
        return len(self.held)

    @property
    def identity(self) -> str:
        return hashlib.sha256(self.held.tobytes()).hexdigest()

    def samples(self) -> Samples:
        return self.held


def clip(*values: float) -> Held:
    return Held(mono(np.array(values), RATE).samples)


def noise(frames: int, seed: int = 0, peak: float = 0.5) -> Held:
    return Held(mono(np.random.default_rng(seed).uniform(-peak, peak, frames), RATE).samples)
