"""One run over a collection: speaks in this process, with one engine for all, and writes in many."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Literal, Self

from voiceguide import __version__
from voiceguide.collection.form import Form
from voiceguide.collection.job import Done, Job, do
from voiceguide.collection.manifest import Entry, Manifest
from voiceguide.collection.pool import Pool, cores
from voiceguide.errors import FileError, VoiceguideError
from voiceguide.exporting import Exported, Progress
from voiceguide.hashes import Hashes
from voiceguide.output.replacing import DiskFull
from voiceguide.session import Session
from voiceguide.source import Problem
from voiceguide.speech.cast import Cast, NotKept, understudy
from voiceguide.speech.registry import Choice

SAVE_S = 1.0
"""Seconds between two writings of the manifest: as much work as a kill can make undone."""

_SLICE_S = 0.25
_SPEAKING = 0.9
"""The part of the work on a session that is speech, where it has to be spoken."""


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a run is: `done` of `total` sessions."""

    task: Literal["Checking", "Making"]
    done: float
    total: int


@dataclass(frozen=True, slots=True)
class Made:
    """A session whose file is as it should be."""

    name: str
    exported: Exported
    made: bool
    """Whether it was made now."""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    """One line each: what was changed in the routine for this listener."""
    warnings: tuple[str, ...] = ()
    """One line each: what is not as the listener would hope for, such as a missing voice."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A session whose file was not made."""

    name: str
    path: Path | None
    """Where its file would be; None where the routine was not found."""
    error: VoiceguideError


@dataclass(slots=True)
class Wanted:
    """A session whose file is to be made."""

    number: int
    session: Session
    path: Path
    inputs: str
    choice: Choice
    synthesised: int | None = field(default=None)
    """Phrases spoken for it in this run; None where none has been missing yet."""

    @property
    def name(self) -> str:
        """The routine's name."""
        return self.session.path.stem


