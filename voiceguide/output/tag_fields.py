"""The tags of a session: what each field says, and the field's name in each container.

A new field is a value in `TagValues` and a row in `FIELDS`; a container that has a name for it gets it from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voiceguide import __version__
from voiceguide.base.units import milliseconds
from voiceguide.output.languages import three_letters
from voiceguide.output.options import ExportOptions
from voiceguide.output.sidecars.lrc import lyrics
from voiceguide.timeline.model import Timeline

Container = Literal["id3", "mp4", "vorbis", "riff", "ffmpeg"]
"""The kinds of tags. `ffmpeg` stands for the names that ffmpeg translates for the file that it writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagValues:
    """What the fields say of one session. A field that is empty is left out of the file."""

    title: str
    artist: str
    album_artist: str
    """Players keep an album together by this field."""
    album: str
    track: str
    """The number of this file among those that make the session."""
    tracks: str
    """How many these are."""
    track_of_tracks: str
    """Both numbers, such as `3/12`."""
    genre: str
    comment: str
    language: str
    """In three letters."""
    length: str
    """In milliseconds."""
    session: str
    """Tells which session the file holds."""
    encoder: str
    lyrics: str
    """The words with their times, as LRC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagField:
    """One field's name in each container; empty where the container has no such field."""

    value: str
    """The attribute of `TagValues` that the field holds."""
    id3: str = ""
    mp4: str = ""
    vorbis: str = ""
    riff: str = ""
    ffmpeg: str = ""


_MARK = "VOICEGUIDE_SESSION"

SESSION = TagField(
    value="session",
    id3=f"TXXX:{_MARK}",
    # MP4 wants the maker's name before the name of a field that is not Apple's.
    mp4=f"----:org.voiceguide:{_MARK}",
    vorbis=_MARK,
    ffmpeg=_MARK,
)
"""RIFF has no names except its own."""

FIELDS = (
    TagField(value="title", id3="TIT2", mp4="©nam", vorbis="TITLE", riff="INAM", ffmpeg="title"),
    TagField(value="artist", id3="TPE1", mp4="©ART", vorbis="ARTIST", riff="IART", ffmpeg="artist"),
    TagField(value="album_artist", id3="TPE2", mp4="aART", vorbis="ALBUMARTIST"),
    TagField(value="album", id3="TALB", mp4="©alb", vorbis="ALBUM", riff="IPRD", ffmpeg="album"),
    TagField(value="track", vorbis="TRACKNUMBER", riff="IPRT"),
    TagField(value="tracks", vorbis="TRACKTOTAL"),
    TagField(value="track_of_tracks", id3="TRCK", mp4="trkn", ffmpeg="track"),
    TagField(value="genre", id3="TCON", mp4="©gen", vorbis="GENRE", riff="IGNR", ffmpeg="genre"),
    TagField(value="comment", id3="COMM", mp4="©cmt", vorbis="DESCRIPTION", riff="ICMT", ffmpeg="comment"),
    # MP4 has the language with the sound, where the writer of the container puts it.
    TagField(value="language", id3="TLAN", vorbis="LANGUAGE"),
    TagField(value="length", id3="TLEN"),
    SESSION,
    TagField(value="encoder", id3="TSSE", mp4="©too", vorbis="ENCODERSETTINGS", riff="ISFT"),
    TagField(value="lyrics", id3="USLT", mp4="©lyr", vorbis="LYRICS"),
)
"""The fields in the order in which they are written."""


def tag_values(timeline: Timeline, export_options: ExportOptions, encoder: str) -> TagValues:
    """Return what the fields say of a session that `encoder` encodes."""
    about = export_options.about
    return TagValues(
        title=about.titled(timeline),
        artist=about.artist,
        album_artist=about.artist,
        album=about.album,
        track=str(about.track or ""),
        tracks=str((about.track and about.tracks) or ""),
        track_of_tracks=f"{about.track}/{about.tracks}" if about.track else "",
        genre=about.genre,
        comment=about.comment,
        language=three_letters(timeline.language),
        length=str(milliseconds(timeline.length, timeline.rate)),
        session=about.session,
        encoder=f"voiceguide {__version__}, {encoder}",
        lyrics=lyrics(timeline, about),
    )


def named_tags(container: Container, values: TagValues) -> dict[str, str]:
    """Return the values by the names that a container has for them, in order, without empty ones."""
    named = {getattr(each, container): getattr(values, each.value) for each in FIELDS}
    return {name: text for name, text in named.items() if name and text}
