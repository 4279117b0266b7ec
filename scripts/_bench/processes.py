"""Times whole processes, from start to end."""

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
"""Seconds after which a command counts as hung."""

_SPAWN = Path(__file__).with_name("spawn.py")


class CommandFailed(Exception):
    """A measured command failed. The text of the exception is one line."""


@dataclass(frozen=True, slots=True)
class Run:
    """The measurement of one process, from its start to its end."""

    seconds: float
    """Wall-clock time."""
    processor_seconds: float
    """Processor time of the process and its children, on all cores."""
    peak_bytes: int
    """Peak resident memory of the process or of its largest child."""
    output: str
    """Standard output."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The measurements of several runs of a process."""

    runs: tuple[Run, ...]

    @property
    def seconds(self) -> tuple[float, float, float]:
        """Median, minimum and maximum."""
        every = [run.seconds for run in self.runs]
        return median(every), min(every), max(every)

    @property
    def processor_seconds(self) -> float:
        """Median processor time."""
        return median(run.processor_seconds for run in self.runs)

    @property
    def peak_bytes(self) -> int:
        """Maximum of the peaks."""
        return max(run.peak_bytes for run in self.runs)


def run(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path) -> Run:
    """Run a command to its end.

    Args:
        command: a program and its arguments.
        environment: the whole environment of the program.
        folder: a folder for temporary files with its output.

    Raises:
        CommandFailed: the exit code is not 0, or the command took longer than `TIME_LIMIT_S`.
    """
    words = [str(word) for word in command]
    output, errors = folder / "output", folder / "errors"
    # A new session, so that a hung command can be killed with its children.
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
    """Run every job `times` times in turns (A B A B), so that a slow phase of the machine affects all jobs."""
    done: dict[str, list[Run]] = {name: [] for name in jobs}
    for _ in range(times):
        for name, job in jobs.items():
            done[name].append(job())
    return {name: Runs(tuple(runs)) for name, runs in done.items()}


def last_line(errors: bytes) -> str:
    """Return the last line of a program's output, which is usually the reason for a failure."""
    return (errors.decode(errors="replace").strip().splitlines() or ["no output"])[-1]


def _named(words: Sequence[str]) -> str:
    return " ".join([Path(words[0]).name, *words[1:3]])
