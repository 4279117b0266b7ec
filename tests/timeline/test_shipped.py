"""The timelines of the shipped routines, and the picture in the README, as the hum makes them on every machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import voiceguide
from voiceguide.timeline.document import timeline_document
from voiceguide.timeline.picture import draw


def readable(document: dict[str, Any]) -> str:
    """A timeline with a line for each chapter and event."""
    lines = [f"{key}: {document[key]}" for key in ("title", "language", "sample_rate", "length")]
    lines += ["", *(f"{chapter['start']:>11.6f}  {chapter['title']}" for chapter in document["chapters"]), ""]
    for event in document["events"]:
        about = " ".join(word for word in (event["role"], event["move"], event["side"]) if word)
        lines.append(
            f"{event['start']:>11.6f} {event['end']:>11.6f}  {event['kind']:<6}  {about:<18}  {event['text']}".rstrip()
        )
    lines += ["", json.dumps(document["problems"])]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", ["sciatica", "sciatica-short"])
def test_the_timeline_of_a_shipped_routine(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"{name}-timeline.txt", readable(timeline_document(voiceguide.open(name, engine="tone").timeline())))


def test_the_picture_in_the_readme(golden: Callable[[str, str], None]) -> None:
    golden("../../docs/sciatica.svg", draw(voiceguide.open("sciatica", engine="tone").timeline()))
