"""How an export is wanted: what every writer is given beside the timeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from voiceguide.base.errors import UnknownName
from voiceguide.base.store import Store

if TYPE_CHECKING:
    from voiceguide.timeline.model import Timeline

Quality = Literal["small", "good", "best"]
QUALITIES: tuple[Quality, ...] = get_args(Quality)


def quality_called(name: str) -> Quality:
    """The quality of that name.

    Raises:
        UnknownName: there is none.
    """
    for quality in QUALITIES:
        if quality == name:
            return quality
    raise UnknownName("quality", name, QUALITIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the file says of itself, beside its title and chapters."""

    title: str = ""
    """With the listener's choices in words; empty where it is the timeline's."""
    session: str = ""
    """Tells one session from another: that of other choices, or of another routine."""
    artist: str = "voiceguide"
    album: str = "Guided sessions"
    genre: str = "Speech"
    comment: str = ""
    track: int = 0
    """Number of the file among those that make a session; 0 where it is the only one."""
    tracks: int = 0

    def titled(self, timeline: Timeline) -> str:
        """The title that files show."""
        return self.title or timeline.title


def _unwatched(_: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What an export is to be like."""

    store: Store
    """Where encoded pieces and drawn covers are kept for next time."""
    quality: Quality = "good"
    """Size against sound, for formats that lose some of it."""
    about: About = About()
    sound: str = ""
    """Name of the sound file that a file of words or times goes with, if there is one."""
    part_of: Timeline | None = None
    """The session that this one is a part of: all parts have its cover, as the songs of an album do."""
    on_progress: Callable[[int], None] = _unwatched
    """Called now and then with the frames of the session written so far."""
