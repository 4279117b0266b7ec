"""Finding out whether a file to be replaced holds the same session, another session, or something else."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from voiceguide.base.log import passed_over
from voiceguide.output.formats import FORMATS, ending_of
from voiceguide.output.names import safe_name
from voiceguide.output.options import About

_TITLES = {
    ".chapters.json": r'^ *"title": (.*)$',
    ".cue": r"^TITLE (.*)$",
    ".lrc": r"^\[ti:(.*)\]$",
    ".txt": r"\A(.*)$",
    ".vtt": r"\AWEBVTT - (.*)$",
    # SRT has no title.
    ".srt": r"\A1\n[0-9:,]+ --> ()",
}
"""Pattern of the title in each kind of sidecar."""

_HEAD = 4096
"""Bytes at the start of a sidecar in which to look for the title."""

_BETWEEN = " | "


def session_mark(stem: str, title: str) -> str:
    """Return the mark that identifies a session in a file: its file name with the choices, and its title."""
    return f"{stem}{_BETWEEN}{title}"


def what_is_replaced(path: Path, about: About, title: str) -> str:
    """Return a warning about the file that a session will replace; empty if it is the same session or is missing.

    Args:
        path: the file.
        about: metadata of the new file.
        title: title of the new file.
    """
    ending = ending_of(path).lower()
    try:
        if not path.is_file() or not path.stat().st_size:
            return ""
        if ending in _TITLES:
            return "" if _is_titled(path, ending, title) else f"{path} held something else, and was replaced."
        found = _mark(path, ending)
    except OSError as cause:
        passed_over(__name__, f"what {path} holds cannot be read", cause)
        # The error is reported when the file is written.
        return ""
    if found is None or found == about.session:
        return ""
    # The text comes from an unknown file, and may contain any characters.
    other = safe_name(found.partition(_BETWEEN)[0])
    if not other:
        return f"{path} held no session of voiceguide, and was replaced."
    if other == about.session.partition(_BETWEEN)[0]:
        return f"{path} held another session of that name, and was replaced."
    return f"{path} held another session ({other}), and was replaced."


def _is_titled(path: Path, ending: str, title: str) -> bool:
    """Whether a sidecar has that title. Sidecars write quotes and brackets differently."""
    with path.open("rb") as file:
        head = file.read(_HEAD).decode("utf-8-sig", errors="replace")
    found = re.search(_TITLES[ending], head, re.MULTILINE)
    return found is not None and (ending == ".srt" or _letters(found[1]) == _letters(title))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _mark(path: Path, ending: str) -> str | None:
    """Return the mark in a sound file; empty if it has none, None if its format cannot have one."""
    from mutagen import MutagenError

    try:
        return _of_mp3(path) if ending == ".mp3" else _of_any(path, has_marks=ending in FORMATS)
    except (MutagenError, ValueError, LookupError, EOFError, struct.error) as cause:
        passed_over(__name__, f"the tags of {path} cannot be read", cause)
        # This program did not write the file.
        return ""


def _of_mp3(path: Path) -> str:
    from mutagen import id3

    from voiceguide.output.tag_fields import SESSION

    # The cover and the chapters are not read.
    tag = id3.ID3(path, known_frames={"TXXX": id3.TXXX})
    return _text(tag.getall(SESSION.id3))


def _of_any(path: Path, *, has_marks: bool) -> str | None:
    import mutagen

    from voiceguide.output.tag_fields import SESSION

    file = mutagen.File(path)
    tags = file.tags if file is not None else None
    if not tags:
        return "" if has_marks else None
    names = (SESSION.id3, SESSION.vorbis, SESSION.mp4)
    return next((_text(tags[name]) for name in names if name in tags), "")


def _text(found: object) -> str:
    """Return the first text of a tag, which may be a list or an object with a list."""
    first = next(iter(found), "") if isinstance(found, list) else found
    return first.decode(errors="replace") if isinstance(first, bytes) else str(first)
