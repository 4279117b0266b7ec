"""Names of the files that are shipped with the program."""

from __future__ import annotations

from functools import cache

from voiceguide.base.paths import shipped


@cache
def chime_names() -> tuple[str, ...]:
    """Return the names of the shipped chimes, sorted.

    Raises:
        FileError: the shipped files are missing.
    """
    return tuple(sorted(path.stem for path in shipped("audio").glob("*.wav")))
