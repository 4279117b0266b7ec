"""A routine becomes a script: what its author wrote is all there, exactly, and the program's own words around it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.routines import MOVES, Authored, read, routines, unrolled
from voiceguide.app.checking import load
from voiceguide.base.paths import shipped
from voiceguide.base.units import parse_duration
from voiceguide.choices.model import Choices, Detail
from voiceguide.routine.model import Routine
from voiceguide.routine.reader import read_file
from voiceguide.script.compiler import compile_routine
from voiceguide.script.cues import END, START, Chime, Hold, Mark, Pause, Say, Script
from voiceguide.script.draft import Plan
from voiceguide.script.passes.sides import SIDES
from voiceguide.script.text import print_script


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("routines")


def compiled(folder: Path, authored: Authored) -> Script:
    return compile_routine(read(folder, authored)).script


def printed(folder: Path, *steps: Authored, **keys: object) -> str:
    """The script of these steps, without what every script of the program begins and ends with."""
    authored = {"title": "T", "chime": "none", "moves": "body", "steps": list(steps), **keys}
    return print_script(compiled(folder, authored)).partition("[pause 0.5s]\nT.\n")[2]


def silences_in(text: str) -> list[int]:
    return [parse_duration(found) for found in re.findall(r"\[(.*?)\]", text)]


@given(authored=routines)
def test_every_authored_silence_is_there_to_the_millisecond(folder: Path, authored: Authored) -> None:
    expected: list[int] = []
    for step in unrolled(authored["steps"]):
        if "pause" in step:
            expected.append(parse_duration(step["pause"]))
        elif "say" in step and "hold" not in step:
            expected += silences_in(step["say"])
    script = compiled(folder, authored)
    assert [cue.ms for cue in script.cues if isinstance(cue, Pause) and cue.span] == expected


@given(authored=routines)
def test_every_hold_lasts_as_long_as_it_was_written(folder: Path, authored: Authored) -> None:
    expected: list[int] = []
    for step in unrolled(authored["steps"]):
        if "move" in step:
            use = step["move"] if isinstance(step["move"], dict) else {"use": step["move"]}
            move = MOVES[use["use"]]
            hold = use.get("hold", {"30s..60s": "45s"}.get(str(move["hold"]), move["hold"]))
            expected += [parse_duration(hold)] * (2 if move.get("sides") == "each" else 1)
        elif "hold" in step:
            expected.append(parse_duration(step["hold"]))
        elif "breathe" in step:
            breath = [step["breathe"][part] for part in ("in", "hold", "out") if part in step["breathe"]]
            expected += [parse_duration(part) for part in breath] * int(step["breathe"].get("cycles", 3))
    script = compiled(folder, authored)
    assert [cue.ms for cue in script.cues if isinstance(cue, Hold)] == expected


@given(authored=routines)
def test_every_move_is_done_on_both_its_sides(folder: Path, authored: Authored) -> None:
    expected = []
    for step in unrolled(authored["steps"]):
        if "move" in step:
            key = step["move"]["use"] if isinstance(step["move"], dict) else step["move"]
            expected += [(key, side) for side in SIDES[MOVES[key].get("sides", "single")]]
    script = compiled(folder, authored)
    assert [(cue.move, cue.side) for cue in script.cues if isinstance(cue, Hold) and cue.move] == expected
    assert [(cue.move, cue.side) for cue in script.cues if isinstance(cue, Mark) and cue.move] == expected
    for cue in script.cues:
        if isinstance(cue, Say):
            assert "{" not in cue.text


@given(authored=routines)
def test_safety_is_spoken_first(folder: Path, authored: Authored) -> None:
    said = [cue for cue in compiled(folder, authored).cues if isinstance(cue, Say)]
    intro = 2 if "summary" in authored else 1
    safety = authored.get("safety", [])
    assert [cue.role for cue in said[:intro]] == ["intro"] * intro
    assert [(cue.role, cue.text) for cue in said[intro : intro + len(safety)]] == [("safety", text) for text in safety]
    assert all(cue.role not in ("intro", "safety") for cue in said[intro + len(safety) :])


@given(authored=routines)
def test_every_authored_sentence_is_spoken_in_its_order(folder: Path, authored: Authored) -> None:
    expected = [re.sub(r"\[.*?\]", "", step["say"]).split() for step in unrolled(authored["steps"]) if "say" in step]
    script = compiled(folder, authored)
    inside = [each for cue in script.cues for each in ([c for _, c in cue.cues] if isinstance(cue, Hold) else [cue])]
    said = [cue.text for cue in inside if isinstance(cue, Say) and cue.span and cue.role in ("say", "closing")]
    assert " ".join(said).split() == [word for words in expected for word in words]


@given(authored=routines)
@settings(max_examples=30)
def test_the_same_routine_gives_the_same_script(folder: Path, authored: Authored) -> None:
    assert compiled(folder, authored) == compiled(folder, authored)


def test_a_session_opens_and_closes(folder: Path) -> None:
    script = compiled(folder, {"title": "T", "summary": "Why?", "safety": ["Stop."], "steps": [{"say": "Go."}]})
    assert print_script(script) == (
        "# T\n\n## T\n[pause 0.5s]\n[chime bowl]\nT.\nWhy?\nStop.\nGo.\n[pause 1s]\n[chime bowl]\n"
    )


def test_a_move_on_each_side(folder: Path) -> None:
    assert (
        printed(folder, {"move": "EACH"})
        == """\

