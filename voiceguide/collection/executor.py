"""Processes of this machine behind the standard `Executor` interface, so that another executor can take their place.

The work is done by `concurrent.futures.ProcessPoolExecutor`. Around it, this module adds what a long run needs:

- A worker that dies costs its own task, not the run: the pool is made again, and the tasks that were under way are
  tried one at a time, so that only the task that kills its worker fails.
- Ctrl-C reaches the parent alone. The workers end when the parent closes the executor, and also when the parent is
  killed; either way they remove the files they had not finished.
- The program that imports voiceguide is not run again in the workers, so it needs no `if __name__ == "__main__":`.
"""

from __future__ import annotations

import _thread
import logging
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent import futures
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Any, Generic, ParamSpec, TypeVar

from voiceguide.base.atomic import give_up_unfinished
from voiceguide.base.errors import MachineError
from voiceguide.base.libraries import naming_libraries

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

MOST_WORKERS = 16
"""Greatest number of processes. More would save little time, and each needs about 60 MB of memory."""

AHEAD = 2
"""Tasks given to the pool for each worker, so that no worker has to wait for its next task."""

UNWINDING_S = 1.0
"""Seconds a worker may take to stop its task in good order after the parent has ended."""


def cores() -> int:
    """Return the number of cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class WorkerDied(MachineError):
    """The process that did a task ended before the task was done."""

    def __init__(self) -> None:
        super().__init__("The process that was to write it has ended.", "Run the command again.")


class _Pool:
    """A standard pool, and the pipe that tells its workers when the parent has given them up."""

    def __init__(self, size: int) -> None:
        context = _Context()
        held, self._lifeline = context.Pipe(duplex=False)
        # On POSIX this may start the process that tracks semaphores. A closed terminal would otherwise end it.
        with _interrupts_blocked():
            self.executor = ProcessPoolExecutor(size, context, _begin_worker, (held,))

    def give_up(self) -> None:
        """Let the workers stop their tasks, and end. Returns at once; may be called twice."""
        self._lifeline.close()


@dataclass(eq=False, slots=True)
class _Task(Generic[T]):
    """A call to make in a worker, and the future that `submit` returned for it."""

    begin: Callable[[ProcessPoolExecutor], Future[T]]
    future: Future[T] = field(default_factory=Future)
    suspected: bool = False
    """Whether a worker died while this task was under way."""


class WorkerProcesses(Executor):
    """Up to `size` processes, started when they are needed.

    >>> with WorkerProcesses(2) as executor:
    ...     executor.submit(pow, 2, 10).result()
    1024
    """

    def __init__(self, size: int) -> None:
        """Take the greatest number of processes. None is started yet."""
        self._size = min(max(size, 1), MOST_WORKERS)
        self._lock = threading.RLock()
        self._pool: _Pool | None = None
        self._waiting: deque[_Task[Any]] = deque()
        self._suspects: deque[_Task[Any]] = deque()
        """Tasks that were running when a worker died. Each is tried again by itself."""
        self._under_way: dict[_Task[Any], _Pool] = {}
        self._closed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call `fn(*args, **kwargs)` in a worker. The call, its result and its exceptions must be picklable.

        The future raises `WorkerDied` if the process ended, and `MachineError` if no process can be started.

        Raises:
            RuntimeError: the executor was shut down.
        """
        task: _Task[T] = _Task(lambda executor: executor.submit(_do, pickle.dumps((fn, args, kwargs))))
        with self._lock:
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._waiting.append(task)
        self._fill()
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers.

        Args:
            wait: whether to return only when the workers have ended.
            cancel_futures: give up the tasks: those that have not begun are cancelled, and running ones are stopped in
                good order, as after Ctrl-C, so that no unfinished file stays.
        """
        with self._lock:
            self._closed = True
            left = [*self._waiting, *self._suspects]
            if cancel_futures:
                self._waiting.clear()
                self._suspects.clear()
            else:
                left += self._under_way
            pool = self._pool
        if cancel_futures:
            for task in left:
                # A task that is tried again counts as running, and cannot be cancelled any more.
                if not task.future.cancel():
                    task.future.set_exception(WorkerDied())
            if pool:
                pool.give_up()
        elif wait:
            futures.wait([task.future for task in left])
        if pool:
            pool.executor.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _fill(self) -> None:
        """Give the pool enough tasks to keep it busy; give it a suspected task only by itself."""
        while True:
            with self._lock:
                room = 1 if self._suspects else AHEAD * self._size
                queue = self._suspects or self._waiting
                if not queue or len(self._under_way) >= room:
                    return
                task = queue.popleft()
                if not (task.suspected or task.future.set_running_or_notify_cancel()):
                    continue
                try:
                    self._pool = self._pool or _Pool(self._size)
                    inner = task.begin(self._pool.executor)
                except OSError as cause:
                    what = f"No process can be started to write files ({cause})."
                    task.future.set_exception(MachineError(what, "Close other programs, then run it again."))
                    continue
                except BrokenProcessPool as cause:
                    # A worker died, and the pool reported it only now.
                    log.debug("a new pool of processes is made (%s)", cause)
                    self._pool = None
                    task.suspected = True
                    queue.appendleft(task)
                    continue
                self._under_way[task] = self._pool
            inner.add_done_callback(partial(self._settle, task))

    def _settle(self, task: _Task[T], done: Future[T]) -> None:
        """Pass the outcome of a task to its future. Called in a thread of the pool."""
        failure = BrokenProcessPool() if done.cancelled() else done.exception()
        broken = isinstance(failure, BrokenProcessPool)
        with self._lock:
            pool = self._under_way.pop(task)
            if broken:
                # After this, the standard pool cannot be used, and all of its tasks fail in the same way.
                log.info("a process has ended before its task did")
                pool.give_up()
                if self._pool is pool:
                    self._pool = None
            again = broken and not task.suspected and not self._closed
            if again:
                task.suspected = True
                self._suspects.append(task)
        if failure is None:
            task.future.set_result(done.result())
        elif not again:
            task.future.set_exception(WorkerDied() if broken else failure)
        self._fill()


class _Process(SpawnProcess):
    """A worker that does not import the parent's program, and does not receive Ctrl-C from the terminal."""

    def start(self) -> None:
        """See `multiprocessing.Process.start`."""
        with _without_main_module(), _interrupts_blocked():
            super().start()