class Run:
    """Makes files one after the other and side by side, and keeps account of them."""

    def __init__(self, manifest: Manifest, form: Form, watch: Callable[[Advance], None]) -> None:
        """Start nothing yet."""
        self.manifest = manifest
        self.form = form
        self.watch = watch
        self.hashes = Hashes()
        self.cast = Cast()
        self.outcomes: dict[int, Made | Failed] = {}
        """By number, those that are settled."""
        self._numbers = 0
        self._lock = threading.Lock()
        self._saved_at = time.monotonic()
        self._pool: Pool | None = None
        self._total = self._settled = 0
        self._news: SimpleQueue[Wanted | BaseException | None] = SimpleQueue()
        """Sessions that must be spoken here; None for one that is settled."""
        self._keeps = True
        """Whether what is spoken can be kept for the workers."""
        self._full: DiskFull | None = None

    def __enter__(self) -> Self:
        """The run itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, traceback: TracebackType | None) -> None:
        """End the workers, let the engines go, and keep what is known of the files."""
        if self._pool:
            self._pool.close()
        self.cast.close()
        self.hashes.keep()
        with self._lock:
            try:
                self.manifest.save()
            except FileError as failure:
                if kind is None:
                    self._fail(self.number(), self.manifest.path.name, self.manifest.path, failure)

    def number(self) -> int:
        """The next number for an outcome."""
        self._numbers += 1
        return self._numbers

    def fail(self, name: str, path: Path | None, failure: VoiceguideError) -> None:
        """Settle a session that was not begun."""
        self._fail(self.number(), name, path, failure)

    def make(self, wanted: list[Wanted]) -> None:
        """Make these files. What a worker finds not to be spoken yet comes back, and is spoken here."""
        if not wanted:
            return
        self._total = len(wanted)
        self._pool = Pool(min(cores(), len(wanted)))
        for each in wanted:
            self._submit(each)
        while self._settled < self._total:
            self._tell(0.0)
            try:
                # In pieces: on Windows, Ctrl-C is not noticed during a wait without end.
                news = self._news.get(timeout=_SLICE_S)
            except Empty:
                continue
            if isinstance(news, BaseException):
                raise news
            if self._full:
                self._pool.close()
            if news:
                self._speak(news)
        self._tell(0.0)

    def _tell(self, part: float) -> None:
        self.watch(Advance("Making", self._settled + part, self._total))

    def _submit(self, wanted: Wanted) -> None:
        assert self._pool
        # Whoever spoke it here stays here.
        wanted.session.casting = None
        job = Job(wanted.session, wanted.path, self.form, understudy(wanted.choice))
        self._pool.submit(job).add_done_callback(lambda future: self._written(wanted, future))

    def _written(self, wanted: Wanted, future: Future[Done]) -> None:
        """Take in what a worker has done. Called in a thread of the pool, which nothing may be raised in."""
        try:
            self._take_in(wanted, future)
        except BaseException as bug:  # noqa: BLE001  # raised again where it is waited for
            self._news.put(bug)

    def _take_in(self, wanted: Wanted, future: Future[Done]) -> None:
        failure = self._full if future.cancelled() else future.exception()
        if isinstance(failure, NotKept):
            self._news.put(wanted)
        elif isinstance(failure, VoiceguideError):
            self._settle_failed(wanted, failure)
        elif failure:
            self._news.put(failure)
        elif not future.cancelled():
            self._settle(wanted, future.result())

    def _speak(self, wanted: Wanted) -> None:
        """Speak a session, and let a worker write it; or, where speech cannot be kept, write it here."""
        if self._full:
            self._settle_failed(wanted, self._full)
            return
        if wanted.synthesised is not None:
            self._keeps = False
        session = wanted.session
        try:
            if self._keeps:
                session.casting = self.cast.choose
                wanted.synthesised = session.speak(self._spoken).synthesised
                self._submit(wanted)
            else:
                self._settle(wanted, do(Job(session, wanted.path, self.form, wanted.choice)))
        except VoiceguideError as failure:
            self._settle_failed(wanted, failure)

    def _spoken(self, progress: Progress) -> None:
        self._tell(_SPEAKING * progress.spoken)

    def _settle(self, wanted: Wanted, done: Done) -> None:
        session, exported = wanted.session, done.exported
        if spoken := wanted.synthesised:
            # By now every phrase is in the cache, but this run has spoken some.
            exported = replace(exported, synthesised=spoken, cached=exported.phrases - spoken)
        engine = wanted.choice.engine
        entry = Entry(
            routine=wanted.name,
            title=session.script.title,
            seconds=exported.seconds,
            phrases=exported.phrases,
            bytes=exported.bytes,
            sha256=done.hashes.pop(exported.path.name),
            also=done.hashes,
            inputs=wanted.inputs,
            version=__version__,
            encoder=self.form.encoder,
            voice=f"{engine.name} {wanted.choice.voice.name}",
            engine=engine.fingerprint(wanted.choice.voice),
        )
        notes = tuple(change.what for change in session.changes)
        with self._lock:
            self.hashes.know(wanted.path, entry.sha256)
            self.manifest.put(wanted.path.name, entry)
            self.outcomes[wanted.number] = Made(wanted.name, exported, True, done.problems, notes, done.warnings)
            self._save_now_and_then()
            self._settled += 1
        self._news.put(None)

    def _settle_failed(self, wanted: Wanted, failure: VoiceguideError) -> None:
        with self._lock:
            if isinstance(failure, DiskFull):
                # One after the other would fail, each after all its work.
                self._full = self._full or failure
            self._fail(wanted.number, wanted.name, wanted.path, self._full or failure)
            self._settled += 1
        self._news.put(None)

    def _fail(self, number: int, name: str, path: Path | None, failure: VoiceguideError) -> None:
        self.outcomes[number] = Failed(name, path, failure)

    def _save_now_and_then(self) -> None:
        if time.monotonic() - self._saved_at > SAVE_S:
            # Where it fails, it is tried once more at the end, and told.
            with suppress(FileError):
                self.manifest.save()
            self._saved_at = time.monotonic()
