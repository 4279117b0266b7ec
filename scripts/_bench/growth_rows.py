"""The rows for growth: exports of longer sessions, and of more routines."""

from __future__ import annotations

from pathlib import Path

from _bench.processes import Run, Runs
from _bench.rows import seconds
from _bench.table import Line
from _bench.workshop import TONE, Workshop

MINUTES = (5, 15, 60, 240, 480)
LIBRARIES = (1, 10, 100, 500)
QUICK_LIBRARIES = LIBRARIES[:3]

ROUTINE_MOVES = 4
"""Moves in each routine of a library; they take nine minutes."""


def sessions(workshop: Workshop) -> list[Line]:
    """Measure cached MP3 exports of short and of long sessions."""
    lines = []
    for minutes in MINUTES:
        run = workshop.long_export(".mp3", minutes)
        length = f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"
        lines.append(Line("sessions", f"cached MP3 export of {length}", seconds(Runs((run,)))))
    return lines


def libraries(workshop: Workshop) -> list[Line]:
    """Measure cached MP3 exports of many routines at once, and the same export again without a change."""
    lines = []
    for count in QUICK_LIBRARIES if workshop.quick else LIBRARIES:
        folder = workshop.path("library")
        folder.mkdir()
        names = [_routine(workshop, folder, number) for number in range(count)]
        # The first export is not measured: it fills the cache.
        _export(workshop, names, workshop.path("first"))
        target = workshop.path("exported")
        runs = [_export(workshop, names, target) for _ in range(2)]
        for what, run in zip(("cached", "unchanged"), runs, strict=True):
            each = f"{1000 * run.seconds / count:.0f} ms each"
            lines.append(Line("libraries", f"{what} export of {count} routines", seconds(Runs((run,))), note=each))
    return lines


def _routine(workshop: Workshop, folder: Path, number: int) -> Path:
    path = folder / f"routine-{number:03}.yaml"
    workshop.routine("routine.yaml", f"Routine {number}", ROUTINE_MOVES).rename(path)
    return path


def _export(workshop: Workshop, names: list[Path], target: Path) -> Run:
    # With a format, the target is a folder, even for a single name.
    return workshop.voiceguide("export", *names, "-o", target, "--format", "mp3", *TONE)
