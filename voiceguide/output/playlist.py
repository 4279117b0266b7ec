"""M3U playlists: the files of a session in parts, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from voiceguide.base.atomic import replace_text
from voiceguide.base.files import read_whole
from voiceguide.base.log import passed_over
from voiceguide.base.units import ticks
from voiceguide.output.names import is_numbered
from voiceguide.timeline.model import Timeline

ENDING = ".m3u"

_FIRST = ("#EXTM3U", "#EXTENC:UTF-8")
_MAX_BYTES = 4 * 1024**2
"""Greatest size of a playlist. A session has at most 20,000 parts, with about a hundred bytes for each."""

_TITLE, _PART = "#PLAYLIST:", "#EXTINF:"


def write_playlist(title: str, parts: Iterable[tuple[Path, Timeline]], path: Path) -> None:
    """Write a playlist of files that lie beside it. Each file comes with its timeline.

    Raises:
        FileError: the playlist cannot be written.
    """
    lines = [*_FIRST, f"{_TITLE}{title}"]
    for file, part in parts:
        lines += [f"{_PART}{ticks(part.length, 1, part.rate)},{part.title}", file.name]
    replace_text(path, "\n".join([*lines, ""]))


def listed(path: Path) -> tuple[str, ...]:
    """Return the names of the parts in a playlist; none if it is missing or `write_playlist` did not write it."""
    try:
        lines = read_whole(path, _MAX_BYTES).decode("utf-8").replace("\r\n", "\n").split("\n")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeError) as cause:
        passed_over(__name__, f"{path} counts as no playlist", cause)
        return ()
    first, rest = lines[: len(_FIRST)], lines[len(_FIRST) :]
    title, about, names = rest[:1], rest[1:-1:2], rest[2:-1:2]
    if tuple(first) != _FIRST or not all(line.startswith(_TITLE) for line in title) or len(about) != len(names):
        return ()
    if not all(line.startswith(_PART) for line in about):
        return ()
    return tuple(names) if all(is_numbered(name, number) for number, name in enumerate(names, 1)) else ()


def others(path: Path) -> list[Path]:
    """Return the other playlists of sessions in parts in the same folder."""
    found = [other for other in sorted(path.parent.glob(f"*{ENDING}")) if listed(other)]
    # On some file systems, two names may mean the same file.
    return [other for other in found if not (path.exists() and other.samefile(path))]
