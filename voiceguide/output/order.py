"""How an export is wanted: what every writer is given beside the timeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from voiceguide.store import Store

Quality = Literal["small", "good", "best"]
QUALITIES: tuple[Quality, ...] = get_args(Quality)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the file says of itself, beside its title and chapters."""

    artist: str = "voiceguide"
    album: str = "Guided sessions"
    genre: str = "Speech"
    comment: str = ""
    track: int = 0
    """Number of the file among those that make a session; 0 where it is the only one."""
    tracks: int = 0


def _unwatched(_: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an export is to be like."""

    store: Store
    """Where encoded pieces and drawn covers are kept for next time."""
    quality: Quality = "good"
    """Size against sound, for formats that lose some of it."""
    about: About = About()
    on_progress: Callable[[int], None] = _unwatched
    """Called now and then with the frames of the session written so far."""
