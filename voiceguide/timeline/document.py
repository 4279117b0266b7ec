"""A Timeline as the JSON that other programs build on. Fields are added, never renamed."""

from __future__ import annotations

from typing import Any

from voiceguide.base.source import Problem
from voiceguide.base.units import seconds
from voiceguide.timeline.model import Timeline


def timeline_document(timeline: Timeline) -> dict[str, Any]:
    """The timeline in plain values, times in seconds."""
    rate = timeline.rate
    return {
        "title": timeline.title,
        "language": timeline.language,
        "sample_rate": rate,
        "length": seconds(timeline.length, rate),
        "chapters": [{"start": seconds(each.start, rate), "title": each.title} for each in timeline.chapters],
        "events": [
            {
                "start": seconds(event.start, rate),
                "end": seconds(event.end, rate),
                "kind": event.kind,
                "text": event.text,
                "move": event.move,
                "side": event.side,
                "role": event.role,
            }
            for event in timeline.events
        ],
        "problems": [problem_document(problem) for problem in timeline.problems],
    }


def problem_document(problem: Problem) -> dict[str, Any]:
    """A problem in plain values."""
    return {
        "file": problem.span.file,
        "line": problem.span.line,
        "column": problem.span.column,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
    }
