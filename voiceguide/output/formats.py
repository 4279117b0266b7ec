"""Which module writes which file, by the ending of its name."""

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
    """Writes one format. A module of this room has it as `write`."""

    def __call__(self, timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
        """Write the session to `path`, whole or not at all.

        Raises:
            FileError: the file cannot be written.
        """
        ...


class Ahead(Protocol):
    """Does what can be done while the session is still being spoken. A module may have it as `ahead`."""

    def __call__(self, arrivals: Iterable[Arrival], export_options: ExportOptions) -> Iterator[Arrival]:
        """Give what it is given, and work on it on the way."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file."""

    module: str
    """Its writer's, imported when used."""
    needs: str = ""
    """A module of somebody else's that may not be installed."""
    extra: str = ""
    """What installs it."""
    encoder: str = ""
    """A module with `signature()`: a text that changes whenever the same samples could become other bytes."""

    def signature(self) -> str:
        """What encodes it, and in which version; empty for a format that is written as it is."""
        if self.encoder:
            signature: str = import_module(self.encoder).signature()
            return signature
        return f"{self.needs} {version(self.needs)}" if self.needs else ""

    def write(self, timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
        """Write a session. See `Writer`."""
        writer: Writer = import_module(self.module).write
        writer(timeline, path, export_options)

    def ahead(self, arrivals: Iterable[Arrival], export_options: ExportOptions) -> Iterable[Arrival]:
        """Do what can be done early. See `Ahead`."""
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
"""A new format is a module and a line here."""

ANY_OTHER = Format("voiceguide.output.ffmpeg", encoder="voiceguide.output.ffmpeg")
"""Whatever else ffmpeg can write. Such files need ffmpeg itself, and no library."""

DEFAULT_ENDING = ".mp3"

SIDECARS = {
    "lrc": ".lrc",
    "srt": ".srt",
    "vtt": ".vtt",
    "chapters": ".chapters.json",
    "cue": ".cue",
    "transcript": ".txt",
}
"""Files without sound, of words and times, that can lie beside one with it: their names and endings."""


ALL_SIDES = "all"
"""Stands for all of their names."""


def ending_of(path: Path) -> str:
    """The ending of a name that tells its format. It has two parts in `a.chapters.json`."""
    known = (path.name[-len(ending) :] for ending in FORMATS if path.name.lower().endswith(ending))
    return next(known, path.suffix or path.name)


def sidecar_endings(names: Iterable[str]) -> tuple[str, ...]:
    """The endings of files to lie beside another, by their names in `SIDECARS`, each once. `all` is each of them.

    Raises:
        UnknownName: there is no such file.
    """
    wanted = [*names]
    for name in wanted:
        if name not in (*SIDECARS, ALL_SIDES):
            raise UnknownName("extra file", name, (*SIDECARS, ALL_SIDES))
    return tuple(SIDECARS[name] for name in dict.fromkeys(SIDECARS if ALL_SIDES in wanted else wanted))


def format_for(path: Path) -> Format:
    """The format for a file of this name.

    Raises:
        UnknownName: no format has that ending.
        MachineError: what it needs is not installed.
    """
    ending = ending_of(path)
    found = FORMATS.get(ending.lower())
    if found is None:
        from voiceguide.output.ffmpeg import writes

        if writes(path):
            return ANY_OTHER
        # To whom none comes near, all those with sound are of use.
        known = FORMATS if nearest(ending, FORMATS) else [each for each in FORMATS if each not in SIDECARS.values()]
        advice = f"Name a file like {path.stem}{DEFAULT_ENDING}."
        raise UnknownName("format", ending, known, advice, most=len(known))
    if found.needs and find_spec(found.needs) is None:
        what = f"{ending.lower()} files need {found.needs}, which is not installed."
        raise MachineError(what, f"Install it: {install_command(found.extra)}")
    return found
