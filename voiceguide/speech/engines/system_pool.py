"""A pool of worker processes in which pyttsx3 runs. A worker that hangs or dies is replaced."""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, cast

from voiceguide.base.errors import EngineError
from voiceguide.base.log import suppressed
from voiceguide.base.processes import killed_after, python_command
from voiceguide.speech.engines.system_folder import make_folder

log = logging.getLogger(__name__)

_START_SECONDS = 20.0
"""Seconds until a worker must send its hello. The very first worker on Windows builds wrappers for SAPI."""

_INSTALL = "Install what it needs: pip install pyttsx3" + (" espeakng-loader" if sys.platform == "linux" else "")
_TRY_ANOTHER = "Try again, or another voice: voiceguide voices"


class _Failure(Exception):
    """A worker hung or died; the text says which."""


class _Worker:
    """One process, for one request at a time."""

    def __init__(self) -> None:
        """Start the process and wait for its hello.

        Raises:
            _Failure: the process hung or died.
            EngineError: the process cannot be started, or the platform's speech does not work.
        """
        try:
            self._folder = make_folder()
        except OSError as cause:
            what = f"There is no room for the temporary files of speech ({cause.strerror or cause})."
            raise EngineError("system", what, "Set TMPDIR to a folder you can write to.") from cause
        command, environment = python_command("voiceguide.speech.engines.system_worker", str(self._folder))
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as cause:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise EngineError("system", f"No process can be started for speech ({cause}).", _TRY_ANOTHER) from cause
        try:
            self.hello, _ = self.ask(None, _START_SECONDS)
            if "error" in self.hello:
                what = f"The system's speech does not work here ({self.hello['error']})."
                raise EngineError("system", what, _INSTALL)
        except BaseException:
            self.end()
            raise

    def ask(self, request: Mapping[str, object] | None, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Send a request, unless it is None, and wait for the reply.

        Raises:
            _Failure: no reply came in time, or the process died.
        """
        stdin, stdout = cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)
        with killed_after(self._process, seconds) as overdue:
            try:
                if request is not None:
                    stdin.write(json.dumps(request).encode() + b"\n")
                    stdin.flush()
                header = json.loads(stdout.readline())
                data = stdout.read(header.get("bytes", 0))
                if len(data) < header.get("bytes", 0):
                    raise EOFError
            except (OSError, ValueError, EOFError) as cause:
                raise _Failure(f"did not answer within {seconds:.0f} s" if overdue.is_set() else "stopped") from cause
        return header, data

    def end(self) -> None:
        """Kill the process and remove its folder. May be called twice, and while another thread waits for a reply."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            # A request that could not be sent to a dead process does not matter.
            with suppressed(OSError, log=__name__, what="a worker did not take its last request"):
                cast(BinaryIO, pipe).close()
        shutil.rmtree(self._folder, ignore_errors=True)


class SystemWorkers:
    """Up to `size` workers, started when needed and kept for the next request. For use from several threads."""

    def __init__(self, size: int) -> None:
        self._slots = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._closings = 0
        self._hello: dict[str, Any] = {}

    def hello(self) -> dict[str, Any]:
        """Return the hello of the first worker: driver and version.

        Raises:
            EngineError: see `ask`.
        """
        if not self._hello:
            self.ask({"list": True}, _START_SECONDS, "its start")
        return self._hello

    def ask(self, request: Mapping[str, object], seconds: float, about: str) -> tuple[dict[str, Any], bytes]:
        """Send `request` to a worker, and return its reply within `seconds`. If the worker fails, another one tries.

        Args:
            request: see `system_worker.py`.
            seconds: time for the reply, not counting the start of a worker.
            about: words for the request in an error message.

        Returns:
            The reply's header, and the bytes after it.

        Raises:
            EngineError: two workers failed, the platform's speech does not work, or `close` was called meanwhile.
        """
        closings = self._closings
        for attempt in (1, 2):
            try:
                with self._worker() as worker:
                    header, data = worker.ask(request, seconds)
                    if "error" in header:
                        what = f"The system's speech failed at {about} ({header['error']})."
                        raise EngineError("system", what, _TRY_ANOTHER)
                    return header, data
            except _Failure as failure:
                if self._closings != closings:
                    raise EngineError("system", f"The system's speech was closed at {about}.", "Start again.") from None
                log.debug("the system's speech %s at %s, attempt %d", failure, about, attempt)
                if attempt == 2:
                    what = f"The system's speech {failure} at {about}, twice."
                    raise EngineError("system", what, _TRY_ANOTHER) from failure
        raise AssertionError("the second attempt returns or raises")

    def close(self) -> None:
        """End all workers, also busy ones. A later `ask` starts new ones."""
        with self._lock:
            self._closings += 1
            workers = [*self._idle, *self._busy]
            self._idle.clear()
        for worker in workers:
            worker.end()

    @contextlib.contextmanager
    def _worker(self) -> Iterator[_Worker]:
        """Give a worker for one request. If the request fails, end the worker: half a reply may be left in its pipe."""
        with self._slots:
            worker, closings = self._taken()
            try:
                yield worker
            except BaseException:
                with self._lock:
                    self._busy.discard(worker)
                worker.end()
                raise
            with self._lock:
                self._busy.discard(worker)
                closed = self._closings != closings
                if not closed:
                    self._idle.append(worker)
            if closed:
                worker.end()

    def _taken(self) -> tuple[_Worker, int]:
        with self._lock:
            closings = self._closings
            if self._idle:
                worker = self._idle.pop()
                self._busy.add(worker)
                return worker, closings
        worker = _Worker()
        with self._lock:
            self._hello = worker.hello
            self._busy.add(worker)
        return worker, closings
