"""Beds: quiet continuous sounds under a session. The names are listed without numpy, which only making a bed needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from voiceguide.base.errors import UnknownName
from voiceguide.choices.model import LOUDEST_BED_DB, QUIETEST_BED_DB, USUAL_BED_DB

if TYPE_CHECKING:
    from voiceguide.sound.audio import Samples
    from voiceguide.sound.beds.synthesis import Wave

NAMES = ("brown", "drone", "rain", "waves")
"""The shipped beds, sorted."""


class Bed(Protocol):
    """An endless sound at its level."""

    def samples(self, start: int, count: int) -> Samples:
        """Return samples from frame `start` of the session on: shape (count, 1), full scale at ±1. May read a file.

        Raises:
            FileError: the samples cannot be read any more.
        """
        ...


def bed(name: str, level_db: float = USUAL_BED_DB) -> Bed:
    """Return the shipped bed called `name`. It is made in less than a tenth of a second and needs 6 MB of memory.

    Args:
        name: one of `NAMES`.
        level_db: level relative to speech, from `QUIETEST_BED_DB` to `LOUDEST_BED_DB`.

    Raises:
        UnknownName: no bed has this name.
        ValueError: the level is outside its range.
    """
    if name not in NAMES:
        raise UnknownName("bed", name, NAMES, "The path of a sound file will do, too.")
    factor = level_factor(level_db)
    from voiceguide.sound.beds.synthesis import sound

    wave = sound(name)
    wave *= factor
    return _Loop(wave)


def level_factor(level_db: float) -> float:
    """Return the amplitude factor of a level in dB.

    Raises:
        ValueError: the level is outside its range.
    """
    if not QUIETEST_BED_DB <= level_db <= LOUDEST_BED_DB:
        raise ValueError(
            f"the level of a bed must be from {QUIETEST_BED_DB:g} to {LOUDEST_BED_DB:g} dB, not {level_db:g}"
        )
    return float(10 ** (level_db / 20))


@dataclass(frozen=True, slots=True, eq=False)
class _Loop:
    """A bed that repeats without a gap."""

    turn: Wave

    def samples(self, start: int, count: int) -> Samples:
        """See `Bed.samples`."""
        import numpy as np

        at = start % len(self.turn)
        parts = [self.turn[at : at + count]]
        while count > (have := sum(map(len, parts))):
            parts.append(self.turn[: count - have])
        return np.concatenate(parts).reshape(-1, 1) if len(parts) > 1 else parts[0].reshape(-1, 1)
