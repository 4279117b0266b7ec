"""Scripts as text: reading a printed script gives the same script, whatever its words contain."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.mistakes import Case, every_case, hold_against
from voiceguide.base.source import Span, errors_in
from voiceguide.routine.limits import MAX_CUES
from voiceguide.script.cues import END, HALF, START, Anchor, Chime, Cue, Hold, Mark, Pause, Pronunciation, Say, Script
from voiceguide.script.text import print_script, read_script

# Any text that an author could write on one line.
any_letter = st.characters(exclude_categories=("Cc", "Cs", "Co"))
nasty = st.text(st.sampled_from("aB1 .!?…[]()|\"'\\#@{}:;,-–。\u00a04s"), min_size=1, max_size=40)
words = (st.text(any_letter, min_size=1, max_size=40) | nasty).map(lambda text: " ".join(text.split())).filter(bool)
lengths = st.integers(min_value=1, max_value=600_000)
offsets = st.integers(min_value=-600_000, max_value=600_000)
fractions = st.sampled_from((Fraction(0), Fraction(1), Fraction(1, 2))) | st.fractions(0, 1, max_denominator=9_999)
anchors = st.builds(Anchor, fractions, offsets | st.just(0))
says = st.builds(Say, words)
pauses = st.builds(Pause, lengths)
chimes = st.builds(Chime, st.from_regex(r"[a-z][\w-]{0,9}", fullmatch=True))
holds = st.builds(Hold, lengths, st.lists(st.tuples(anchors, says | chimes | pauses), max_size=4).map(tuple))
cues = says | pauses | chimes | holds | st.builds(Mark, words)
scripts = st.builds(
    Script,
    words,
    st.sampled_from(("en-US", "de-DE", "zh-Hant")),
    st.lists(cues, min_size=1, max_size=8).map(tuple),
    st.lists(st.builds(Pronunciation, words, words, st.just("") | words), max_size=3).map(tuple),
)


def bare(cue: Cue) -> Cue:
    if isinstance(cue, Hold):
        return replace(cue, span=None, cues=tuple((anchor, replace(inner, span=None)) for anchor, inner in cue.cues))
    return replace(cue, span=None)


def script_of(*cues: Cue) -> Script:
    return Script("T", "en-US", cues)


def read(text: str) -> Script:
    script, problems = read_script(text, "a.md")
    assert script, problems
    return replace(script, cues=tuple(map(bare, script.cues)))


@given(scripts)
@example(script_of(Say("Hello. There."), Say("\\"), Say("[pause 3s]"), Say("# x"), Say('"'), Say("…"), Say("a [4s] b")))
@example(script_of(Hold(5, ((START, Say('a "|" \\ ]')), (HALF, Say("\\")), (END, Chime("bell"))))))
@example(script_of(Hold(5, ((Anchor(Fraction(0), -1), Pause(1)), (Anchor(Fraction(1), 1), Pause(1))))))
def test_a_printed_script_is_read_back_unchanged(script: Script) -> None:
    assert read(print_script(script)) == script


@given(st.text() | nasty.map(lambda text: f"# T\n{text}\n[hold 5s | {text}]\n[{text}]"))
def test_any_other_text_is_read_or_refused(text: str) -> None:
    script, problems = read_script(text, "a.md")
    assert (script is None) == bool(errors_in(problems))
    if script:
        assert read(print_script(script)) == replace(script, cues=tuple(map(bare, script.cues)))


def test_a_script_written_by_a_person_is_read() -> None:
    text = """\
# My session
[language de-DE]
[pronounce "Hegu" as "huh goo"]

## Settle in
Sit down. Breathe in [4s] and out [6s].
\\Hello. [not a pause]
  [pause 5s]
[chime]
[chime bowl]
[hold 45s | chime at start | "Say \\"ah\\"." at half | pause 2s at half | "Soon." at -5s | "Now." at 2/3+1s | "x" at 9s]
"""
    assert read(text) == Script(
        "My session",
        "de-DE",
        (
            Mark("Settle in"),
            Say("Sit down."),
            Say("Breathe in"),
            Pause(4_000),
            Say("and out"),
            Pause(6_000),
            Say("Hello. [not a pause]"),
            Pause(5_000),
            Chime("bell"),
            Chime("bowl"),
            Hold(
                45_000,
                (
                    (START, Chime("bell")),
                    (HALF, Say('Say "ah".')),
                    (HALF, Pause(2_000)),
                    (Anchor(Fraction(1), -5_000), Say("Soon.")),
                    (Anchor(Fraction(2, 3), 1_000), Say("Now.")),
                    (Anchor(Fraction(0), 9_000), Say("x")),
                ),
            ),
        ),
        (Pronunciation("Hegu", "huh goo"),),
    )


def test_every_cue_knows_where_it_was_written() -> None:
    text = '# T\n  Sit. [4s] Rest.\n[hold 5s | "Hi." at start |  chime at end]\n'
    script, _ = read_script(text, "a.md")
    assert script
    sit, pause, rest, hold = script.cues
    assert [cue.span for cue in (sit, pause, rest, hold)] == [
        Span("a.md", 2, 3),
        Span("a.md", 2, 8),
        Span("a.md", 2, 13),
        Span("a.md", 3, 1),
    ]
    assert isinstance(hold, Hold)
    assert [inner.span for _, inner in hold.cues] == [Span("a.md", 3, 12), Span("a.md", 3, 30)]


@every_case("mistakes-in-scripts.txt")
def test_mistakes_are_reported_with_place_and_hint(case: Case, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    path = tmp_path / "session.md"
    _, problems = read_script(case.written, str(path))
    hold_against(case, path, problems, pytestconfig)


def test_a_script_with_too_many_cues_is_refused() -> None:
    _, (problem,) = read_script("# T\n" + "x\n" * (MAX_CUES + 1), "a.md")
    assert str(problem.span) == f"a.md:{MAX_CUES + 2}:1"
    assert "more than 20,000 sentences" in problem.message


@pytest.mark.parametrize(
    "line", ["[hold 1s " + "| " * 120_000 + "]", "[hold 1s " + '"' * 250_000 + "]", '"\\' * 99_999]
)
def test_a_line_of_a_quarter_of_a_megabyte_is_read_in_time(line: str) -> None:
    script, problems = read_script(f"# T\n{line}\n", "a.md")
    assert script or problems
