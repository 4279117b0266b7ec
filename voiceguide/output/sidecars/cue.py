"""Cue sheets: the tracks of one long sound file."""

from __future__ import annotations

from pathlib import Path

from voiceguide import __version__
from voiceguide.base.atomic import replace_text
from voiceguide.base.units import ticks
from voiceguide.output.options import ExportOptions
from voiceguide.timeline.model import Timeline
from voiceguide.timeline.splitting import Stretch, stretches

MOST_TRACKS = 99
"""Greatest number of tracks, because a track's number has two digits."""

_PER_SECOND = 75
"""Frames of a compact disc in a second. Cue sheets measure time in them."""


def write(timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
    """Write the chapters of a session as a cue sheet. See `formats.Writer`."""
    sound = export_options.sound or f"{path.stem}.mp3"
    chapters = stretches(timeline)
    tracks = _few(chapters)
    lines = [f"REM GENRE {_quoted(export_options.about.genre)}", f"REM COMMENT {_quoted(f'voiceguide {__version__}')}"]
    if len(tracks) < len(chapters):
        lines.append(f"REM {len(chapters)} chapters share {len(tracks)} tracks, more than which no cue sheet can hold")
    lines += [
        f"PERFORMER {_quoted(export_options.about.artist)}",
        f"TITLE {_quoted(export_options.about.titled(timeline))}",
    ]
    lines.append(f"FILE {_quoted(sound)} {'MP3' if sound.lower().endswith('.mp3') else 'WAVE'}")
    for number, track in enumerate(tracks, 1):
        lines += [f"  TRACK {number:02d} AUDIO", f"    TITLE {_quoted(track.title)}"]
        lines.append(f"    INDEX 01 {_clock(track.start, timeline.rate)}")
    replace_text(path, "\n".join([*lines, ""]))


def _few(chapters: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """Return the chapters that begin a track: all, or an even selection if there are too many."""
    many = len(chapters)
    if many <= MOST_TRACKS:
        return chapters
    return tuple(chapters[number * many // MOST_TRACKS] for number in range(MOST_TRACKS))


def _quoted(text: str) -> str:
    """Return a text in quotes and on one line. The format cannot write a quote or a line end inside a text."""
    return '"' + " ".join(text.replace('"', "'").split()) + '"'


def _clock(count: int, rate: int) -> str:
    """Return a time as `mm:ss:ff`. Minutes may be above 99."""
    seconds, rest = divmod(ticks(count, _PER_SECOND, rate), _PER_SECOND)
    return f"{seconds // 60:02d}:{seconds % 60:02d}:{rest:02d}"
