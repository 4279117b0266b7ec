"""Routines as an author could write them, made by Hypothesis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from voiceguide.base.units import format_duration
from voiceguide.routine.model import Routine
from voiceguide.routine.reader import read_file

MOVES: dict[str, dict[str, Any]] = {
    "EACH": {
        "name": "Weizhong",
        "part": "knee",
        "where": "Behind your {side} knee.",
        "how": "Press with your {other} hand.",
        "brief": "Your {side} knee.",
        "hold": "30s..60s",
        "sides": "each",
        "settle": "4s",
    },
    "BOTH": {"name": "Shenshu", "where": "On your back.", "how": "Press.", "hold": "20s", "sides": "together"},
    "ONE": {"name": "Baihui", "where": "On your head.", "how": "Tap.", "why": "For calm.", "hold": "9s"},
    "PUMP": {
        "name": "Palms",
        "where": "Before your chest.",
        "how": "Press and ease.",
        "hold": "25s",
        "rhythm": {"press": "3s", "release": "2s"},
        "settle": "0s",
    },
}

SENTENCES = ("Sit down.", "Breathe deeply.", "Let your shoulders drop!", "Are you well?", "Wait… then rest.")

Authored = dict[str, Any]
"""A step, or a whole routine, as it stands in the file."""

# Such that no routine of these becomes longer than a routine may be.
durations = st.integers(min_value=1, max_value=60_000).map(format_duration)
texts = st.lists(
    st.sampled_from(SENTENCES) | durations.map(lambda duration: f"[{duration}]"), min_size=1, max_size=4
).map(" ".join)
moves = st.sampled_from(sorted(MOVES))
plain_steps: st.SearchStrategy[Authored] = st.one_of(
    st.fixed_dictionaries({"section": st.sampled_from(("Arrive", "Rest"))}),
    st.fixed_dictionaries({"say": texts}),
    st.fixed_dictionaries({"pause": durations}),
    st.fixed_dictionaries({"hold": durations}, optional={"say": texts}),
    st.fixed_dictionaries({"chime": st.sampled_from(("bell", "wood"))}),
    st.fixed_dictionaries(
        {
            "breathe": st.fixed_dictionaries(
                {"in": durations, "out": durations},
                optional={"hold": durations, "cycles": st.integers(1, 3).map(str)},
            )
        }
    ),
    st.fixed_dictionaries({"move": moves}),
    st.fixed_dictionaries({"move": st.fixed_dictionaries({"use": moves, "hold": durations})}),
)
repeats: st.SearchStrategy[Authored] = st.fixed_dictionaries(
    {"repeat": st.integers(1, 3).map(str), "steps": st.lists(plain_steps, min_size=1, max_size=4)}
)
steps = st.lists(plain_steps | repeats, min_size=1, max_size=5)
routines: st.SearchStrategy[Authored] = st.fixed_dictionaries(
    {"title": st.just("A session"), "moves": st.just("body"), "steps": steps},
    optional={
        "summary": st.just("A short one."),
        "chime": st.sampled_from(("none", "wood")),
        "safety": st.lists(st.sampled_from(("Stop if it hurts.", "Ask a doctor first.")), min_size=1, max_size=3),
    },
)


def write(folder: Path, authored: Authored) -> Path:
    """Write a routine and the library of its moves. JSON is YAML too."""
    (folder / "moves").mkdir(exist_ok=True)
    (folder / "moves" / "body.yaml").write_text(json.dumps({"moves": MOVES}))
    path = folder / "session.yaml"
    path.write_text(json.dumps(authored, indent=1, ensure_ascii=False), encoding="utf-8")
    return path


def read(folder: Path, authored: Authored) -> Routine:
    """Read a routine that has no mistakes."""
    content, problems = read_file(write(folder, authored))
    assert isinstance(content, Routine), problems
    return content


def unrolled(authored: list[Authored]) -> list[Authored]:
    """The steps as often as they are done."""
    done: list[Authored] = []
    for step in authored:
        done += unrolled(step["steps"]) * int(step["repeat"]) if "repeat" in step else [step]
    return done
