"""Where an export goes: settled, and found writable, before anything is spoken."""

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
    """How far an export is, from 0 to 1 for each of its two parts."""

    spoken: float
    written: float


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export made."""

    path: Path
    """The file; of a session in parts, its playlist."""
    seconds: float
    bytes: int
    """Size of the file, or of all parts."""
    phrases: int
    """Distinct phrases of the session."""
    synthesised: int
    """Of these, how many were spoken now."""
    cached: int
    """Of these, how many were in the cache."""
    files: tuple[Path, ...] = ()
    """The parts of a session in parts, in order."""
    also: tuple[Path, ...] = ()
    """The files of words and times beside them."""
    changes: tuple[str, ...] = ()
    """One line each: what was changed in the routine for this listener."""


class Destination(Protocol):
    """What an export is to become."""

    @property
    def replaces(self) -> tuple[Path, ...]:
        """The files of this name that there may be, and that it replaces whatever they hold."""
        ...

    def reserved(self) -> AbstractContextManager[None]:
        """Make sure that it can be put where it goes, and make the folder for it if need be.

        What was made for it is removed again where the block fails.

        Raises:
            FileError: it cannot be put there.
        """
        ...

    def ahead(self, arrivals: Iterable[Arrival], export_options: ExportOptions) -> Iterable[Arrival]:
        """Do what can be done while the session is still being spoken. See `formats.Ahead`."""
        ...

    def write(self, timeline: Timeline, export_options: ExportOptions, tally: Tally) -> Exported:
        """Write the session whose phrases were counted in `tally`.

        Raises:
            FileError: a file cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class OneFile:
    """A file, and those of words and times beside it."""

    path: Path
    kind: Format
    sidecars: tuple[str, ...]
    """Endings of the others."""

    @property
    def also(self) -> tuple[Path, ...]:
        """The others."""
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
        """Write some of the others.

        Raises:
            FileError: one cannot be written.
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
    """That of every part."""
    sidecars: tuple[str, ...]

    @property
    def replaces(self) -> tuple[Path, ...]:
        """See `Destination`. A folder with another session is refused."""
        return ()

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """See `Destination`. Others that would put parts into the folder at the same time are kept out."""
        require_folder(self.folder)
        with folders_made(self.folder), locked(self.folder):
            require_place(self.playlist)
            self.require_own()
            yield

    def ahead(self, arrivals: Iterable[Arrival], _: ExportOptions) -> Iterable[Arrival]:
        """See `Destination`. A part is known when its chapter is over, and so nothing is done early."""
        return arrivals

    def write(self, timeline: Timeline, export_options: ExportOptions, tally: Tally) -> Exported:
        """See `Destination`. All parts come into the folder together, when the last of them is written."""
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
            # Another session may have come while this one was spoken.
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
            FileError: it does.
        """
        for other in others(self.playlist):
            what = f"{self.folder} holds another session in parts ({other.name})."
            raise FileError(self.folder, what, "Name another folder with -o.")

    def _earlier(self) -> set[str]:
        """The names of files that may be there of this session as it was, and of what lies beside them."""
        playlists = (place / self.playlist.name for place in (self.folder, *unmoved(self.folder)))
        parts = {name for playlist in playlists for name in listed(playlist)}
        stems = {name.removesuffix(ending_of(Path(name))) for name in parts}
        return parts | {stem + ending for stem in stems for ending in SIDECARS.values()}


def destination(path: Path, name: str, also: Iterable[str] = (), *, parts: bool | str = False) -> Destination:
    """Where an export to `path` goes.

    Args:
        path: the file; for a session in parts, their folder, or a name whose ending tells their format.
        name: what the playlist of the parts is called.
        also: names from `formats.SIDECARS` of files to lie beside each other one, or a single such name.
        parts: one file for each chapter; their format, such as `m4b`, where `path` is their folder.

    Raises:
        UnknownName: no format has that ending, or there is no such extra file.
        WrongWish: files without sound are to be parts.
        FileError: `path` is a folder, where it should be a file.
        MachineError: what writes such files is not installed.
    """
    # A text is a row of letters, too.
    sidecars = sidecar_endings([also] if isinstance(also, str) else also)
    if parts:
        return _parts(path, name, sidecars, "" if parts is True else parts)
    if is_folder(path):
        # Its name has no ending to look at.
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
    """The folder of the parts and the ending of their names, from a name that may have one."""
    ending = ending_of(path)
    stem = path.name.removesuffix(ending)
    if stem and not is_folder(path):
        try:
            format_for(path)
        except VoiceguideError:
            # A folder's name may have a dot in it, too.
            if ending.lower() in FORMATS:
                raise
        else:
            return path.with_name(stem), ending
    return path, DEFAULT_ENDING


def _after(done: int, export_options: ExportOptions) -> Callable[[int], None]:
    """Told of a part's progress, it tells of all."""
    return lambda frames: export_options.on_progress(done + frames)
