"""Whole processes, timed as a user would see them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

TIME_LIMIT_S = 180
"""A command that takes longer hangs."""

_SPAWN = Path(__file__).with_name("spawn.py")


class CommandFailed(Exception):
    """A command that was to be measured failed. Its text is one line."""


@dataclass(frozen=True, slots=True)
class Run:
    """One process, from its start to its end."""

    seconds: float
    """Wall clock."""
    processor_seconds: float
    """Its own and its children's, on all cores."""
    peak_bytes: int
    """Most memory resident at once, of the process or of its largest child."""
    output: str
    """Standard output."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The same process, several times."""

    runs: tuple[Run, ...]

    @property
    def seconds(self) -> tuple[float, float, float]:
        """Median, least and most."""
        every = [run.seconds for run in self.runs]
        return median(every), min(every), max(every)

    @property
    def processor_seconds(self) -> float:
        """Median."""
        return median(run.processor_seconds for run in self.runs)

    @property
    def peak_bytes(self) -> int:
        """Most."""
        return max(run.peak_bytes for run in self.runs)


def run(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path) -> Run:
    """Run a command to its end.

    Args:
        command: a program and its arguments.
        environment: all of its environment.
        folder: where its output is kept for a moment.

    Raises:
        CommandFailed: its exit code is not 0, or it took longer than `TIME_LIMIT_S`.
    """
    words = [str(word) for word in command]
    output, errors = folder / "output", folder / "errors"
    # A session of its own, so that a command that hangs can be ended with its children.
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", _SPAWN, output, errors, *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        printed, _ = process.communicate(timeout=TIME_LIMIT_S)
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"{_named(words)} took longer than {TIME_LIMIT_S} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode:
        raise CommandFailed(f"{_named(words)} could not be started")
    measured = json.loads(printed)
    if measured["code"]:
        raise CommandFailed(f"{_named(words)} ended with code {measured['code']}: {last_line(errors.read_bytes())}")
    return Run(
        measured["seconds"],
        measured["processor_seconds"],
        measured["peak_bytes"],
        output.read_text(encoding="utf-8", errors="replace"),
    )


def interleaved(jobs: Mapping[str, Callable[[], Run]], times: int) -> dict[str, Runs]:
    """Run every job `times` times in turns (A B A B), so that a change in the machine's mood meets all of them."""
    done: dict[str, list[Run]] = {name: [] for name in jobs}
    for _ in range(times):
        for name, job in jobs.items():
            done[name].append(job())
    return {name: Runs(tuple(runs)) for name, runs in done.items()}


def last_line(errors: bytes) -> str:
    """What a program said last: mostly why it failed."""
    return (errors.decode(errors="replace").strip().splitlines() or ["no output"])[-1]


def _named(words: Sequence[str]) -> str:
    return " ".join([Path(words[0]).name, *words[1:3]])
