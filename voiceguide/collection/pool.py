"""The worker processes of a run: as many as there are cores, started when needed, replaced when they die."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

import voiceguide
from voiceguide.collection.job import Done, Job, receive, send
from voiceguide.errors import MachineError, VoiceguideError
from voiceguide.speech.crew import Crew

MOST = 16
"""More workers than this want more memory and disk than they save time; each takes 60 MB."""

_END_S = 5.0
"""How long a worker may take to end, more than its own patience."""


def cores() -> int:
    """The cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class Pool:
    """Writes files in other processes, several at a time, from what is in the cache."""

    def __init__(self, size: int) -> None:
        """Start nothing yet."""
        self._crew: Crew[Done] = Crew(min(size, MOST), "writing")
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._all: list[_Worker] = []
        self._closed = False

    def submit(self, job: Job) -> Future[Done]:
        """Write a file in its turn. The result may be a VoiceguideError: as `job.do`, or the process died."""
        return self._crew.submit(lambda: self._do(job))

    def close(self) -> None:
        """Drop what has not begun, and give up what has: its file stays as it was. May be called twice."""
        self._crew.stop()
        with self._lock:
            self._closed = True
            workers, self._all = self._all, []
        for worker in workers:
            worker.dismiss()
        for worker in workers:
            worker.end()
        self._crew.join(_END_S)

    def _do(self, job: Job) -> Done:
        worker = self._worker()
        try:
            reply = worker.ask(job)
        except (OSError, EOFError, ValueError) as cause:
            # A ValueError is what Python makes of a pipe that was closed meanwhile.
            worker.end()
            what = f"{job.path} was not written: the process that was to write it has ended ({worker.code})."
            raise MachineError(what, "Run the command again.") from cause
        with self._lock:
            self._idle.append(worker)
        if isinstance(reply, VoiceguideError):
            raise reply
        return reply

    def _worker(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise MachineError("The run was stopped.", "Run the command again.")
            if self._idle:
                return self._idle.pop()
            worker = _Worker()
            self._all.append(worker)
            return worker


class _Worker:
    """One process, for one job at a time."""

    def __init__(self) -> None:
        # Where the package is imported from a checkout the new process must find it too; but, with -P, it must not
        # take modules from the folder the user happens to be in.
        paths = [str(Path(voiceguide.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "voiceguide.collection.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
                # A Ctrl-C at the terminal is for the parent, who then ends its workers in good order.
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)
                | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as cause:
            raise MachineError(f"No process can be started to write files ({cause}).", "Try again.") from cause
        self._stdin = cast(BinaryIO, self._process.stdin)
        self._stdout = cast(BinaryIO, self._process.stdout)

    @property
    def code(self) -> int | None:
        """How it ended."""
        return self._process.returncode

    def ask(self, job: Job) -> Done | VoiceguideError:
        """Have it do a job.

        Raises:
            OSError, EOFError: it has ended.
        """
        send(self._stdin, job)
        reply: Done | VoiceguideError = receive(self._stdout)
        return reply

    def dismiss(self) -> None:
        """Tell it to end. Returns at once."""
        # What could not be sent to a dead process is of no interest.
        with suppress(OSError):
            self._stdin.close()

    def end(self) -> None:
        """Make sure that it has ended."""
        self.dismiss()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        # Whoever waits for its reply has noticed by now.
        with suppress(OSError):
            self._stdout.close()
