"""The output formats, found by the ending of a file name, with the module that writes each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from voiceguide.base.errors import MachineError, UnknownName
from voiceguide.base.extras import install_command
from voiceguide.base.source import nearest
from voiceguide.output.options import ExportOptions
from voiceguide.timeline.model import Timeline

if TYPE_CHECKING:
    from voiceguide.timeline.placing import Arrival


class Writer(Protocol):
    """Writes one format. Each format's module has such a function called `write`."""

    def __call__(self, timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
        """Write the session to `path` atomically.

        Raises:
            FileError: the file cannot be written.
        """
        ...


class Ahead(Protocol):
    """Does work while the session is still being spoken. A format's module may have such a function called `ahead`."""

    def __call__(self, arrivals: Iterable[Arrival], export_options: ExportOptions) -> Iterator[Arrival]:
        """Pass on the arrivals, and work on them meanwhile."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """One file format."""

    module: str
    """Name of the module with the writer. It is imported when used."""
    needs: str = ""
    """Name of a library that the writer needs and that may not be installed."""
    extra: str = ""
    """Name of the extra in pyproject.toml that installs it."""
    encoder: str = ""
    """Name of a module with `signature()`, whose text changes whenever the same samples could become other bytes."""

    def signature(self) -> str:
        """Return the encoder and its version; empty for a format without an encoder."""
        if self.encoder:
            signature: str = import_module(self.encoder).signature()
            return signature
        return f"{self.needs} {version(self.needs)}" if self.needs else ""

    def write(self, timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
        """Write a session. See `Writer`."""
        writer: Writer = import_module(self.module).write
        writer(timeline, path, export_options)

    def ahead(self, arrivals: Iterable[Arrival], export_options: ExportOptions) -> Iterable[Arrival]:
        """Do work early, if the format's module can. See `Ahead`."""
        early: Ahead | None = getattr(import_module(self.module), "ahead", None)
        return early(arrivals, export_options) if early else arrivals


FORMATS = {
    ".mp3": Format("voiceguide.output.mp3.writer", encoder="voiceguide.output.mp3.encoding"),
    ".wav": Format("voiceguide.output.wav"),
    ".m4b": Format("voiceguide.output.m4b", needs="av", extra="formats"),
    ".m4a": Format("voiceguide.output.m4b", needs="av", extra="formats"),
    ".opus": Format("voiceguide.output.opus", needs="av", extra="formats"),
    ".flac": Format("voiceguide.output.flac", needs="av", extra="formats"),
    ".chapters.json": Format("voiceguide.output.sidecars.json_chapters"),
    ".cue": Format("voiceguide.output.sidecars.cue"),
    ".lrc": Format("voiceguide.output.sidecars.lrc"),
    ".srt": Format("voiceguide.output.sidecars.srt"),
    ".txt": Format("voiceguide.output.sidecars.transcript"),
    ".vtt": Format("voiceguide.output.sidecars.vtt"),
}
"""Formats by the ending of the file name. To add a format, add a module and a line here."""

ANY_OTHER = Format("voiceguide.output.ffmpeg", encoder="voiceguide.output.ffmpeg")
"""Format for all other endings that ffmpeg can write. It needs the program ffmpeg, and no library."""

DEFAULT_ENDING = ".mp3"

SIDECARS = {
    "lrc": ".lrc",
    "srt": ".srt",
    "vtt": ".vtt",
    "chapters": ".chapters.json",
    "cue": ".cue",
    "transcript": ".txt",
}
"""Sidecars, which are files with words and times beside a sound file: their names and endings."""


ALL_SIDES = "all"
"""Name that stands for all sidecars."""


def ending_of(path: Path) -> str:
    """Return the ending of a file name that identifies the format. In `a.chapters.json` it has two parts."""
    known = (path.name[-len(ending) :] for ending in FORMATS if path.name.lower().endswith(ending))
    return next(known, path.suffix or path.name)


def sidecar_endings(names: Iterable[str]) -> tuple[str, ...]:
    """Return the endings of sidecars from their names in `SIDECARS`, each once. `all` stands for all of them.

    Raises:
        UnknownName: no sidecar has this name.
    """
    wanted = [*names]
    for name in wanted:
        if name not in (*SIDECARS, ALL_SIDES):
            raise UnknownName("extra file", name, (*SIDECARS, ALL_SIDES))
    return tuple(SIDECARS[name] for name in dict.fromkeys(SIDECARS if ALL_SIDES in wanted else wanted))


def format_for(path: Path) -> Format:
    """Return the format for a file of this name.

    Raises:
        UnknownName: no format has that ending.
        MachineError: a library that the format needs is not installed.
    """
    ending = ending_of(path)
    found = FORMATS.get(ending.lower())
    if found is None:
        from voiceguide.output.ffmpeg import writes

        if writes(path):
            return ANY_OTHER
        # If no ending is similar, the error lists all formats with sound.
        known = FORMATS if nearest(ending, FORMATS) else [each for each in FORMATS if each not in SIDECARS.values()]
        advice = f"Name a file like {path.stem}{DEFAULT_ENDING}."
        raise UnknownName("format", ending, known, advice, most=len(known))
    if found.needs and find_spec(found.needs) is None:
        what = f"{ending.lower()} files need {found.needs}, which is not installed."
        raise MachineError(what, f"Install it: {install_command(found.extra)}")
    return found
