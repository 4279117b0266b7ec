"""`voiceguide list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from voiceguide.base.shown import shown
from voiceguide.cli.output import say, tell
from voiceguide.cli.report import json_option, print_json

if TYPE_CHECKING:
    from voiceguide.app.checking import Loaded


@click.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the routines that can be played by name.

    \b
    Examples:
      voiceguide list
      voiceguide list --json
    """
    rows = routine_rows()
    if as_json:
        print_json(rows)
        return
    names = [shown(row["name"]) for row in rows]
    width = max(map(len, names), default=0)
    for name, row in zip(names, rows, strict=True):
        low, high = (max(1, round(each)) for each in row["minutes"])
        minutes = str(low) if low == high else f"{low}–{high}"
        say(f"{name:<{width}}  {minutes:>5} min  {row['title']}")
    if not rows:
        tell("No routines found. See where they are looked for: voiceguide doctor")


def routine_rows() -> list[dict[str, Any]]:
    """Return the rows of `list --json`. A routine with errors is left out, and named on standard error."""
    from voiceguide.app.checking import load
    from voiceguide.base.source import errors_in
    from voiceguide.routine.search_path import routines

    rows: list[dict[str, Any]] = []
    for name, path in routines().items():
        loaded = load(path)
        if loaded.script is None:
            count = len(errors_in(loaded.problems))
            mistakes = "1 mistake" if count == 1 else f"{count} mistakes"
            tell(f"voiceguide: {path} has {mistakes}. See with: voiceguide check {path}")
            continue
        routine = loaded.routine
        rows.append(
            {
                "name": name,
                "title": loaded.script.title,
                "summary": routine.summary.value if routine and routine.summary else "",
                "tags": list(routine.tags) if routine else [],
                "language": loaded.script.language,
                "minutes": _minutes(loaded),
                "path": str(path),
            }
        )
    return rows


def _minutes(loaded: Loaded) -> list[float]:
    """Return the shortest and the longest length of the session that its holds allow, in minutes with one decimal."""
    from fractions import Fraction

    from voiceguide.base.units import seconds
    from voiceguide.script.compiler import compile_routine
    from voiceguide.script.draft import Plan
    from voiceguide.timeline.estimate import estimate

    if loaded.routine:
        plans = [Plan(stretch=Fraction(end)) for end in (0, 1)]
        scripts = [compile_routine(loaded.routine, plan=plan).script for plan in plans]
    else:
        scripts = [loaded.script, loaded.script] if loaded.script else []
    return [round(seconds(estimate(script).length) / 60, 1) for script in scripts]
