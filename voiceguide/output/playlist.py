"""M3U: the files of a session in parts, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from voiceguide.output.replacing import replace_text
from voiceguide.timeline.model import Timeline
from voiceguide.units import ticks

ENDING = ".m3u"


def write_playlist(title: str, parts: Iterable[tuple[Path, Timeline]], path: Path) -> None:
    """Write a playlist of files that lie beside it, each with its session.

    Raises:
        FileError: it cannot be written.
    """
    lines = ["#EXTM3U", "#EXTENC:UTF-8", f"#PLAYLIST:{title}"]
    for file, part in parts:
        lines += [f"#EXTINF:{ticks(part.length, 1, part.rate)},{part.title}", file.name]
    replace_text(path, "\n".join([*lines, ""]))
