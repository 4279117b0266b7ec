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
"""More processes than this need more memory and disk than they save time; each takes about 60 MB."""

AHEAD = 2
"""Tasks given to the pool for each worker, so that none of them waits for its next one."""

UNWINDING_S = 1.0
"""How long a worker may take to leave its task in good order, once the parent is gone."""


def cores() -> int:
    """The cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class WorkerDied(MachineError):
    """The process that did a task has ended before the task did."""

    def __init__(self) -> None:
        super().__init__("The process that was to write it has ended.", "Run the command again.")


class _Pool:
    """A standard pool, and the pipe by which its workers notice that nobody waits for them any more."""

    def __init__(self, size: int) -> None:
        context = _Context()
        held, self._lifeline = context.Pipe(duplex=False)
        # On POSIX this may start the process that watches over semaphores, which a closed terminal would end.
        with _interrupts_blocked():
            self.executor = ProcessPoolExecutor(size, context, _begin_worker, (held,))

    def give_up(self) -> None:
        """Let its workers leave what they are at, and end. Returns at once; may be called twice."""
        self._lifeline.close()


@dataclass(eq=False, slots=True)
class _Task(Generic[T]):
    """Something to do, and the future that its giver holds."""

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
        """Start nothing yet."""
        self._size = min(max(size, 1), MOST_WORKERS)
        self._lock = threading.RLock()
        self._pool: _Pool | None = None
        self._waiting: deque[_Task[Any]] = deque()
        self._suspects: deque[_Task[Any]] = deque()
        """Tasks that were under way when a worker died. Each is tried again by itself."""
        self._under_way: dict[_Task[Any], _Pool] = {}
        self._closed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do `fn(*args, **kwargs)` in a worker. All of them, and what it returns or raises, must be picklable.

        The future raises `WorkerDied` where the process ended, and `MachineError` where none can be started.

        Raises:
            RuntimeError: it was shut down.
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
            wait: whether to return only when they have ended.
            cancel_futures: give up the tasks: those that have not begun are cancelled, and a worker that is at one
                leaves it in good order, as after Ctrl-C, and no unfinished file stays.
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
                # A task that was tried before counts as running, and cannot be cancelled any more.
                if not task.future.cancel():
                    task.future.set_exception(WorkerDied())
            if pool:
                pool.give_up()
        elif wait:
            futures.wait([task.future for task in left])
        if pool:
            pool.executor.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _fill(self) -> None:
        """Give the pool as many tasks as keep it busy; a suspected one by itself."""
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
                    # A worker died before the pool could tell.
                    log.debug("a new pool of processes is made (%s)", cause)
                    self._pool = None
                    task.suspected = True
                    queue.appendleft(task)
                    continue
                self._under_way[task] = self._pool
            inner.add_done_callback(partial(self._settle, task))

    def _settle(self, task: _Task[T], done: Future[T]) -> None:
        """Pass on the outcome of a task. Called in a thread of the pool."""
        failure = BrokenProcessPool() if done.cancelled() else done.exception()
        broken = isinstance(failure, BrokenProcessPool)
        with self._lock:
            pool = self._under_way.pop(task)
            if broken:
                # The standard pool is of no use after that, and gives the same failure to all of its tasks.
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
    """A worker that does not run the parent's program, and that Ctrl-C at the terminal does not reach."""

    def start(self) -> None:
        """See `multiprocessing.Process.start`."""
        with _without_main_module(), _interrupts_blocked():
            super().start()


class _Context(SpawnContext):
    """Starts such processes."""

    Process = _Process


@contextmanager
def _without_main_module() -> Iterator[None]:
    """Hide the program that runs: `multiprocessing` would import it in the worker, which would begin to export, too."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """What is started inherits the block, until it has said what an interrupt is to do."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_INTERRUPTS = {signal.SIGINT, signal.SIGTERM} | ({signal.SIGHUP} if sys.platform != "win32" else set())
"""Whoever sends one of these to a group of processes sends it to the parent, too, and the workers go by the parent."""


_at_work = threading.Event()
"""Set in a worker while it does a task."""


def _do(pickled: bytes) -> Any:
    """Do a task in a worker. It is unpickled here, where a library that cannot be loaded is named."""
    _at_work.set()
    try:
        with naming_libraries():
            fn, args, kwargs = pickle.loads(pickled)
            return fn(*args, **kwargs)
    finally:
        _at_work.clear()


def _begin_worker(lifeline: Connection) -> None:
    """Make this process a worker of the one that holds the other end of `lifeline`."""
    # What a library prints must not get among the results on standard output.
    with suppress(OSError):
        os.dup2(2, 1)
    parent_is_gone = threading.Event()

    def interrupt(*_: object) -> None:
        if parent_is_gone.is_set():
            raise KeyboardInterrupt

    for number in _INTERRUPTS - {signal.SIGINT}:
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGINT, interrupt)
    if sys.platform != "win32":
        # Ctrl-C at the terminal must not reach the programs, either, that this process starts.
        with suppress(OSError):
            os.setsid()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
    threading.Thread(target=_end_with_parent, args=(lifeline, parent_is_gone), daemon=True).start()


def _end_with_parent(lifeline: Connection, parent_is_gone: threading.Event) -> None:
    """Wait until the parent has closed its end, or has ended; then give up what is under way, and end."""
    with suppress(EOFError, OSError):
        lifeline.recv_bytes()
    # Nobody reads what is printed about the task now.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    parent_is_gone.set()
    # A worker that only waits for a task is not interrupted: in the middle of a message, it would spoil the next one.
    if _at_work.is_set():
        _thread.interrupt_main()
        threading.Event().wait(UNWINDING_S)
    # A library that calls Python back may have swallowed the interrupt.
    give_up_unfinished()
    os._exit(1)
