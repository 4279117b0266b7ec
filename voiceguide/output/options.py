"""Options of an export, which every writer gets in addition to the timeline."""

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
    """Return the quality of that name.

    Raises:
        UnknownName: no quality has this name.
    """
    for quality in QUALITIES:
        if quality == name:
            return quality
    raise UnknownName("quality", name, QUALITIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Metadata for the file, in addition to its chapters."""

    title: str = ""
    """Title with the listener's choices in words; empty to use the timeline's title."""
    session: str = ""
    """Text that identifies the session: it differs for other choices and for other routines."""
    artist: str = "voiceguide"
    album: str = "Guided sessions"
    genre: str = "Speech"
    comment: str = ""
    track: int = 0
    """Number of the file among the parts of a session; 0 if it is the only file."""
    tracks: int = 0

    def titled(self, timeline: Timeline) -> str:
        """Return the title for the file."""
        return self.title or timeline.title


def _unwatched(_: int) -> None:
    """Ignore progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """Options of an export."""

    store: Store
    """Cache for encoded pieces and drawn covers."""
    quality: Quality = "good"
    """Balance between file size and sound quality, for lossy formats."""
    about: About = About()
    sound: str = ""
    """Name of the sound file that a sidecar belongs to; empty if there is none."""
    part_of: Timeline | None = None
    """Whole session that this one is a part of. All parts get its cover, like the songs of an album."""
    on_progress: Callable[[int], None] = _unwatched
    """Called now and then with the number of frames of the session written so far."""
