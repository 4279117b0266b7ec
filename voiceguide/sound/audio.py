"""Audio in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Shape (frames, channels), full scale at ±1."""


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """Sound held in memory."""

    samples: Samples
    """float32, shape (frames, channels), full scale at ±1."""
    rate: int
    """Sample rate in Hz."""

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.dtype != np.float32:
            raise ValueError(
                f"samples must be float32 (frames, channels), not {self.samples.dtype} {self.samples.shape}"
            )

    @property
    def frames(self) -> int:
        """Length in frames."""
        return int(self.samples.shape[0])

    @property
    def channels(self) -> int:
        """Number of channels."""
        return int(self.samples.shape[1])


def mono(samples: npt.NDArray[np.generic], rate: int) -> Audio:
    """Return audio of one channel from float samples of shape (frames,)."""
    return Audio(samples.astype(np.float32).reshape(-1, 1), rate)
