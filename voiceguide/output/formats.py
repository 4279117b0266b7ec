"""Which writer makes which file, by the ending of its name."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Protocol

from voiceguide.errors import UnknownName
from voiceguide.timeline.model import Timeline


class Writer(Protocol):
    """Writes one format. A module of this room has it as `write`."""

    def __call__(self, timeline: Timeline, path: Path, on_progress: Callable[[int], None]) -> None:
        """Write the session to `path`, whole or not at all.

        `on_progress` is called now and then with the frames written so far.

        Raises:
            FileError: the file cannot be written.
        """
        ...


WRITERS = {
    ".mp3": "voiceguide.output.mp3",
    ".wav": "voiceguide.output.wav",
}
"""A new format is a module and a line here. Modules are imported when used."""

DEFAULT_ENDING = ".mp3"


def writer_for(path: Path) -> Writer:
    """The writer for a file of this name.

    Raises:
        UnknownName: no format has that ending.
    """
    ending = path.suffix or path.name
    module = WRITERS.get(ending.lower())
    if module is None:
        raise UnknownName("format", ending, WRITERS, f"Name a file like {path.stem}{DEFAULT_ENDING}.")
    writer: Writer = import_module(module).write
    return writer
