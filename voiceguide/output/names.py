"""File names that every system takes, in the order of what they name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from voiceguide.output.lines import clusters

LONGEST = 120
"""Bytes of a name without its ending: some encrypted folders take no more than 143 with it."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x20\x7f-\xa0\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]+')
"""What Windows, FAT and exFAT take for something else, and what nobody can see."""

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?: *\..*)?", re.IGNORECASE)
"""Names that Windows has for devices, whatever stands behind their first dot."""


def safe_name(text: str) -> str:
    """The text as the name of a file, without an ending. Empty where nothing of it can be kept."""
    plain = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", text))
    # Windows drops dots and spaces at the end of a name.
    name = _cut(plain.lstrip(" .")).rstrip(" .")
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def numbered(titles: Sequence[str]) -> list[str]:
    """A name for each title, without an ending. Sorted as text they stand in the same order, and no two are alike."""
    digits = max(len(str(len(titles))), 2)
    return [safe_name(f"{number:0{digits}d} {title}") for number, title in enumerate(titles, 1)]


def is_numbered(name: str, number: int) -> bool:
    """Whether a file name, with its ending, can be the one that `numbered` gave to that title."""
    # A space is the only one of these that it may have.
    return bool(re.match(f"0*{number}(?![0-9])", name)) and not _FORBIDDEN.search(name.replace(" ", ""))


def _cut(text: str) -> str:
    kept, room = "", LONGEST
    for cluster in clusters(text):
        room -= len(cluster.encode())
        if room < 0:
            break
        kept += cluster
    return kept
