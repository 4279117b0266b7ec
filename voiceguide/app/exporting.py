"""The destination of an export: chosen, and checked to be writable, before anything is spoken."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from voiceguide.base.atomic import folders_made, is_folder, require_folder, require_place, together
from voiceguide.base.errors import FileError, VoiceguideError, WrongChoice
from voiceguide.base.units import seconds
from voiceguide.output.formats import DEFAULT_ENDING, FORMATS, SIDECARS, Format, ending_of, format_for, sidecar_endings
from voiceguide.output.lock import locked
from voiceguide.output.names import numbered, safe_name
from voiceguide.output.options import ExportOptions
from voiceguide.output.playlist import ENDING as PLAYLIST
from voiceguide.output.playlist import listed, others, write_playlist
from voiceguide.output.staging import staged, unmoved
from voiceguide.timeline.model import Timeline
from voiceguide.timeline.splitting import split

if TYPE_CHECKING:
    from voiceguide.speech.narrator import Tally
    from voiceguide.timeline.placing import Arrival

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export is, from 0 to 1 for each of its two phases."""

    spoken: float
    written: float


@dataclass(frozen=True, slots=True)
class Exported:
    """The files that an export made."""

    path: Path
    """The file; for a session in parts, the playlist."""
    seconds: float
    bytes: int
    """Size of the file, or of all parts together."""
    phrases: int
    """Distinct phrases of the session."""
    synthesised: int
    """Number of phrases that were spoken now."""
    cached: int
    """Number of phrases that were in the cache."""
    files: tuple[Path, ...] = ()
    """The parts of a session in parts, in order; else empty."""
    also: tuple[Path, ...] = ()
    """The sidecars: files with words and times beside the sound."""
    changes: tuple[str, ...] = ()
    """Changes made to the routine for this listener, one line each."""


class Destination(Protocol):
    """A place for an export: one file, or a folder of parts."""

    @property
    def replaces(self) -> tuple[Path, ...]:
        """Files that may exist already, and that the export replaces whatever they hold."""
        ...

    def reserved(self) -> AbstractContextManager[None]:
        """Make sure that the export can be written here, and make its folder if necessary.

        If the block fails, the folder that was made is removed again.

        Raises:
            FileError: the export cannot be written here.
        """
        ...

    def ahead(self, arrivals: Iterable[Arrival], export_options: ExportOptions) -> Iterable[Arrival]:
        """Do work that can be done while the session is still being spoken. See `formats.Ahead`."""
        ...

    def write(self, timeline: Timeline, export_options: ExportOptions, tally: Tally) -> Exported:
        """Write the session whose phrases were counted in `tally`.

        Raises:
            FileError: a file cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class OneFile:
    """A file with its sidecars."""

    path: Path
    kind: Format
    sidecars: tuple[str, ...]
    """Endings of the sidecars."""

    @property
    def also(self) -> tuple[Path, ...]:
        """Paths of the sidecars."""
        stem = self.path.name.removesuffix(ending_of(self.path))
        beside = (self.path.with_name(stem + ending) for ending in self.sidecars)
        return tuple(path for path in beside if path != self.path)

    @property
    def replaces(self) -> tuple[Path, ...]:
        """See `Destination`."""
        return (self.path, *self.also)

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """See `Destination`."""
        with folders_made(self.path.parent):
            for path in (self.path, *self.also):
                require_place(path)
            yield

    def ahead(self, arrivals: Iterable[Arrival], export_options: ExportOptions) -> Iterable[Arrival]:
        """See `Destination`."""
        return self.kind.ahead(arrivals, export_options)

    def write(self, timeline: Timeline, export_options: ExportOptions, tally: Tally) -> Exported:
        """See `Destination`."""
        begun = time.monotonic()
        with together():
            self.kind.write(timeline, self.path, export_options)
            self.write_sidecars(self.also, timeline, export_options)
        length, size = seconds(timeline.length, timeline.rate), self.path.stat().st_size
        log.info("%s: %d bytes for %.1f s of sound, in %.2f s", self.path, size, length, time.monotonic() - begun)
        return Exported(
            path=self.path,
            seconds=length,
            bytes=size,
            phrases=tally.phrases,
            synthesised=tally.synthesised,
            cached=tally.cached,
            also=self.also,
        )

    def write_sidecars(self, some: Iterable[Path], timeline: Timeline, export_options: ExportOptions) -> None:
        """Write some of the sidecars.

        Raises:
            FileError: a sidecar cannot be written.
        """
        sound = "" if ending_of(self.path).lower() in SIDECARS.values() else self.path.name
        with together():
            for path in some:
                format_for(path).write(timeline, path, replace(export_options, sound=sound))


@dataclass(frozen=True, slots=True)
class Parts:
    """A folder with a file for each chapter, and a playlist of them."""

    folder: Path
    playlist: Path
    ending: str
    """Ending of every part's name."""
    sidecars: tuple[str, ...]

    @property
    def replaces(self) -> tuple[Path, ...]:
        """See `Destination`. Always empty, because a folder with another session is refused."""
        return ()

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """See `Destination`. No other process can write parts into the folder at the same time."""
        require_folder(self.folder)
        with folders_made(self.folder), locked(self.folder):
            require_place(self.playlist)
            self.require_own()
            yield

    def ahead(self, arrivals: Iterable[Arrival], _: ExportOptions) -> Iterable[Arrival]:
        """See `Destination`. Nothing is done early, because a part is known only when its chapter is over."""
        return arrivals

    def write(self, timeline: Timeline, export_options: ExportOptions, tally: Tally) -> Exported:
        """See `Destination`. All parts are moved into the folder together, when the last of them is written."""
        parts = split(timeline)
        export_options = replace(export_options, part_of=timeline)
        title = export_options.about.titled(timeline)
        made: list[Exported] = []
        done = 0
        begun = time.monotonic()
        with staged(self.folder, self.playlist.name, self._earlier()) as stage:
            for track, (part, name) in enumerate(zip(parts, numbered([part.title for part in parts]), strict=True), 1):
                about = replace(export_options.about, title="", album=title, track=track, tracks=len(parts))
                path = stage / f"{name}{self.ending}"
                file = OneFile(path, format_for(path), self.sidecars)
                made.append(
                    file.write(
                        part, replace(export_options, about=about, on_progress=_after(done, export_options)), tally
                    )
                )
                done += part.length
            named = zip((each.path for each in made), parts, strict=True)
            write_playlist(title, named, stage / self.playlist.name)
            # Another session may have been written here while this one was spoken.
            self.require_own()
        log.info("%s: %d parts in %.2f s", self.folder, len(parts), time.monotonic() - begun)
        return replace(
            made[0],
            path=self.playlist,
            seconds=seconds(done, timeline.rate),
            bytes=sum(each.bytes for each in made),
            files=tuple(self.folder / each.path.name for each in made),
            also=tuple(self.folder / path.name for each in made for path in each.also),
        )

    def require_own(self) -> None:
        """Make sure that the folder holds no other session in parts: a player would play the two as one.

        Raises:
            FileError: the folder holds another session.
        """
        for other in others(self.playlist):
            what = f"{self.folder} holds another session in parts ({other.name})."
            raise FileError(self.folder, what, "Name another folder with -o.")

    def _earlier(self) -> set[str]:
        """Return the names of files from an earlier export of this session, sidecars included."""
        playlists = (place / self.playlist.name for place in (self.folder, *unmoved(self.folder)))
        parts = {name for playlist in playlists for name in listed(playlist)}
        stems = {name.removesuffix(ending_of(Path(name))) for name in parts}
        return parts | {stem + ending for stem in stems for ending in SIDECARS.values()}


