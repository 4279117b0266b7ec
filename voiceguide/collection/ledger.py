"""The outcome of each session of a run, and the entries for their files in the folder's manifest."""

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
"""Seconds between two saves of the manifest. A kill loses at most the work of this time."""


@dataclass(frozen=True, slots=True)
class Made:
    """A session whose file is up to date."""

    name: str
    exported: Exported
    written: tuple[Path, ...] = ()
    """Files of the session that were written in this run."""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    """Changes made to the routine for this listener, one line each."""
    warnings: tuple[str, ...] = ()
    """Warnings for the listener, such as a missing voice, one line each."""

    @property
    def made(self) -> bool:
        """Whether anything had to be written."""
        return bool(self.written)


@dataclass(frozen=True, slots=True)
class Failed:
    """A session whose file was not made."""

    name: str
    path: Path | None
    """Path that the file would have; None if the routine was not found."""
    error: VoiceguideError


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A session whose file or sidecars must be made."""

    number: int
    """Number of the session among the outcomes."""
    session: Session
    routine: str
    """Routine as the manifest refers to it."""
    path: Path
    inputs: str
    """Hash of everything that shapes the file."""
    choice: EngineVoice
    """Engine and voice that speak the session."""
    sidecars: tuple[Path, ...] = ()
    """Missing sidecars, if the file itself is up to date; else empty."""

    @property
    def name(self) -> str:
        """The routine's name."""
        return self.session.path.stem


class Ledger:
    """Records the outcomes of one run, and saves the manifest now and then. For one thread."""

    def __init__(self, manifest: Manifest, form: FileKind) -> None:
        """Take the manifest from before the run, and the kind of files to make."""
        self.manifest = manifest
        self.form = form
        self.hashes = Hashes()
        self._outcomes: dict[int, Made | Failed] = {}
        self._saved_at = time.monotonic()
        self._numbers = 0

    def __enter__(self) -> Self:
        """Return the ledger itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, traceback: TracebackType | None) -> None:
        """Save the manifest, also after a run that was stopped."""
        self.hashes.keep()
        try:
            self.manifest.save()
        except FileError as failure:
            if kind is None:
                self._outcomes[self.number()] = Failed(self.manifest.path.name, self.manifest.path, failure)

    @property
    def outcomes(self) -> list[Made | Failed]:
        """Return the outcome of each finished session, in the order of their numbers."""
        return [outcome for _, outcome in sorted(self._outcomes.items())]

    def number(self) -> int:
        """Return the next number for an outcome."""
        self._numbers += 1
        return self._numbers

    def fail(self, name: str, path: Path | None, failure: VoiceguideError, number: int = 0) -> None:
        """Record that a session's file was not made; `number` is 0 if the session was not begun."""
        self._outcomes[number or self.number()] = Failed(name, path, failure)

    def keep(self, wanted: PlannedFile, entry: Entry) -> None:
        """Record that a session's file is up to date."""
        self._outcomes[wanted.number] = Made(wanted.name, entry.exported(wanted.path))

    def settle(self, wanted: PlannedFile, done: Done, synthesised: int) -> None:
        """Record that files were written, after `synthesised` phrases were spoken for them in this run."""
        entry = self._entry(wanted, done)
        exported = done.exported or entry.exported(wanted.path)
        if synthesised:
            # The worker that wrote the file counted the phrases that this run had spoken as cached.
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

    def _entry(self, wanted: PlannedFile, done: Done) -> Entry:
        """Return the manifest's entry for files that were just written."""
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
