"""The worker processes: what one that dies costs, and how they end, whatever they are at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from tests.cli.test_folder import children, on_linux, size, wait_until
from voiceguide.base.atomic import replacing
from voiceguide.collection.executor import WorkerDied, WorkerProcesses


def die(_: int) -> None:
    os._exit(9)


def write_for_ever(path: Path, swallow: bool) -> None:
    """Begin a file, and come to no end; `swallow` interrupts, as a library in C may do that calls Python back."""
    with replacing(path) as file:
        file.write(b"begun")
        file.flush()
        while True:
            try:
                threading.Event().wait()
            except KeyboardInterrupt:
                if not swallow:
                    raise


@pytest.fixture
def executor() -> Iterator[WorkerProcesses]:
    made = WorkerProcesses(2)
    yield made
    made.shutdown(cancel_futures=True)


def begun(executor: WorkerProcesses, path: Path, *, swallow: bool = False) -> Future[None]:
    """A task that a worker is at, and will be for ever."""
    future = executor.submit(write_for_ever, path, swallow)
    wait_until(lambda: future.done() or any(size(part) for part in path.parent.glob(".*.part")))
    return future


def test_tasks_are_done_in_other_processes(executor: WorkerProcesses) -> None:
    pids = {executor.submit(os.getpid).result() for _ in range(4)}
    assert pids
    assert os.getpid() not in pids
    with pytest.raises(ZeroDivisionError):
        executor.submit(divmod, 1, 0).result()


def test_a_task_that_kills_its_worker_fails_and_no_other_does(executor: WorkerProcesses) -> None:
    before = [executor.submit(pow, 2, n) for n in range(4)]
    deadly = executor.submit(die, 0)
    after = [executor.submit(pow, 3, n) for n in range(20)]
    assert isinstance(deadly.exception(), WorkerDied)
    assert [future.result() for future in before] == [2**n for n in range(4)]
    assert [future.result() for future in after] == [3**n for n in range(20)]


@on_linux
def test_a_worker_that_is_killed_costs_nothing_but_time(executor: WorkerProcesses) -> None:
    slow = [executor.submit(time.sleep, 0.5) for _ in range(4)]
    wait_until(lambda: len(children(os.getpid())) >= 2)
    os.kill(executor.submit(os.getpid).result(), signal.SIGKILL)
    assert [future.exception() for future in slow] == [None] * 4


@pytest.mark.parametrize("swallow", [False, True])
def test_a_task_that_is_given_up_leaves_no_unfinished_file(
    executor: WorkerProcesses, tmp_path: Path, swallow: bool
) -> None:
    future = begun(executor, tmp_path / "rest.mp3", swallow=swallow)
    waiting = [executor.submit(time.sleep, 60) for _ in range(8)]
    executor.shutdown(cancel_futures=True)
    assert [*tmp_path.iterdir()] == []
    assert future.exception() is not None
    assert all(each.cancelled() or each.exception() for each in waiting)
    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(pow, 1, 1)


@on_linux
def test_workers_go_by_their_parent_when_a_whole_group_is_asked_to_end(
    executor: WorkerProcesses, tmp_path: Path
) -> None:
    begun(executor, tmp_path / "rest.mp3")
    workers = children(os.getpid())
    for worker in workers:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            os.kill(worker, number)
    assert workers
    assert {*children(os.getpid())} >= {*workers}
    executor.shutdown(cancel_futures=True)
    assert [*tmp_path.iterdir()] == []


UNGUARDED = """
import sys, time
from pathlib import Path
from tests.collection.test_executor import begun
from voiceguide.collection.executor import WorkerProcesses

print("run", flush=True)
executor = WorkerProcesses(1)
begun(executor, Path(sys.argv[1]))
print(executor._pool.executor._processes.copy().popitem()[0], flush=True)
time.sleep(60)
"""


@on_linux
def test_a_program_needs_no_guard_and_when_it_is_killed_its_workers_tidy_up_and_end(tmp_path: Path) -> None:
    program, out = tmp_path / "program.py", tmp_path / "out"
    program.write_text(UNGUARDED, encoding="utf-8")
    out.mkdir()
    checkout = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, program, out / "rest.mp3"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": checkout},
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "run\n"
        worker = int(process.stdout.readline())
        process.kill()
    wait_until(lambda: not Path(f"/proc/{worker}").exists())
    assert [*out.iterdir()] == []
