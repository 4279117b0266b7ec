"""`voiceguide show`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from voiceguide.base.source import errors_in
from voiceguide.cli.choices import TypedChoices, with_choices
from voiceguide.cli.output import say_lines
from voiceguide.cli.report import json_option, print_json, report_problems, warn

if TYPE_CHECKING:
    from voiceguide.routine.model import Move
    from voiceguide.session import Session

WIDEST = 100
"""Greatest length of a line, in characters. Longer lines are hard to read."""


@click.command()
@click.argument("name")
@with_choices
@json_option
def show(name: str, chosen: TypedChoices, as_json: bool) -> int:
    """Show a routine's length, chapters, moves and cautions, and what your choices change.

    The exit code is 1 when words do not fit inside their hold.

    \b
    Examples:
      voiceguide show sciatica
      voiceguide show sciatica --minutes 10 --profile pregnant
      voiceguide show my-routine.yaml --json
    """
    session = chosen.open(name)
    document = _document(session)
    problems = session.problems()
    warn(session.warnings)
    if as_json:
        print_json(document)
    else:
        report_problems(problems)
        say_lines(_lines(document))
    return 1 if errors_in(problems) else 0


def _document(session: Session) -> dict[str, Any]:
    from voiceguide.base.units import seconds
    from voiceguide.timeline.document import problem_document

    routine = session.routine
    known = session.known_timeline()
    timeline = known or session.estimate()
    return {
        "name": session.path.stem,
        "title": session.script.title,
        "summary": session.summary,
        "tags": list(routine.tags) if routine else [],
        "language": session.script.language,
        "path": str(session.path),
        "length": seconds(timeline.length),
        "exact": known is not None,
        "chapters": [{"start": seconds(each.start), "title": each.title} for each in timeline.chapters],
        "safety": [text.value for text in routine.safety] if routine else [],
        "moves": list(_moves(session)),
        "changes": [{"move": change.move, "what": change.what} for change in session.changes],
        "problems": [problem_document(problem) for problem in session.problems()],
    }


def _moves(session: Session) -> Iterator[dict[str, Any]]:
    """Yield each move of the session once, with the shortest and the longest hold that may be chosen for it."""
    from voiceguide.routine.model import MoveStep, each_once

    holds: dict[str, list[int]] = {}
    for step in each_once(session.routine.steps if session.routine else ()):
        if isinstance(step, MoveStep):
            holds.setdefault(step.move.key, []).extend((step.hold.low_ms, step.hold.high_ms))
    for move in session.moves:
        # A move that replaces another one is held as long as its own library says.
        own = session.choices.hold or holds.get(move.key) or (move.hold.low_ms, move.hold.high_ms)
        yield _move(move, min(own), max(own))


def _move(move: Move, shortest_ms: int, longest_ms: int) -> dict[str, Any]:
    return {
        "key": move.key,
        "name": move.name,
        "part": move.part,
        "sides": move.sides,
        "posture": move.posture,
        "hold": [shortest_ms / 1000, longest_ms / 1000],
        "where": " ".join(text.value for text in move.where),
        "how": " ".join(text.value for text in move.how),
        "care": " ".join(text.value for text in move.care),
        "why": " ".join(text.value for text in move.why),
        "cautions": [{"when": each.when, "action": each.action, "say": each.say.value} for each in move.cautions],
        "sources": list(move.sources),
    }


def _lines(document: dict[str, Any]) -> Iterator[str]:
    from shutil import get_terminal_size
    from textwrap import wrap

    from voiceguide.base.units import format_about, format_clock

    width = min(get_terminal_size((WIDEST, 24)).columns, WIDEST)

    def clock(seconds: float) -> str:
        return format_clock(round(seconds * 1000))

    def indented(text: str) -> list[str]:
        return wrap(text, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)

    def lines_of(texts: Iterable[str]) -> Iterator[str]:
        return chain.from_iterable(map(indented, texts))

    yield document["title"]
    if document["summary"]:
        yield from wrap(document["summary"], width)
    exact, length = document["exact"], document["length"]
    yield f"{clock(length)}." if exact else f"About {format_about(round(length * 1000))}."
    yield from ("", "Chapters")
    yield from (f"  {clock(each['start']):>7}  {each['title']}" for each in document["chapters"])
    if document["changes"]:
        yield from ("", "Changed for you", *lines_of(change["what"] for change in document["changes"]))
    if document["safety"]:
        yield from ("", "Before you start", *lines_of(document["safety"]))
    for move in document["moves"]:
        yield from ("", _heading(move))
        for text in (move["where"], move["how"], move["care"], move["why"]):
            if text:
                yield from indented(text.replace("{side}", "left or right").replace("{other}", "other"))
        yield from lines_of(f"{each['when'].replace('-', ' ')}: {each['say']}" for each in move["cautions"])
    sources = dict.fromkeys(source for move in document["moves"] for source in move["sources"])
    if sources:
        yield from ("", "Sources", *lines_of(sources))


def _heading(move: dict[str, Any]) -> str:
    from voiceguide.base.units import format_duration

    low, high = (format_duration(round(1000 * seconds)) for seconds in move["hold"])
    sides = {"each": ", each side", "together": ", both sides together", "single": ""}[move["sides"]]
    return f"{move['name']} ({move['key']}): {low if low == high else f'{low} to {high}'}{sides}"
