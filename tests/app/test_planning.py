"""A session fits its listener: its length, its words, its cautions and its order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from voiceguide.app.planning import ImpossibleLength, NothingLeft, Planned, fitted_cues, plan_session
from voiceguide.base.errors import UnknownName
from voiceguide.base.paths import shipped
from voiceguide.base.units import RATE, format_clock, frames, milliseconds
from voiceguide.choices.model import LESS_DETAIL, Choices, Detail, MoveOrder
from voiceguide.routine.model import MoveStep, Routine, each_once
from voiceguide.routine.reader import read_file
from voiceguide.script.compiler import compile_routine
from voiceguide.script.cues import Hold, Mark, Pause, Say, Script
from voiceguide.script.draft import Plan
from voiceguide.script.text import print_script
from voiceguide.timeline.estimate import estimate

MOVES = ("LI4", "BL23", "BL40", "BL60", "BL57", "GV20", "ST36")
PROFILES = ("pregnant", "varicose-veins", "blood-thinners", "head-injury")


def shipped_routine(name: str) -> Routine:
    routine, problems = read_file(shipped("routines") / f"{name}.yaml")
    assert isinstance(routine, Routine), problems
    return routine


LONG = shipped_routine("sciatica")
SHORT = shipped_routine("sciatica-short")


def length_of(script: Script) -> int:
    return estimate(script).length


def planned(choices: Choices, detail: Detail = "full") -> Planned:
    return plan_session(LONG, choices, detail, length_of)


def held(script: Script) -> list[tuple[str, str]]:
    """Move and side of every hold, in order."""
    return [(cue.move, cue.side) for cue in script.cues if isinstance(cue, Hold) and cue.move]


def said(script: Script) -> list[str]:
    return [cue.text for cue in script.cues if isinstance(cue, Say)]


some_moves = st.lists(st.sampled_from(MOVES), max_size=3, unique=True).map(tuple)
choices = st.builds(
    Choices,
    only=some_moves,
    skip=some_moves,
    sore=some_moves,
    order=st.sampled_from(["routine", "side", "posture"]),
    profiles=st.lists(st.sampled_from(PROFILES), max_size=2, unique=True).map(tuple),
)


def with_length(wanted: Choices, ms: int) -> Choices:
    fields = {name: getattr(wanted, name) for name in ("only", "skip", "sore", "order", "profiles")}
    return Choices(**fields, length_ms=ms)


@given(choices, st.sampled_from(LESS_DETAIL), st.floats(0, 1))
@settings(max_examples=12)
def test_every_possible_length_is_met_and_no_hold_leaves_its_range(
    wanted: Choices, detail: Detail, part: float
) -> None:
    try:
        with pytest.raises(ImpossibleLength) as refused:
            planned(with_length(wanted, 1), detail)
    except NothingLeft:
        assume(False)
    low, high = refused.value.ranges[0] if part < 0.5 else refused.value.ranges[-1]
    target = round(low + part * (high - low))
    result = planned(with_length(wanted, target), detail)
    assert abs(length_of(result.script) - frames(target)) <= RATE  # one second
    ranges = {step.move.key: step.hold for step in each_once(LONG.steps) if isinstance(step, MoveStep)}
    for cue in result.script.cues:
        if isinstance(cue, Hold) and cue.move:
            assert ranges[cue.move].low_ms <= cue.ms <= ranges[cue.move].high_ms


@pytest.mark.parametrize("end", ["shortest", "longest"])
def test_a_length_two_seconds_out_of_reach_is_refused_and_one_half_a_second_out_is_met(end: str) -> None:
    with pytest.raises(ImpossibleLength) as refused:
        planned(Choices(length_ms=1))
    reach = refused.value.ranges[0][0] if end == "shortest" else refused.value.ranges[-1][1]
    out = -1 if end == "shortest" else 1
    with pytest.raises(ImpossibleLength):
        planned(Choices(length_ms=reach + 2_000 * out))
    assert held(planned(Choices(length_ms=reach + 500 * out)).script)


@given(choices, st.sampled_from(LESS_DETAIL))
@settings(max_examples=40)
def test_safety_is_always_spoken_and_dropped_moves_never(wanted: Choices, detail: Detail) -> None:
    try:
        script = planned(wanted, detail).script
    except NothingLeft:
        assume(False)
    texts = said(script)
    assert [text.value for text in LONG.safety] == [text for text in texts if text in {t.value for t in LONG.safety}]
    done = {move for move, _ in held(script)}
    dropped = {
        move.key
        for move in LONG.moves()
        for caution in move.cautions
        if caution.when in wanted.profiles and caution.action == "drop"
    }
    assert not done & (dropped | set(wanted.skip))
    assert not wanted.only or done <= set(wanted.only)
    assert not dropped & {cue.move for cue in script.cues if isinstance(cue, Say | Mark)}


@given(choices)
@settings(max_examples=25)
def test_order_changes_no_more_than_the_order(wanted: Choices) -> None:
    orders: tuple[MoveOrder, ...] = ("routine", "side", "posture")
    fields = {name: getattr(wanted, name) for name in ("only", "skip", "sore", "profiles")}
    try:
        scripts = [planned(Choices(**fields, order=order)).script for order in orders]
    except NothingLeft:
        assume(False)
    assert len({frozenset(Counter(held(script)).items()) for script in scripts}) == 1


def test_one_side_is_worked_on_after_the_other() -> None:
    sides = [side for _, side in held(planned(Choices(order="side")).script)]
    assert sides == ["left"] * 5 + ["both", ""] + ["right"] * 5
    texts = said(planned(Choices(order="side")).script)
    assert "Again, Hegu, right hand." in texts
    assert "Now the right hand." not in texts


def test_sore_points_come_first_and_are_held_long() -> None:
    script = planned(Choices(sore=("BL40", "LI4"))).script
    assert held(script)[:4] == [("BL40", "left"), ("BL40", "right"), ("LI4", "left"), ("LI4", "right")]
    assert [cue.ms for cue in script.cues if isinstance(cue, Hold) and cue.move][:5] == [60_000] * 4 + [45_000]


def test_pace_changes_no_hold() -> None:
    slow, fast = (estimate(planned(Choices()).script, pace) for pace in (0.7, 1.4))
    for one, other in zip(slow.events, fast.events, strict=True):
        if one.kind in ("hold", "pause"):
            assert one.end - one.start == other.end - other.start


def test_a_caution_is_spoken_once_and_told() -> None:
    result = planned(Choices(profiles=("pregnant",)))
    assert sum(text.startswith("Hegu is left out.") for text in said(result.script)) == 1
    assert [change.move for change in result.changes] == ["LI4", "BL40", "BL60", "BL57"]
    assert "midwife" in result.changes[0].what


def test_less_is_said_the_better_it_is_known() -> None:
    full, brief, cues = (len(said(planned(Choices(), detail).script)) for detail in LESS_DETAIL)
    assert full > brief > cues
    texts = said(planned(Choices(), "cues").script)
    assert "Start at the bell, and go on until it rings again." not in texts
    assert "First of seven: Hegu, left hand." in texts


@pytest.mark.parametrize("detail", LESS_DETAIL)
@pytest.mark.parametrize("order", ["routine", "side"])
def test_care_is_spoken_once_at_every_detail(order: MoveOrder, detail: Detail) -> None:
    cues = planned(Choices(order=order), detail).script.cues
    heard = [
        (cue.move, cue.side, cue.text) for cue in cues if isinstance(cue, Say) and cue.role == "safety" and cue.move
    ]
    expected = [
        ("BL23", "both", "Press beside the spine, never on it."),
        ("BL40", "left", "Be gentle; vessels and a nerve lie there."),
        ("GV20", "", "Press only lightly."),
    ]
    assert sorted(heard) == expected


def test_care_is_heard_before_its_hold() -> None:
    cues = planned(Choices(only=("BL40",)), "cues").script.cues
    care = next(i for i, cue in enumerate(cues) if isinstance(cue, Say) and cue.text.startswith("Be gentle"))
    assert isinstance(arriving := cues[care - 1], Say)
    assert arriving.text == "Weizhong, left knee."
    assert care < next(i for i, cue in enumerate(cues) if isinstance(cue, Hold) and cue.move)


LESS = "To fit the time, less is said"


def test_a_short_session_says_less_then_does_less_and_reports_it() -> None:
    result = planned(Choices(length_ms=480_000, profiles=("pregnant",)), "brief")
    assert result.plan.detail == "cues"
    assert result.plan.leave_out == 2
    assert {"LI4", "BL60", "GV20"}.isdisjoint({move for move, _ in held(result.script)})
    heard = "only each move's name, side and warnings, not where it is or how it is done"
    assert [change.what for change in result.changes[-2:]] == [
        f"{LESS}: {heard} (detail cues, not brief).",
        "To fit the time, Baihui (GV20) is left out.",
    ]
    assert result.changes[-1].move == "GV20"


def test_the_change_to_one_short_line_is_told_too() -> None:
    result = planned(Choices(length_ms=750_000))
    (change,) = result.changes
    heard = "one short line for each move, not where it is, how it is done and why"
    assert change.what == f"{LESS}: {heard} (detail brief, not full)."


def test_every_move_that_is_left_out_is_named() -> None:
    result = planned(Choices(length_ms=530_000), "cues")
    left_out = [change.what for change in result.changes]
    assert left_out == [f"To fit the time, {name} is left out." for name in ("Chengshan (BL57)", "Baihui (GV20)")]


def test_optional_steps_that_are_no_moves_are_told(tmp_path: Path) -> None:
    path = tmp_path / "session.yaml"
    path.write_text("title: T\nsteps:\n  - say: Go.\n  - pause: 60s\n    optional: 1\n  - pause: 5s..90s\n")
    routine, problems = read_file(path)
    assert isinstance(routine, Routine), problems
    result = plan_session(routine, Choices(length_ms=30_000), "cues", length_of)
    assert [change.what for change in result.changes] == ["To fit the time, steps that are optional are left out."]


@pytest.mark.parametrize("minutes", [1, 60])
def test_an_impossible_length_names_the_possible_ones(minutes: int) -> None:
    with pytest.raises(ImpossibleLength, match=r"it can last \d+:\d\d to \d+:\d\d\.$") as refused:
        planned(Choices(length_ms=minutes * 60_000))
    assert refused.value.hold is None


def test_a_single_length_is_named_once_and_what_would_make_it_elastic() -> None:
    fixed = Choices(hold=(30_000, 30_000), length_ms=500_000)
    with pytest.raises(ImpossibleLength) as refused:
        plan_session(SHORT, fixed, "full", length_of)
    full, *_ = (format_clock(low) for low, _ in refused.value.ranges)
    assert str(refused.value) == f"This session cannot last 8m20s: it can last {full}."
    with pytest.raises(ImpossibleLength) as refused:
        plan_session(SHORT, replace(fixed, length_ms=360_000), "full", length_of)
    assert str(refused.value).startswith("This session cannot last 6m: it can last 5:29 or 6:40.")


@pytest.mark.parametrize("minutes", [6, 7, 8, 9])
def test_the_short_session_is_elastic(minutes: int) -> None:
    fitted = plan_session(SHORT, Choices(length_ms=minutes * 60_000), "full", length_of)
    assert abs(length_of(fitted.script) - frames(minutes * 60_000)) <= RATE  # one second
    assert held(fitted.script) == held(compile_routine(SHORT).script)


def test_the_short_session_is_short_when_nobody_asks() -> None:
    usual, sore = (compile_routine(SHORT, wanted).script for wanted in (Choices(), Choices(sore=("BL40",))))
    assert [cue.ms for cue in usual.cues if isinstance(cue, Hold) and cue.move] == [30_000] * 5
    assert [cue.ms for cue in sore.cues if isinstance(cue, Hold) and cue.move] == [60_000] * 2 + [30_000] * 3
    assert 390_000 <= milliseconds(length_of(usual)) < 450_000


def test_holds_that_would_do_are_named(tmp_path: Path) -> None:
    (tmp_path / "moves").mkdir()
    (tmp_path / "moves" / "body.yaml").write_text("moves: {A: {name: A, where: Here., how: So., hold: 30s}}\n")
    path = tmp_path / "session.yaml"
    path.write_text("title: T\nmoves: body\nsteps: [{move: A}]\n")
    routine, problems = read_file(path)
    assert isinstance(routine, Routine), problems
    with pytest.raises(ImpossibleLength, match=r"\. To change that, give --hold 30s\.\.1m\.$") as refused:
        plan_session(routine, Choices(length_ms=70_000), "full", length_of)
    assert refused.value.hold
    longer = plan_session(routine, Choices(length_ms=70_000, hold=refused.value.hold), "full", length_of)
    assert abs(length_of(longer.script) - frames(70_000)) <= RATE  # one second


def test_a_session_without_moves_is_an_error_that_says_why() -> None:
    with pytest.raises(NothingLeft, match="Hegu is left out"):
        planned(Choices(only=("LI4",), profiles=("pregnant",)))


def test_a_wrong_move_gets_the_nearest() -> None:
    with pytest.raises(UnknownName, match="BL40"):
        planned(Choices(only=("BL4O",)))
    assert held(planned(Choices(only=("weizhong",))).script) == [("BL40", "left"), ("BL40", "right")]


def test_live_play_begins_before_the_length_is_settled() -> None:
    wanted = Choices(length_ms=900_000)
    likely = planned(wanted)
    asked = 0

    def counted(script: Script) -> int:
        nonlocal asked
        asked += 1
        return length_of(script)

    settled, rest = fitted_cues(LONG, wanted, likely, counted)
    assert settled
    assert asked == 0
    whole = Script("T", "en-US", (*settled, *rest))
    assert asked > 0
    assert abs(length_of(whole) - frames(900_000)) <= RATE  # one second


def test_every_elastic_hold_is_stretched_to_the_same_part() -> None:
    script = compile_routine(LONG, plan=Plan(stretch=Fraction(1, 3))).script
    lengths = {cue.move: cue.ms for cue in script.cues if isinstance(cue, Hold) and cue.move}
    assert (lengths["LI4"], lengths["GV20"]) == (40_000, 50_000)


BODY = """\
moves:
  A:
    name: Alpha
    where: Here.
    how: So.
    hold: 10s..20s
    cautions:
      - {when: tired, action: replace, use: B, say: Beta instead of Alpha.}
      - {when: sad, action: replace, use: C, say: Gamma instead of Alpha.}
  B:
    name: Beta
    where: There.
    how: So.
    hold: 20s..40s
    settle: 7s
    sides: each
    cautions: [{when: old, action: warn, say: Do Beta gently.}]
  C:
    name: Gamma
    where: There.
    how: So.
    hold: 20s
    cautions: [{when: sad, action: drop, say: Gamma is not for sad days.}]
  D: {name: Delta, where: There., how: So., hold: 30s}