## Weizhong, left knee
Weizhong, left knee.
Behind your left knee.
Press with your right hand.
Start at the bell, and go on until it rings again.
[pause 4s]
[hold 45s | chime bell at start | "Halfway." at half | "Five seconds." at -5s | chime bell at end]
[pause 2s]

## Weizhong, right knee
Now the right knee.
Your right knee.
[pause 4s]
[hold 45s | chime bell at start | "Halfway." at half | "Five seconds." at -5s | chime bell at end]
Gently release.
[pause 2s]
"""
    )


@pytest.mark.parametrize(
    ("detail", "left", "right"),
    [
        ("full", "Here. So. Not the bone. Only your left thumb. Because.", "Short. Only your right thumb."),
        ("brief", "Short. Not the bone. Only your left thumb.", "Short. Only your right thumb."),
        ("cues", "Not the bone. Only your left thumb.", "Only your right thumb."),
    ],
)
def test_care_is_said_after_the_instructions(tmp_path: Path, detail: Detail, left: str, right: str) -> None:
    move: Authored = {"name": "A", "where": "Here.", "how": "So.", "why": "Because.", "brief": "Short.", "hold": "9s"}
    move |= {"sides": "each", "care": ["Not the bone.", "Only your {side} thumb."]}
    (tmp_path / "moves").mkdir()
    (tmp_path / "moves" / "body.yaml").write_text(json.dumps({"moves": {"A": move}}))
    (tmp_path / "a.yaml").write_text("title: T\nmoves: body\nsteps: [{move: A}]\n")
    routine, problems = read_file(tmp_path / "a.yaml")
    assert isinstance(routine, Routine), problems
    cues = compile_routine(routine, plan=Plan(detail)).script.cues

    def told(side: str) -> str:
        return " ".join(cue.text for cue in cues if isinstance(cue, Say) and cue.side == side and cue.span)

    assert (told("left"), told("right")) == (left, right)
    safety = [cue.text for cue in cues if isinstance(cue, Say) and cue.role == "safety"]
    assert safety == ["Not the bone.", "Only your left thumb.", "Only your right thumb."]


def test_moves_are_counted_and_the_bell_is_explained_once(folder: Path) -> None:
    text = printed(folder, {"move": "ONE"}, {"move": "EACH"}, {"move": "BOTH"})
    assert "First of three: Baihui." in text
    assert "Next, two of three: Weizhong, left knee." in text
    assert "Next, the last one: Shenshu." in text
    assert text.count("Start at the bell") == 1


def test_a_short_hold_is_not_crowded(folder: Path) -> None:
    # The last call shrinks with the hold; where even that has no room, the bells say it all.
    crowded = {9: ' | "Three seconds." at -3s', 8: ' | "Halfway." at half', 4: ""}
    for seconds, call in crowded.items():
        text = printed(folder, {"move": {"use": "ONE", "hold": f"{seconds}s"}})
        assert f"[hold {seconds}s | chime bell at start{call} | chime bell at end]" in text


@pytest.mark.parametrize(
    ("hold", "beats"),
    [
        # The first press is the bell's.
        ("9s", '"Ease." at 3s'),
        ("10s", '"Ease." at 3s | "Press." at 5s | "Ease." at 8s'),
    ],
)
def test_a_rhythm_fills_its_hold_and_never_passes_its_end(folder: Path, hold: str, beats: str) -> None:
    lines = printed(folder, {"move": {"use": "PUMP", "hold": hold}}).splitlines()
    assert f"[hold {hold} | chime bell at start | {beats} | chime bell at end]" in lines


def test_words_are_at_the_start_of_a_plain_hold(folder: Path) -> None:
    text = printed(folder, {"hold": "10s", "say": "Rest. [2s] And breathe."}, {"hold": "9s"})
    assert text == (
        '[hold 10s | "Rest." at start | pause 2s at start | "And breathe." at start | chime bell at end]\n[hold 9s]\n'
    )


def test_breaths_are_counted_aloud(folder: Path) -> None:
    text = printed(folder, {"breathe": {"cycles": "2", "in": "4s", "hold": "2s", "out": "6s"}})
    assert text.splitlines() == [
        '[hold 4s | "Breathe in." at start]',
        '[hold 2s | "Hold." at start]',
        '[hold 6s | "Breathe out." at start]',
        '[hold 4s | "In." at start]',
        '[hold 2s | "Hold." at start]',
        '[hold 6s | "Out." at start]',
    ]


@pytest.mark.parametrize(
    ("steps", "announced"),
    [
        ([{"pause": "1m"}], []),
        ([{"pause": "61s"}], ["Now one minute and one second of silence."]),
        ([{"hold": "90s"}], ["This one lasts one minute and thirty seconds, mostly in silence."]),
        ([{"move": {"use": "EACH", "hold": "2m"}}], []),
        ([{"move": {"use": "EACH", "hold": "3m"}}], ["This one lasts three minutes, mostly in silence."] * 2),
    ],
)
def test_a_silence_over_a_minute_is_announced(folder: Path, steps: list[Authored], announced: list[str]) -> None:
    script = compiled(folder, {"title": "T", "moves": "body", "steps": steps})
    assert [cue.text for cue in script.cues if isinstance(cue, Say) and "silence" in cue.text] == announced


def test_an_announcement_does_not_eat_the_time_to_settle(folder: Path) -> None:
    lines = printed(folder, {"move": {"use": "EACH", "hold": "3m"}}).splitlines()
    at = lines.index("[pause 4s]")
    assert "This one lasts three minutes, mostly in silence." in lines[at - 2 : at]
    assert lines[at + 1].startswith("[hold 3m")


def test_rests_of_the_program_give_way_to_pauses_of_the_author(folder: Path) -> None:
    text = printed(folder, {"move": "ONE"}, {"pause": "0.5s"}, {"section": "Rest"}, {"say": "x"})
    assert text.endswith("Gently release.\n[pause 0.5s]\n\n## Rest\nx\n")
    assert printed(folder, {"pause": "1s"}, {"pause": "1s"}) == "[pause 1s]\n[pause 1s]\n"


def chapters(folder: Path, *steps: Authored, **choices: object) -> list[str]:
    routine = read(folder, {"title": "T", "moves": "body", "steps": list(steps)})
    cues = compile_routine(routine, Choices(**choices)).script.cues  # type: ignore[arg-type]
    return [cue.title for cue in cues if isinstance(cue, Mark)]


def test_a_section_is_one_chapter_with_the_move_it_begins_with(folder: Path) -> None:
    one, each = {"move": "ONE"}, {"move": "EACH"}
    legs, arms = {"section": "Legs"}, {"section": "Arms"}
    assert chapters(folder, legs, one) == ["T", "Legs: Baihui"]
    assert chapters(folder, legs, each, arms, one) == [
        "T",
        "Legs: Weizhong, left knee",
        "Weizhong, right knee",
        "Arms: Baihui",
    ]
    for between in ({"say": "Sit."}, {"pause": "1s"}, {"chime": "bell"}):
        assert chapters(folder, legs, between, one) == ["T", "Legs", "Baihui"]


def test_a_section_without_steps_is_no_chapter(folder: Path) -> None:
    steps = ({"section": "Legs"}, {"move": "ONE"}, {"section": "Arms"}, {"move": "EACH"})
    assert chapters(folder, *steps, skip=("ONE",))[1] == "Arms: Weizhong, left knee"
    assert chapters(folder, {"section": "A"}, {"section": "B"}, {"say": "Sit."}) == ["T", "B"]
    text = printed(folder, {"say": "Lie."}, {"section": "A"}, {"section": "B"}, {"say": "Sit."})
    assert text == "Lie.\n[pause 1s]\n\n## B\nSit.\n"


@given(authored=routines)
def test_something_is_heard_in_every_chapter(folder: Path, authored: Authored) -> None:
    heard = [cue for cue in compiled(folder, authored).cues if not (isinstance(cue, Pause) and not cue.span)]
    assert not [cue for cue, after in pairwise(heard) if isinstance(cue, Mark) and isinstance(after, Mark)]


def test_the_words_after_the_last_move_are_the_closing(folder: Path) -> None:
    steps = [{"say": "Sit."}, {"move": "ONE"}, {"say": "Rest."}]
    script = compiled(folder, {"title": "T", "moves": "body", "steps": steps})
    roles = {cue.text: cue.role for cue in script.cues if isinstance(cue, Say)}
    assert (roles["Sit."], roles["Rest."], roles["Gently release."]) == ("say", "closing", "cue")


@pytest.mark.parametrize(("stretch", "ms"), [("0", 30_000), ("", 45_000), ("1/3", 40_000), ("1", 60_000)])
def test_a_range_is_stretched_to_the_same_part(folder: Path, stretch: str, ms: int) -> None:
    routine = read(folder, {"title": "T", "moves": "body", "steps": [{"move": "EACH"}]})
    script = compile_routine(routine, plan=Plan(stretch=Fraction(stretch) if stretch else None)).script
    assert {cue.ms for cue in script.cues if isinstance(cue, Hold)} == {ms}


def test_every_hold_of_a_move_begins_and_ends_with_the_bell(folder: Path) -> None:
    script = compiled(folder, {"title": "T", "moves": "body", "steps": [{"move": key} for key in sorted(MOVES)]})
    for cue in script.cues:
        if isinstance(cue, Hold):
            assert cue.cues[0] == (START, Chime("bell"))
            assert cue.cues[-1] == (END, Chime("bell"))


@pytest.mark.parametrize("name", [path.stem for path in shipped("routines").glob("sciatica*.yaml")])
def test_the_script_of_a_shipped_routine(name: str, golden: Callable[[str, str], None]) -> None:
    script = load(shipped("routines") / f"{name}.yaml").script
    assert script
    golden(f"{name}.md", print_script(script))
