"""Prints the measurements as one table: on a terminal, in Markdown, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from _bench.machine import Machine

COLUMNS = ("what", "measured", "target", "met", "peer", "ratio")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value."""

    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    """Minimum and maximum, if it was measured more than once."""
    peak_mb: float | None = None
    """Peak resident memory, in millions of bytes."""
    processor_s: float | None = None
    """Processor time on all cores together, in seconds. On a busy machine it says more than wall-clock time."""

    def __str__(self) -> str:
        text = f"{_number(self.value, self.unit)} {self.unit}"
        if self.low is not None and self.high is not None and self.low != self.high:
            text += f" ({_number(self.low, self.unit)}–{_number(self.high, self.unit)})"
        return text if self.peak_mb is None else f"{text}, {self.peak_mb:.0f} MB"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table."""

    row: str
    """Name of the row on the command line."""
    what: str
    measured: Figure | None = None
    target: str = ""
    """Target as text; empty for none."""
    met: bool | None = None
    """True if the target is met; None without a target."""
    peer_name: str = ""
    peer: Figure | None = None
    ratio: float | None = None
    """Ratio of the measured value and the peer's value."""
    ratio_means: str = ""
    """Words after the ratio: `as fast`, or `its time`."""
    note: str = ""
    skipped: str = ""
    """Reason why nothing was measured; empty for none."""

    def cells(self) -> tuple[str, ...]:
        """Return a text for each of `COLUMNS`."""
        measured = self.skipped or (str(self.measured) if self.measured else "–")
        met = "–" if self.met is None else "yes" if self.met else "**no**"
        peer = f"{self.peer_name}: {self.peer}" if self.peer else "–"
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f} × {self.ratio_means}".strip()
        return self.what, measured, self.target or "–", met, peer, ratio


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a whole run."""

    machine: Machine
    lines: tuple[Line, ...]
    quick: bool
    seconds: float
    """Seconds that the whole run took."""


def markdown(report: Report) -> str:
    """Return the machine, the table and its notes in Markdown."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *(line.cells() for line in report.lines)]
    table = ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |" for cells in rows]
    blocks = ([f"- {each}" for each in report.machine.lines()], table, [f"- {note}" for note in _notes(report.lines)])
    return "\n\n".join("\n".join(block) for block in (*blocks, [_closing(report)]) if block)


def as_json(report: Report) -> str:
    """Return the whole report as JSON."""
    return json.dumps(asdict(report), ensure_ascii=False, indent=2)


def show(report: Report) -> None:
    """Print the table on a terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*COLUMNS)
    for line in report.lines:
        style = "dim" if line.skipped else "red" if line.met is False else "green" if line.met else ""
        table.add_row(*(cell.replace("**", "") for cell in line.cells()), style=style)
    console = Console(highlight=False, markup=False)
    for each in report.machine.lines():
        console.print(each)
    console.print(table)
    for note in _notes(report.lines):
        console.print(f"- {note}")
    console.print(_closing(report))


def _notes(lines: Sequence[Line]) -> list[str]:
    return [f"{line.what}: {line.note}" for line in lines if line.note]


def _closing(report: Report) -> str:
    times = "each process once" if report.quick else "medians (least–most) of several runs in turns"
    text = f"Measured in {report.seconds:.0f} s: {times}. MB is the most memory resident at once."
    if report.machine.busy:
        text += " The machine was busy with other work: on a quiet one these times are shorter."
    return text


def _number(value: float, unit: str) -> str:
    if unit == "frames":
        return f"{value:.0f}"
    if unit in ("LUFS", "dBTP", "ms", "MB"):
        return f"{value:.1f}".replace("-", "−")
    return f"{value:.2f}"
