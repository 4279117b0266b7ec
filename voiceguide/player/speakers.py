"""The sound devices there are, by name. A new one is a module and a case here."""

from __future__ import annotations

from voiceguide.base.errors import UnknownName
from voiceguide.player.speaker import Speaker

SPEAKERS = ("auto", "miniaudio", "simpleaudio", "null")
"""`auto` is miniaudio."""


def speaker(name: str) -> Speaker:
    """Make a speaker.

    Raises:
        UnknownName: there is none of that name.
        SpeakerError: its library is missing, or does not work here.
    """
    match name:
        case "auto" | "miniaudio":
            from voiceguide.player.miniaudio_speaker import MiniaudioSpeaker

            return MiniaudioSpeaker()
        case "simpleaudio":
            from voiceguide.player.simpleaudio_speaker import SimpleaudioSpeaker

            return SimpleaudioSpeaker()
        case "null":
            from voiceguide.player.null_speaker import NullSpeaker

            return NullSpeaker()
    raise UnknownName("speaker", name, SPEAKERS)
