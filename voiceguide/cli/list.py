"""`voiceguide list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from voiceguide.cli.report import json_option, print_json

if TYPE_CHECKING:
    from voiceguide.checking import Loaded


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
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        low, high = row["minutes"]
        minutes = f"{low:.0f}" if round(low) == round(high) else f"{low:.0f}–{high:.0f}"
        click.echo(f"{row['name']:<{width}}  {minutes:>5} min  {row['title']}")
    if not rows:
        click.echo("No routines found. See where they are looked for: voiceguide doctor", err=True)


def routine_rows() -> list[dict[str, Any]]:
    """What `list --json` prints. A routine with errors is left out, and named on standard error."""
    from voiceguide.checking import load
    from voiceguide.routine.shelf import routines
    from voiceguide.source import errors_in

    rows: list[dict[str, Any]] = []
    for name, path in routines().items():
        loaded = load(path)
        if loaded.script is None:
            count = len(errors_in(loaded.problems))
            click.echo(f"voiceguide: {path} has {count} errors. See them: voiceguide check {path}", err=True)
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
    """Shortest and longest the session can be with its holds at the ends of their ranges, to a tenth of a minute."""
    from voiceguide.script.compiler import compile_routine
    from voiceguide.timeline.estimate import estimate
    from voiceguide.units import seconds

    if loaded.routine:
        scripts = [compile_routine(loaded.routine, ends) for ends in ("shortest", "longest")]
    else:
        scripts = [loaded.script, loaded.script] if loaded.script else []
    return [round(seconds(estimate(script).length) / 60, 1) for script in scripts]
