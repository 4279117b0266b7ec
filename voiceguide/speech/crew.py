"""Threads that speak. Unlike a `ThreadPoolExecutor`'s, none of them can keep the program from ending: an engine may
hang for ever.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


class Crew(Generic[T]):
    """Does jobs in the order they were given, several at a time."""

    def __init__(self, size: int, name: str) -> None:
        """Start `size` threads, one at least."""
        self._jobs: SimpleQueue[tuple[Future[T], Callable[[], T]] | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for _ in range(max(size, 1))]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Do a job in its turn. Returns at once."""
        future: Future[T] = Future()
        self._jobs.put((future, job))
        return future

    def stop(self) -> None:
        """Drop what has not begun, and let the threads go. Returns at once; may be called twice."""
        with suppress(Empty):
            while True:
                if job := self._jobs.get_nowait():
                    job[0].cancel()
        for _ in self._threads:
            self._jobs.put(None)

    def join(self, seconds: float) -> bool:
        """Wait for the jobs under way, each thread for at most `seconds`. Returns whether all have ended."""
        for thread in self._threads:
            thread.join(seconds)
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, do = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = do()
            except BaseException as failure:  # noqa: BLE001  # carried to whoever waits for the result
                future.set_exception(failure)
            else:
                future.set_result(result)
