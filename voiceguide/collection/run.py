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


@dataclass(slots=True)
class Wanted:
    """A session whose file is to be made."""

    number: int
    session: Session
    routine: str
    """As the manifest tells it."""
    path: Path
    inputs: str
    choice: Choice
    beside: tuple[Path, ...] = ()
    """Where the file is as it should be: what is missing beside it."""
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
        self._total = self._settled = self._under_way = 0
        self._news: SimpleQueue[Wanted | BaseException | None] = SimpleQueue()
        """Sessions that must be spoken here; None for one that is settled."""
        self._keeps = True
        """Whether what is spoken can be kept for the workers."""
        self._crowded: list[Wanted] = []
        """Sessions that had no room on the disk beside what others had not finished."""
        self._alone = False

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
        self._alone = len(wanted) == 1
        self._make(wanted)
        self._alone = True
        for each in self._crowded:
            self._make([each])
        self._tell(0.0)

    def _make(self, wanted: list[Wanted]) -> None:
        self._under_way = len(wanted)
        for each in wanted:
            self._submit(each)
        while self._under_way:
            self._tell(0.0)
            try:
                # In pieces: on Windows, Ctrl-C is not noticed during a wait without end.
                news = self._news.get(timeout=_SLICE_S)
            except Empty:
                continue
            if isinstance(news, BaseException):
                raise news
            if news:
                self._speak(news)

    def _tell(self, part: float) -> None:
        self.watch(Advance("Making", self._settled + part, self._total))

    def _submit(self, wanted: Wanted) -> None:
        assert self._pool
        # Whoever spoke it here stays here.
        wanted.session.casting = None
        job = Job(wanted.session, wanted.path, self.form, understudy(wanted.choice), wanted.beside)
        self._pool.submit(job).add_done_callback(lambda future: self._written(wanted, future))

    def _written(self, wanted: Wanted, future: Future[Done]) -> None:
        """Take in what a worker has done. Called in a thread of the pool, which nothing may be raised in."""
        try:
            self._take_in(wanted, future)
        except BaseException as bug:  # noqa: BLE001  # raised again where it is waited for
            self._news.put(bug)

    def _take_in(self, wanted: Wanted, future: Future[Done]) -> None:
        if future.cancelled():
            return
        failure = future.exception()
        if isinstance(failure, NotKept):
            self._news.put(wanted)
        elif isinstance(failure, VoiceguideError):
            self._settle_failed(wanted, failure)
        elif failure:
            self._news.put(failure)
        else:
            self._settle(wanted, future.result())

    def _speak(self, wanted: Wanted) -> None:
        """Speak a session, and let a worker write it; or, where speech cannot be kept, write it here."""
        if wanted.synthesised is not None:
            self._keeps = False
        session = wanted.session
        try:
            if self._keeps:
                session.casting = self.cast.choose
                wanted.synthesised = session.speak(self._spoken).synthesised
                self._submit(wanted)
            else:
                self._settle(wanted, do(Job(session, wanted.path, self.form, wanted.choice, wanted.beside)))
        except VoiceguideError as failure:
            self._settle_failed(wanted, failure)

    def _spoken(self, progress: Progress) -> None:
        self._tell(_SPEAKING * progress.spoken)

    def _settle(self, wanted: Wanted, done: Done) -> None:
        session, written = wanted.session, tuple(wanted.path.with_name(name) for name in done.hashes)
        entry = self._entry(wanted, done.exported, done.hashes)
        exported = done.exported or entry.exported(wanted.path)
        if spoken := wanted.synthesised:
            # By now every phrase is in the cache, but this run has spoken some.
            exported = replace(exported, synthesised=spoken, cached=exported.phrases - spoken)
        notes = tuple(change.what for change in session.changes)
        with self._lock:
            if done.exported:
                self.hashes.know(wanted.path, entry.sha256)
            self.manifest.put(wanted.path.name, entry)
            self.outcomes[wanted.number] = Made(wanted.name, exported, written, done.problems, notes, done.warnings)
            self._save_now_and_then()
        self._end(1)

    def _entry(self, wanted: Wanted, exported: Exported | None, hashes: dict[str, str]) -> Entry:
        """What the manifest is to hold of files that were just written."""
        if exported is None:
            entry = self.manifest.entries[wanted.path.name]
            return replace(entry, also=entry.also | hashes)
        engine = wanted.choice.engine
        return Entry(
            routine=wanted.routine,
            title=wanted.session.script.title,
            seconds=exported.seconds,
            phrases=exported.phrases,
            bytes=exported.bytes,
            sha256=hashes[wanted.path.name],
            also={name: made for name, made in hashes.items() if name != wanted.path.name},
            inputs=wanted.inputs,
            version=__version__,
            encoder=self.form.encoder,
            voice=f"{engine.name} {wanted.choice.voice.name}",
            engine=engine.fingerprint(wanted.choice.voice),
        )

    def _settle_failed(self, wanted: Wanted, failure: VoiceguideError) -> None:
        if isinstance(failure, DiskFull) and not self._alone:
            self._crowded.append(wanted)
            self._end(0)
            return
        with self._lock:
            self._fail(wanted.number, wanted.name, wanted.path, failure)
        self._end(1)

    def _end(self, settled: int) -> None:
        with self._lock:
            self._settled += settled
            self._under_way -= 1
        self._news.put(None)

    def _fail(self, number: int, name: str, path: Path | None, failure: VoiceguideError) -> None:
        self.outcomes[number] = Failed(name, path, failure)

    def _save_now_and_then(self) -> None:
        if time.monotonic() - self._saved_at > SAVE_S:
            # Where it fails, it is tried once more at the end, and told.
            with suppress(FileError):
                self.manifest.save()
            self._saved_at = time.monotonic()