"""


@pytest.fixture
def body(tmp_path: Path) -> Routine:
    """A routine of Alpha, which Beta may replace, and of Delta."""
    (tmp_path / "moves").mkdir()
    (tmp_path / "moves" / "body.yaml").write_text(BODY, encoding="utf-8")
    path = tmp_path / "session.yaml"
    path.write_text("title: T\nmoves: body\nsteps: [{move: D}, {move: A}]\n", encoding="utf-8")
    routine, problems = read_file(path)
    assert isinstance(routine, Routine), problems
    return routine


def for_tired(body: Routine, **wanted: Any) -> Planned:
    return plan_session(body, Choices(profiles=("tired",), **wanted), "full", length_of)


def test_a_replacement_is_done_in_its_place_with_its_own_sides_settling_and_hold(body: Routine) -> None:
    script = for_tired(body).script
    assert held(script) == [("D", ""), ("B", "left"), ("B", "right")]
    assert [cue.ms for cue in script.cues if isinstance(cue, Hold) and cue.move] == [30_000, 30_000, 30_000]
    assert sum(isinstance(cue, Pause) and cue.ms == 7_000 for cue in script.cues) == 2
    assert "Beta instead of Alpha." in said(script)
    assert not any("Alpha" in text and "instead" not in text for text in said(script))


@pytest.mark.parametrize("profiles", [("tired", "old"), ("old", "tired")])
def test_the_cautions_of_a_replacement_are_spoken(body: Routine, profiles: tuple[str, ...]) -> None:
    script = plan_session(body, Choices(profiles=profiles), "cues", length_of).script
    assert held(script)[1:] == [("B", "left"), ("B", "right")]
    assert [text for text in said(script) if "Beta instead" in text or "gently" in text] == [
        "Beta instead of Alpha.",
        "Do Beta gently.",
    ]


def test_a_replacement_that_is_not_for_the_listener_is_not_done_and_both_are_told(body: Routine) -> None:
    result = plan_session(body, Choices(profiles=("sad",)), "full", length_of)
    assert held(result.script) == [("D", "")]
    assert [change.what for change in result.changes] == [
        "A: Alpha is left out, since no move can take its place.",
        "C, sad: Gamma is not for sad days.",
    ]
    texts = said(result.script)
    assert texts[1:3] == ["Alpha is left out.", "Gamma is not for sad days."]
    assert "Gamma instead of Alpha." not in texts


def test_the_listeners_hold_reaches_a_replacement(body: Routine) -> None:
    script = for_tired(body, hold=(11_000, 11_000)).script
    assert [cue.ms for cue in script.cues if isinstance(cue, Hold) and cue.move] == [11_000] * 3


@pytest.mark.parametrize("name", ["A", "Alpha", "B", "beta"])
def test_a_replacement_is_chosen_by_its_own_name_or_that_of_the_move_it_replaces(body: Routine, name: str) -> None:
    both = [("B", "left"), ("B", "right")]
    assert held(for_tired(body, only=(name,)).script) == both
    assert held(for_tired(body, skip=(name,)).script) == [("D", "")]
    sore = for_tired(body, sore=(name,), order="posture").script
    assert held(sore) == [*both, ("D", "")]
    assert [cue.ms for cue in sore.cues if isinstance(cue, Hold) and cue.move == "B"] == [40_000] * 2


def test_the_cautions_of_a_move_that_was_not_chosen_are_not_told(body: Routine) -> None:
    result = for_tired(body, only=("D",))
    assert result.changes == ()
    assert "Beta instead of Alpha." not in said(result.script)


@pytest.mark.parametrize("detail", ["brief", "cues"])
def test_the_script_of_each_detail(detail: Detail, golden: Callable[[str, str], None]) -> None:
    golden(f"sciatica-{detail}.md", print_script(planned(Choices(), detail).script))


@pytest.mark.parametrize("profile", PROFILES)
def test_the_script_of_each_profile(profile: str, golden: Callable[[str, str], None]) -> None:
    result = planned(Choices(profiles=(profile,)), "brief")
    changes = "".join(f"{change.what}\n" for change in result.changes)
    golden(f"sciatica-{profile}.md", f"{changes}\n{print_script(result.script)}")
