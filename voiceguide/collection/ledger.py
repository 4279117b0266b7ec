"""What has become of each session of a run, and what the folder's manifest is to say of its file."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from voiceguide import __version__
from voiceguide.app.exporting import Exported
from voiceguide.base.errors import FileError, VoiceguideError
from voiceguide.base.hashes import Hashes
from voiceguide.base.log import suppressed
from voiceguide.base.source import Problem
from voiceguide.collection.file_kind import FileKind
from voiceguide.collection.job import Done
from voiceguide.collection.manifest import Entry, Manifest
from voiceguide.session import Session
from voiceguide.speech.registry import EngineVoice

if TYPE_CHECKING:
    from types import TracebackType

SAVE_S = 1.0
"""Seconds between two writings of the manifest: as much work as a kill can make undone."""


@dataclass(frozen=True, slots=True)
class Made:
    """A session whose file is as it should be."""

    name: str
    exported: Exported
    written: tuple[Path, ...] = ()
    """Of its files, those that were written now."""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    """One line each: what was changed in the routine for this listener."""
    warnings: tuple[str, ...] = ()
    """One line each: what is not as the listener would hope for, such as a missing voice."""

    @property
    def made(self) -> bool:
        """Whether anything had to be written."""
        return bool(self.written)


@dataclass(frozen=True, slots=True)
class Failed:
    """A session whose file was not made."""

    name: str
    path: Path | None
    """Where its file would be; None where the routine was not found."""
    error: VoiceguideError


@dataclass(frozen=True, slots=True)
class Wanted:
    """A session whose file is to be made, or files beside it."""

    number: int
    """Its place among the outcomes."""
    session: Session
    routine: str
    """As the manifest refers to it."""
    path: Path
    inputs: str
    """The hash of everything that shapes the file."""
    choice: EngineVoice
    """Who speaks."""
    sidecars: tuple[Path, ...] = ()
    """Where the file is as it should be: the files that are missing beside it."""

    @property
    def name(self) -> str:
        """The routine's name."""
        return self.session.path.stem


class Ledger:
    """Keeps account of one run, and saves the manifest now and then. For one thread."""

    def __init__(self, manifest: Manifest, form: FileKind) -> None:
        """Take what was known before the run, and what its files are to be like."""
        self.manifest = manifest
        self.form = form
        self.hashes = Hashes()
        self._outcomes: dict[int, Made | Failed] = {}
        self._saved_at = time.monotonic()
        self._numbers = 0

    def __enter__(self) -> Self:
        """The ledger itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, traceback: TracebackType | None) -> None:
        """Keep what is known of the files, also of a run that was stopped."""
        self.hashes.keep()
        try:
            self.manifest.save()
        except FileError as failure:
            if kind is None:
                self._outcomes[self.number()] = Failed(self.manifest.path.name, self.manifest.path, failure)

    @property
    def outcomes(self) -> list[Made | Failed]:
        """What has become of each session so far, in the order of their numbers."""
        return [outcome for _, outcome in sorted(self._outcomes.items())]

    def number(self) -> int:
        """The next number for an outcome."""
        self._numbers += 1
        return self._numbers

    def fail(self, name: str, path: Path | None, failure: VoiceguideError, number: int = 0) -> None:
        """Note that a session's file was not made; `number` is 0 for one that was not begun."""
        self._outcomes[number or self.number()] = Failed(name, path, failure)

    def keep(self, wanted: Wanted, entry: Entry) -> None:
        """Note that a session's file is as it should be."""
        self._outcomes[wanted.number] = Made(wanted.name, entry.exported(wanted.path))

    def settle(self, wanted: Wanted, done: Done, synthesised: int) -> None:
        """Note that files were written, after `synthesised` phrases were spoken for them in this run."""
        entry = self._entry(wanted, done)
        exported = done.exported or entry.exported(wanted.path)
        if synthesised:
            # The process that wrote the file found every phrase in the cache, since this run had spoken some.
            exported = replace(exported, synthesised=synthesised, cached=exported.phrases - synthesised)
        if done.exported:
            self.hashes.know(wanted.path, entry.sha256)
        self.manifest.put(wanted.path.name, entry)
        self._outcomes[wanted.number] = Made(
            name=wanted.name,
            exported=exported,
            written=tuple(wanted.path.with_name(name) for name in done.hashes),
            problems=done.problems,
            notes=exported.changes,
            warnings=done.warnings,
        )
        self._save_now_and_then()

    def _entry(self, wanted: Wanted, done: Done) -> Entry:
        """What the manifest is to hold of files that were just written."""
        if done.exported is None:
            entry = self.manifest.entries[wanted.path.name]
            return replace(entry, also=entry.also | done.hashes)
        engine = wanted.choice.engine
        return Entry(
            routine=wanted.routine,
            title=wanted.session.script.title,
            seconds=done.exported.seconds,
            phrases=done.exported.phrases,
            bytes=done.exported.bytes,
            sha256=done.hashes[wanted.path.name],
            also={name: made for name, made in done.hashes.items() if name != wanted.path.name},
            inputs=wanted.inputs,
            version=__version__,
            encoder=self.form.encoder,
            voice=f"{engine.name} {wanted.choice.voice.name}",
            engine=engine.fingerprint(wanted.choice.voice),
        )

    def _save_now_and_then(self) -> None:
        if time.monotonic() - self._saved_at > SAVE_S:
            # Where it fails, it is tried once more at the end, and told.
            with suppressed(FileError, log=__name__, what="the manifest is not saved for now"):
                self.manifest.save()
            self._saved_at = time.monotonic()
