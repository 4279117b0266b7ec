"""What a session is, its chapters and words as Vorbis comments, which FLAC and Ogg files carry."""

from __future__ import annotations

from voiceguide.output.languages import three_letters
from voiceguide.output.lrc import lrc
from voiceguide.output.order import Order
from voiceguide.output.tags import encoder_text
from voiceguide.timeline.captions import captions
from voiceguide.timeline.model import Timeline
from voiceguide.units import milliseconds


def vorbis_comments(timeline: Timeline, order: Order, encoder: str) -> dict[str, str]:
    """The comments by name, in their order; none that is empty.

    Chapters are pairs as OGM files had them first, and as FFmpeg reads them (it rounds their seconds wrongly where it
    writes them itself).
    """
    about = order.about
    comments = {
        "TITLE": timeline.title,
        "ARTIST": about.artist,
        "ALBUM": about.album,
        "TRACKNUMBER": str(about.track or ""),
        "TRACKTOTAL": str((about.track and about.tracks) or ""),
        "GENRE": about.genre,
        "DESCRIPTION": about.comment,
        "LANGUAGE": three_letters(timeline.language),
        "ENCODERSETTINGS": encoder_text(encoder),
        "LYRICS": lrc(timeline, about) if captions(timeline) else "",
    }
    for number, chapter in enumerate(timeline.chapters):
        comments[f"CHAPTER{number:03d}"] = _clock(milliseconds(chapter.start, timeline.rate))
        comments[f"CHAPTER{number:03d}NAME"] = chapter.title
    return {name: text for name, text in comments.items() if text}


def _clock(ms: int) -> str:
    """`HH:MM:SS.mmm`."""
    seconds, thousandths = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}.{thousandths:03d}"
