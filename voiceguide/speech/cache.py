"""The clip cache: finished phrases as 16-bit mono samples at `units.RATE`, so that no phrase is spoken twice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.base.errors import FileError
from voiceguide.base.store import Store

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from voiceguide.sound.audio import Samples


@dataclass(frozen=True, slots=True)
class CachedClip:
    """A phrase in the cache."""

    store: Store
    identity: str
    """Key of the entry."""
    frames: int

    @property
    def path(self) -> Path:
        """Path of the entry."""
        return self.store.path(self.identity)

    def samples(self) -> Samples:
        """Return samples of shape (frames, 1).

        Raises:
            FileError: the entry is gone or broken.
        """
        import numpy as np

        data = self.store.get(self.identity)
        if data is None or len(data) != 2 * self.frames:
            raise FileError(self.path, f"A phrase is gone from the cache ({self.path}).", "Run the command again.")
        return _as_samples(np.frombuffer(data, "<i2"))


@dataclass(frozen=True, slots=True, eq=False)
class UncachedClip:
    """A phrase in memory, for when the cache cannot be written. Its samples are the same as from the cache."""

    identity: str
    data: npt.NDArray[np.int16]

    @property
    def frames(self) -> int:
        """Length in frames."""
        return len(self.data)

    def samples(self) -> Samples:
        """Return samples of shape (frames, 1)."""
        return _as_samples(self.data)


class ClipCache:
    """Finished phrases by key. Several processes and threads may use it at once."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def get(self, key: str) -> CachedClip | None:
        """Return the phrase with this key; None if there is no entry, or a broken one."""
        data = self.store.get(key)
        return None if data is None else CachedClip(self.store, key, len(data) // 2)

    def put(self, key: str, samples: npt.NDArray[np.int16]) -> CachedClip | UncachedClip:
        """Store samples of shape (frames,). If another writer stored this key first, return that entry."""
        kept = self.store.put(key, samples.astype("<i2").tobytes())
        return UncachedClip(key, samples) if kept is None else CachedClip(self.store, key, len(kept) // 2)


def _as_samples(whole: npt.NDArray[np.int16]) -> Samples:
    import numpy as np

    return (whole * np.float32(1 / 32767)).reshape(-1, 1)
