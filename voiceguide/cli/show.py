"""`voiceguide show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from voiceguide.cli.report import json_option, print_json, report_problems
from voiceguide.cli.wishes import wishes

if TYPE_CHECKING:
    from voiceguide.routine.choices import Choices
    from voiceguide.routine.model import Move
    from voiceguide.session import Session


@click.command()
@click.argument("name")
@wishes
@json_option
def show(name: str, choices: Choices, as_json: bool) -> None:
    """Show what a routine holds: its length, chapters, moves and cautions.

    \b
    Examples:
      voiceguide show sciatica
      voiceguide show my-routine.yaml --json
    """
    import voiceguide

    session = voiceguide.open(name, choices)
    document = _document(session)
    if as_json:
        print_json(document)
        return
    report_problems(session.problems())
    for line in _lines(document):
        click.echo(line)


def _document(session: Session) -> dict[str, Any]:
    from voiceguide.timeline.document import problem_document
    from voiceguide.units import seconds

    routine = session.routine
    timeline = session.estimate()
    return {
        "name": session.path.stem,
        "title": session.script.title,
        "summary": routine.summary.value if routine and routine.summary else "",
        "tags": list(routine.tags) if routine else [],
        "language": session.script.language,
        "path": str(session.path),
        "length": seconds(timeline.length),
        "chapters": [{"start": seconds(each.start), "title": each.title} for each in timeline.chapters],
        "safety": [text.value for text in routine.safety] if routine else [],
        "moves": [_move(move) for move in routine.moves()] if routine else [],
        "problems": [problem_document(problem) for problem in session.problems()],
    }


def _move(move: Move) -> dict[str, Any]:
    return {
        "key": move.key,
        "name": move.name,
        "part": move.part,
        "sides": move.sides,
        "posture": move.posture,
        "hold": [move.hold.low_ms / 1000, move.hold.high_ms / 1000],
        "where": " ".join(text.value for text in move.where),
        "how": " ".join(text.value for text in move.how),
        "why": " ".join(text.value for text in move.why),
        "cautions": [{"when": each.when, "action": each.action, "say": each.say.value} for each in move.cautions],
        "sources": list(move.sources),
    }


def _lines(document: dict[str, Any]) -> list[str]:
    from voiceguide.units import format_clock, format_duration

    def clock(seconds: float) -> str:
        return format_clock(round(seconds * 1000))

    lines = [document["title"], document["summary"], f"About {clock(document['length'])}.", "", "Chapters"]
    lines += [f"  {clock(each['start']):>7}  {each['title']}" for each in document["chapters"]]
    if document["safety"]:
        lines += ["", "Before you start", *(f"  {line}" for line in document["safety"])]
    for move in document["moves"]:
        low, high = (round(1000 * seconds) for seconds in move["hold"])
        hold = format_duration(low) if low == high else f"{format_duration(low)} to {format_duration(high)}"
        sides = {"each": ", each side", "together": ", both sides together", "single": ""}[move["sides"]]
        lines += ["", f"{move['name']} ({move['key']}): {hold}{sides}"]
        side = "left or right"
        for text in (move["where"], move["how"], move["why"]):
            lines.append(f"  {text.replace('{side}', side).replace('{other}', 'other')}")
        lines += [f"  {each['when']}: {each['action']}. {each['say']}" for each in move["cautions"]]
        lines += [f"  Source: {source}" for source in move["sources"]]
    return [line for line in lines if line is not None]
