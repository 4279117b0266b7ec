"""The command line of scripts/bench."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from _bench import growth_rows, rows, sound_rows, table
from _bench.machine import describe
from _bench.processes import CommandFailed
from _bench.rows import Row
from _bench.table import Line, Report
from _bench.workshop import SESSION, Missing, Workshop

FAILED = 1

ROWS = (
    Row("help", "`voiceguide --help`", rows.start_help),
    Row("list", "`voiceguide list`", rows.start_list),
    # This row comes before the others that need speech, because they use the cache that it fills.
    Row("cold-export", f"cold MP3 export of {SESSION} with Piper", rows.cold_export),
    Row("play-cached", f"`voiceguide play {SESSION}`, speech cached", sound_rows.play_cached),
    Row("play-cold", f"`voiceguide play {SESSION}`, Piper cold", sound_rows.play_cold),
    Row("cached-export", f"cached export of {SESSION}", rows.cached_export),
    Row("memory", "peak memory of cached exports", rows.memory),
    Row("sessions", "cached MP3 exports of 5 min to 8 h", growth_rows.sessions),
    Row("libraries", "cached MP3 exports of 1 to 500 routines", growth_rows.libraries),
    Row("timing", "timing of the files", sound_rows.timing),
    Row("live", "timing of live play", sound_rows.live),
    Row("loudness", "loudness of the MP3 file", sound_rows.loudness),
)


def measure(arguments: Sequence[str]) -> int:
    """Measure and print.

    Returns:
        0 after measuring, even if a target is missed; 1 if a measured command failed; 3 on Windows, where memory
        cannot be measured.
    """
    options = _options(arguments)
    if sys.platform == "win32":
        sys.stderr.write("scripts/bench: Windows cannot measure the memory of a process; run this on Linux or macOS.\n")
        return 3
    chosen = [row for row in ROWS if not options.rows or row.name in options.rows]
    machine, begun = describe(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="voiceguide-bench-") as folder:
        workshop = Workshop(Path(folder), options.quick)
        lines = [line for row in chosen for line in _measured(row, workshop)]
    report = Report(machine, tuple(lines), options.quick, time.monotonic() - begun)
    if options.json:
        print(table.as_json(report))
    elif options.markdown or not sys.stdout.isatty():
        print(table.markdown(report))
    else:
        table.show(report)
    return FAILED if any(line.skipped.startswith("failed") for line in lines) else 0


def _measured(row: Row, workshop: Workshop) -> list[Line]:
    begun = time.monotonic()
    try:
        lines = row.measure(workshop)
    except Missing as missing:
        lines = [Line(row.name, row.what, skipped=f"skipped: needs {missing}")]
    except CommandFailed as failure:
        lines = [Line(row.name, row.what, skipped=f"failed: {failure}")]
    sys.stderr.write(f"{row.name}: {time.monotonic() - begun:.0f} s\n")
    return lines


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Compare voiceguide with its targets, and with other tools that do the same work.",
        epilog="Without ROW, all rows are measured. No other program should run meanwhile.",
    )
    parser.add_argument("rows", metavar="ROW", nargs="*", help=", ".join(names))
    parser.add_argument("--quick", action="store_true", help="run each process once")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--markdown", action="store_true", help="print Markdown, as when the output is no terminal")
    output.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    # `choices` cannot check this, because Python 3.11 applies it to an empty list, too.
    for row in options.rows:
        if row not in names:
            parser.error(f"no row is called {row!r}; they are {', '.join(names)}")
    return options
