"""The JSON that other programs build on."""

from __future__ import annotations

import json

from tests.timeline.blanks import timeline
from voiceguide.timeline.document import timeline_document

TEXT = """
## Rest
One two.
[hold 2.5s | "One two three." at start | chime wood at end]
"""


def test_the_document_of_a_small_session() -> None:
    document = timeline_document(timeline(TEXT))
    plain = {"text": "", "move": "", "side": "", "role": ""}
    assert json.loads(json.dumps(document)) == {
        "title": "Test",
        "language": "en-US",
        "sample_rate": 44_100,
        "length": 5.5,
        "chapters": [{"start": 0, "title": "Rest"}],
        "events": [
            {**plain, "start": 0, "end": 2, "kind": "speech", "text": "One two.", "role": "say"},
            {**plain, "start": 2.7, "end": 5.2, "kind": "hold"},
            {**plain, "start": 5.2, "end": 5.5, "kind": "chime", "text": "wood"},
        ],
        "problems": [
            {
                "file": "test.md",
                "line": 5,
                "column": 14,
                "severity": "error",
                "message": "“One two three.” takes 3s, but its 2.5s hold leaves 2.5s for it",
                "hint": "shorten the words, or lengthen the hold by at least 0.5s",
            }
        ],
    }


def test_times_are_told_to_the_microsecond() -> None:
    document = timeline_document(timeline("[pause 0.001s]\n[pause 0.333s]\n"))
    # 44 frames, since a millisecond is 44.1, and 14,685.
    assert [(event["start"], event["end"]) for event in document["events"]] == [(0, 0.000998), (0.000998, 0.333991)]
