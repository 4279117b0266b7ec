"""The workers: how they end, whatever they are at."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import voiceguide
from tests.cli.test_folder import children, on_linux, wait_until
from tests.collection.shelves import shelf
from voiceguide.collection.form import Form
from voiceguide.collection.job import Done, Job
from voiceguide.collection.pool import Pool
from voiceguide.exporting import Exported
from voiceguide.output.replacing import replacing
from voiceguide.routine.choices import Choices
from voiceguide.session import Session
from voiceguide.speech.registry import choose


class Stubborn(Session):
    """One in whose midst an interrupt is swallowed, as a library in C may do that calls Python back."""

    def export(self, path: str | Path, *_: Any, **__: Any) -> Exported:
        """Begin a file, and come to no end."""
        with replacing(Path(path)) as file:
            file.write(b"begun")
            file.flush()
            while True:
                with suppress(KeyboardInterrupt):
                    threading.Event().wait()


def begun(pool: Pool, out: Path) -> Future[Done]:
    """A job that a worker is at, and will be for ever."""
    path = shelf(out.parent / "own") / "rest.md"
    session = Stubborn(path, voiceguide.open(path).script, Choices(engine="tone"))
    future = pool.submit(Job(session, out / "rest.mp3", Form(), choose("tone", "", "en-US")))
    out.mkdir()
    wait_until(lambda: future.done() or any(part.stat().st_size for part in out.glob(".*.part")))
    return future


@pytest.fixture(autouse=True)
def _workers_find_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


def test_a_worker_that_swallows_the_interrupt_leaves_nothing_unfinished(tmp_path: Path) -> None:
    pool = Pool(1)
    future = begun(pool, tmp_path / "out")
    pool.close()
    assert [*(tmp_path / "out").iterdir()] == []
    assert "(1)" in str(future.exception())


@on_linux
@pytest.mark.parametrize("end", ["SIGTERM", "SIGHUP"])
def test_when_all_processes_are_asked_to_end_a_worker_waits_for_its_parent_and_tidies_up(
    tmp_path: Path, end: str
) -> None:
    pool = Pool(1)
    begun(pool, tmp_path / "out")
    workers = children(os.getpid())
    for worker in workers:
        os.kill(worker, signal.Signals[end])
    pool.close()
    assert workers
    assert [*(tmp_path / "out").iterdir()] == []
