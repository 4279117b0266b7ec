"""The sound devices there are, by name.

A new speaker is a module with a class that keeps the contract in `voiceguide/player/speaker.py`, and a row here.
The help of `play --speaker` and the speakers that `doctor` tries come from the rows.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass

from voiceguide.base.errors import UnknownName
from voiceguide.player.speaker import Speaker

AUTO = "auto"
"""Stands for the first speaker of the table."""


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """One speaker of the table."""

    name: str
    made_by: str
    """Its class, as `module:class`. The module is imported only when the speaker is used."""
    note: str = ""
    """What the help says beside the name; empty where the name says enough."""
    needed: bool = False
    """Whether `doctor` calls a machine broken where the speaker's library is missing."""
    is_device: bool = True
    """False for a speaker that reaches no sound device, so that `doctor` has nothing to try."""


SPEAKERS = (
    SpeakerRow("miniaudio", "voiceguide.player.miniaudio_speaker:MiniaudioSpeaker", needed=True),
    SpeakerRow("simpleaudio", "voiceguide.player.simpleaudio_speaker:SimpleaudioSpeaker"),
    SpeakerRow("null", "voiceguide.player.null_speaker:NullSpeaker", "plays to nobody", is_device=False),
)
"""Every speaker; the first is the one that `auto` stands for."""

SPEAKER_NAMES = (AUTO, *(row.name for row in SPEAKERS))
"""Every name that `speaker` understands."""


def speaker(name: str) -> Speaker:
    """Make a speaker.

    Raises:
        UnknownName: there is none of that name.
        SpeakerError: its library is missing, or does not work here.
    """
    wanted = SPEAKERS[0].name if name == AUTO else name
    for row in SPEAKERS:
        if row.name == wanted:
            made: Speaker = pkgutil.resolve_name(row.made_by)()
            return made
    raise UnknownName("speaker", name, SPEAKER_NAMES)


def speaker_help() -> str:
    """The help of `--speaker`: every name, with its note."""
    *others, last = [AUTO, *(f"{row.name} ({row.note})" if row.note else row.name for row in SPEAKERS)]
    return f"Sound device library: {', '.join(others)}, or {last}."
