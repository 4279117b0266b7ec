"""What is shipped with the program, by name."""

from __future__ import annotations

from functools import cache

from voiceguide.base.paths import shipped


@cache
def chime_names() -> tuple[str, ...]:
    """The names of the shipped chimes, sorted.

    Raises:
        FileError: the shipped files are missing.
    """
    return tuple(sorted(path.stem for path in shipped("audio").glob("*.wav")))