class _Context(SpawnContext):
    """Starts processes of the class `_Process`."""

    Process = _Process


@contextmanager
def _without_main_module() -> Iterator[None]:
    """Hide the main module. `multiprocessing` would import it in the worker, which would then start its own export."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Block interrupts. A process started within the block inherits this until it has set its own signal handlers."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_INTERRUPTS = {signal.SIGINT, signal.SIGTERM} | ({signal.SIGHUP} if sys.platform != "win32" else set())
"""Signals that the workers ignore. The parent gets them too, if they are sent to the process group, and ends the
workers."""


_parent_is_gone = threading.Event()
"""Set in a worker when its parent has ended, or has given up its task."""

_at_work = threading.Event()
"""Set in a worker while it does a task."""


def _do(pickled: bytes) -> Any:
    """Do a task in a worker. It is unpickled here, so that the error for a broken library names the library."""
    _at_work.set()
    try:
        with naming_libraries():
            fn, args, kwargs = pickle.loads(pickled)
            return fn(*args, **kwargs)
    finally:
        _at_work.clear()
        if _parent_is_gone.is_set():
            # The task was interrupted, perhaps in the middle of removing its unfinished file.
            give_up_unfinished()
            os._exit(1)


def _begin_worker(lifeline: Connection) -> None:
    """Make this process a worker of the process that holds the other end of `lifeline`."""
    # Output that libraries print must not mix with the results on standard output.
    with suppress(OSError):
        os.dup2(2, 1)

    def interrupt(*_: object) -> None:
        if _parent_is_gone.is_set():
            # Once: a second interrupt would break into what the first one tidies up.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            raise KeyboardInterrupt

    for number in _INTERRUPTS - {signal.SIGINT}:
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGINT, interrupt)
    if sys.platform != "win32":
        # Programs that this process starts must not receive Ctrl-C from the terminal either.
        with suppress(OSError):
            os.setsid()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()


def _end_with_parent(lifeline: Connection) -> None:
    """Wait until the parent closes its end of the pipe or ends. Then stop the running task, and end the process."""
    with suppress(EOFError, OSError):
        lifeline.recv_bytes()
    # Nobody reads output about the task any more.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    _parent_is_gone.set()
    # A worker that waits for a task is not interrupted: it may be reading a message, which would then be cut.
    if _at_work.is_set():
        _thread.interrupt_main()
        threading.Event().wait(UNWINDING_S)
    # The interrupt may have been lost in a library that calls back into Python.
    give_up_unfinished()
    os._exit(1)
