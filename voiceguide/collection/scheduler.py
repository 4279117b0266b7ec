"""Scheduling a run: this process speaks the sessions with one engine, and several worker processes write the files."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Literal, TypeAlias

from voiceguide.app.exporting import Progress
from voiceguide.base.atomic import DiskFull
from voiceguide.base.errors import VoiceguideError
from voiceguide.collection.executor import WorkerProcesses, cores
from voiceguide.collection.job import Done, Job, do
from voiceguide.collection.ledger import Ledger, PlannedFile
from voiceguide.speech.shared_engines import NotCached, cache_only

log = logging.getLogger(__name__)

_SLICE_S = 0.25
_SPEAKING = 0.9
"""Share of the work on a session that is speech, if the session has to be spoken."""


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a run is: `done` of `total` sessions."""

    task: Literal["Checking", "Making"]
    done: float
    total: int


Watch: TypeAlias = Callable[[Advance], None]


def make(wanted: list[PlannedFile], ledger: Ledger, watch: Watch) -> None:
    """Make these files, and record the outcome of each in the ledger. Unfinished files are always removed."""
    if not wanted:
        return
    executor = WorkerProcesses(min(cores(), len(wanted)))
    try:
        Scheduler(executor, ledger, watch).make(wanted)
    finally:
        # Tasks that are still running were given up, for example by Ctrl-C.
        executor.shutdown(cancel_futures=True)


class Scheduler:
    """Gives each file to an executor. If the cache lacks phrases of a session, it speaks them here first."""

    def __init__(self, executor: Executor, ledger: Ledger, watch: Watch) -> None:
        """Take the executor that does the work. Its workers must share the cache and the folder with this process."""
        self._executor = executor
        self._ledger = ledger
        self._watch = watch
        self._finished: SimpleQueue[tuple[PlannedFile, Future[Done]]] = SimpleQueue()
        self._spoken: dict[int, int] = {}
        """Number of phrases spoken for each session in this run, by the session's number."""
        self._cache_keeps = True
        """Whether phrases spoken here can be saved in the cache, where the workers find them."""
        self._settled = self._total = 0
        self._begun = time.monotonic()

    def make(self, wanted: list[PlannedFile]) -> None:
        """Make these files in parallel. Then retry, one at a time, those for which the disk had no room."""
        self._total = len(wanted)
        crowded_out = self._run(wanted, alone=len(wanted) == 1)
        for each in crowded_out:
            self._run([each], alone=True)
        self._tell(0.0)

    def _run(self, wanted: list[PlannedFile], *, alone: bool) -> list[PlannedFile]:
        """Make these files. Returns those for which the disk had no room; none if the file was made `alone`."""
        crowded_out: list[PlannedFile] = []
        under_way = len(wanted)
        for each in wanted:
            self._submit(each)
        while under_way:
            self._tell(0.0)
            try:
                # A short time limit, because Windows does not notice Ctrl-C during a wait without one.
                each, future = self._finished.get(timeout=_SLICE_S)
            except Empty:
                continue
            try:
                done = self._speak_if_needed(each, future)
                if done is None:
                    continue
                log.info("%s is made, %.2f s after the first was begun", each.path, time.monotonic() - self._begun)
                self._ledger.settle(each, done, self._spoken.get(each.number, 0))
                self._settled += 1
            except VoiceguideError as failure:
                log.info("%s is not made (%s)", each.path, failure)
                if isinstance(failure, DiskFull) and not alone:
                    crowded_out.append(each)
                else:
                    self._ledger.fail(each.name, each.path, failure, each.number)
                    self._settled += 1
            under_way -= 1
        return crowded_out

    def _submit(self, wanted: PlannedFile) -> None:
        job = Job(wanted.session, wanted.path, self._ledger.form, cache_only(wanted.choice), wanted.sidecars)
        future = self._executor.submit(do, job)
        future.add_done_callback(lambda done: self._finished.put((wanted, done)))

    def _speak_if_needed(self, wanted: PlannedFile, future: Future[Done]) -> Done | None:
        """Return a worker's result; None if phrases were missing, and the file was given to a worker again.

        Raises:
            VoiceguideError: the file cannot be made.
        """
        try:
            return future.result()
        except NotCached as cause:
            log.debug("%s has to be spoken first (%s)", wanted.path, cause)
            if wanted.number in self._spoken:
                self._cache_keeps = False
        if not self._cache_keeps:
            log.info("the cache keeps nothing, so %s is made in this process", wanted.path)
            return do(Job(wanted.session, wanted.path, self._ledger.form, wanted.choice, wanted.sidecars))
        tally = wanted.session.speak(self._tell_of_speech, spoken_by=wanted.choice)
        self._spoken[wanted.number] = tally.synthesised
        self._submit(wanted)
        return None

    def _tell_of_speech(self, progress: Progress) -> None:
        self._tell(_SPEAKING * progress.spoken)

    def _tell(self, part: float) -> None:
        self._watch(Advance("Making", self._settled + part, self._total))
