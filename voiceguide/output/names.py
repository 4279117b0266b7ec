"""Making file names that are valid on every system, and numbered names that sort in order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from voiceguide.output.lines import clusters

LONGEST = 120
"""Greatest length of a name in bytes, without its ending. Some encrypted folders allow only 143 with it."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x20\x7f-\xa0\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]+')
"""Characters that are forbidden on Windows, FAT or exFAT, and invisible characters."""

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?: *\..*)?", re.IGNORECASE)
"""Names of devices on Windows. Text after the first dot does not make them valid."""


def safe_name(text: str) -> str:
    """Return a text as a file name without an ending; empty if none of its characters is allowed."""
    plain = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", text))
    # Windows removes dots and spaces at the end of a name.
    name = _cut(plain.lstrip(" .")).rstrip(" .")
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def numbered(titles: Sequence[str]) -> list[str]:
    """Return a different file name for each title, without an ending. Sorted as text, they keep their order."""
    digits = max(len(str(len(titles))), 2)
    return [safe_name(f"{number:0{digits}d} {title}") for number, title in enumerate(titles, 1)]


def is_numbered(name: str, number: int) -> bool:
    """Whether `numbered` could have made this file name, given with its ending, for the title of that number."""
    # Of the forbidden characters, the name may contain only the space.
    return bool(re.match(f"0*{number}(?![0-9])", name)) and not _FORBIDDEN.search(name.replace(" ", ""))


def _cut(text: str) -> str:
    kept, room = "", LONGEST
    for cluster in clusters(text):
        room -= len(cluster.encode())
        if room < 0:
            break
        kept += cluster
    return kept