def destination(path: Path, name: str, also: Iterable[str] = (), *, parts: bool | str = False) -> Destination:
    """Return the destination for an export to `path`.

    Args:
        path: the file; for a session in parts, their folder, or a name whose ending tells their format.
        name: name of the playlist of the parts.
        also: names from `formats.SIDECARS` of files to write beside each sound file, or a single such name.
        parts: one file for each chapter; their format, such as `m4b`, where `path` is their folder.

    Raises:
        UnknownName: no format has that ending, or no sidecar has that name.
        WrongChoice: parts were asked for in a format without sound.
        FileError: `path` is a folder, where it should be a file.
        MachineError: the library that writes such files is not installed.
    """
    # A text must not be taken for a sequence of letters.
    sidecars = sidecar_endings([also] if isinstance(also, str) else also)
    if parts:
        return _parts(path, name, sidecars, "" if parts is True else parts)
    if is_folder(path):
        # The name of a folder has no ending. This reports the folder, not the missing ending.
        require_place(path)
    return OneFile(path, format_for(path), sidecars)


def _parts(path: Path, name: str, sidecars: tuple[str, ...], kind: str) -> Parts:
    if kind:
        folder, ending = path, f".{kind.lower().lstrip('.')}"
        format_for(folder / f"{name}{ending}")
    else:
        folder, ending = _folder_and_ending(path)
    if ending.lower() in SIDECARS.values():
        raise WrongChoice(
            f"A {ending} file has no sound to split. Name a sound file, and ask for the others with --also."
        )
    return Parts(folder, folder / f"{safe_name(name)}{PLAYLIST}", ending, sidecars)


def _folder_and_ending(path: Path) -> tuple[Path, str]:
    """Return the folder of the parts and the ending of their names, from a name that may have an ending."""
    ending = ending_of(path)
    stem = path.name.removesuffix(ending)
    if stem and not is_folder(path):
        try:
            format_for(path)
        except VoiceguideError:
            # The name of a folder may contain a dot, too.
            if ending.lower() in FORMATS:
                raise
        else:
            return path.with_name(stem), ending
    return path, DEFAULT_ENDING


def _after(done: int, export_options: ExportOptions) -> Callable[[int], None]:
    """Return a callback that takes the progress of one part and reports the progress of all."""
    return lambda frames: export_options.on_progress(done + frames)
