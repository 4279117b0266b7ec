"""Checking says what is wrong with any file, whatever is in it, and never fails itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import hostile
from tests.routines import Authored, routines, write
from voiceguide.app.checking import check, fit, load
from voiceguide.base.paths import shipped
from voiceguide.base.source import MAX_PROBLEMS, Problem
from voiceguide.script.cues import START, Chime, Hold, Pause, Say, Script

MOST_MEMORY_MB = 120

# This program checks each given file, and prints the problems it found and the most memory it needed.
CHECK_ALL = """\
import json, sys
from pathlib import Path
from voiceguide.app.checking import check

found = {path: [[problem.span.file, problem.message] for problem in check(Path(path))] for path in json.load(sys.stdin)}
status = Path("/proc/self/status")
if status.exists():
    peak = int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
else:
    try:
        import resource
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20
    except ImportError:
        peak = 0
json.dump({"found": found, "peak": peak}, sys.stdout)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def test_hostile_files_are_refused_in_one_line_and_little_memory(folder: Path) -> None:
    expected = hostile.write(folder)
    done = subprocess.run(
        [sys.executable, "-c", CHECK_ALL],
        input=json.dumps([str(path) for path in expected]),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    for path, beginning in expected.items():
        found = said["found"][str(path)]
        assert any(message.startswith(beginning) for _, message in found), (path.name, found[:3])
        assert len(found) <= MAX_PROBLEMS + 1, path.name
        assert all(len(message) < 300 for _, message in found), path.name
    assert said["peak"] < MOST_MEMORY_MB


def is_answered(path: Path) -> None:
    """Whatever is in the file, checking it gives problems with places in it, and loading agrees."""
    problems = check(path)
    for problem in problems:
        assert isinstance(problem, Problem)
        assert problem.span.line >= 1
        assert problem.span.column >= 1
        assert "\n" not in str(problem)
        str(problem).encode()
    loaded = load(path)
    assert (loaded.script is None) == any(problem.severity == "error" for problem in loaded.problems)


SCRAPS = st.sampled_from(
    (
        *"[]{}\"'\\:,-#&*!|>%@`?\t\n \u2028é穴\x85",
        *("\n  ", "\n- ", ": ", "- ", "---\n", "...", "'s", "[4s]", "[x", "{side}", "1:30", "0s", "30s..10s"),
        *("repeat: 99999", "steps:", "steps: []", "say:", "move:", "include: closing", "~", "<<: *a"),
    )
)


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    """A text after a few slips of its author's hand."""
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(start + draw(st.sampled_from((0, 0, 1, 3, 40))), len(text))
        again = draw(st.integers(0, 2)) * text[start:end]
        text = text[:start] + again + draw(SCRAPS) + text[end:]
    return text


SHIPPED = {path.relative_to(shipped("routines")): path for path in shipped("routines").rglob("*.yaml")}


@given(data=st.data())
@settings(max_examples=60)
def test_slips_in_the_shipped_files_are_answered(folder: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SHIPPED)))
    path = folder / "slips" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data.draw(mutated(SHIPPED[name].read_text(encoding="utf-8"))), encoding="utf-8")
    is_answered(path)


@given(authored=routines, data=st.data())
def test_slips_in_a_routine_are_answered(folder: Path, authored: Authored, data: st.DataObject) -> None:
    path = write(folder, authored)
    path.write_text(data.draw(mutated(path.read_text(encoding="utf-8"))), encoding="utf-8")
    is_answered(path)


KEYS = st.sampled_from(
    (
        *("title", "summary", "language", "tags", "moves", "chime", "safety", "pronounce", "steps", "section", "say"),
        *("pause", "breathe", "move", "hold", "repeat", "include", "in", "out", "cycles", "use", "name", "where"),
        *("how", "sides", "rhythm", "press", "release", "cautions", "when", "action", "ipa", "sources", "settle"),
        *("", "x y", "LI4"),
    )
)
LEAVES = st.sampled_from(
    ("", "x.", "5s", "30s..60s", "LI4", "bell", "en-US", "3", "acupressure", "closing", "each", "drop")
)
TREES = st.recursive(
    LEAVES | st.text(max_size=5) | st.none() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(
    tree=st.dictionaries(KEYS, TREES, max_size=6) | TREES,
    name=st.sampled_from(("a.yaml", "moves/a.yaml", "parts/a.yaml")),
)
@settings(max_examples=300)
def test_wrong_types_are_answered(folder: Path, tree: object, name: str) -> None:
    path = folder / "types" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(tree), encoding="utf-8")
    is_answered(path)


@given(text=st.text(), ending=st.sampled_from((".yaml", ".md")))
def test_any_text_is_answered(folder: Path, text: str, ending: str) -> None:
    path = folder / f"any{ending}"
    path.write_text(text, encoding="utf-8", errors="replace")
    is_answered(path)


@given(data=st.binary(), ending=st.sampled_from((".yaml", ".md")))
def test_any_bytes_are_answered(folder: Path, data: bytes, ending: str) -> None:
    path = folder / f"any{ending}"
    path.write_bytes(data)
    is_answered(path)


def lines_of(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    return [f"{each.span.line}:{each.span.column}: {each.severity}: {each.message}" for each in check(path)]


def test_words_that_do_not_fit_are_found_before_anything_is_spoken(tmp_path: Path) -> None:
    text = "title: T\nsteps:\n  - hold: 1s\n    say: Rest your hands in your lap, and notice how you feel.\n"
    (line,) = lines_of(tmp_path / "a.yaml", text)
    assert line.startswith("4:10: error: “Rest your hands")


def test_words_that_may_not_fit_are_only_warned_about() -> None:
    words = Say("Rest your hands in your lap, and notice how you feel.")
    severities = {
        ms: [problem.severity for problem in fit(Script("T", "en-US", (Hold(ms, ((START, words),)),)), 1.0)]
        for ms in range(500, 10_000, 100)
    }
    assert list(dict.fromkeys(map(tuple, severities.values()))) == [("error",), ("warning",), ()]


def test_a_breath_that_is_too_short_is_reported_once_for_all_its_cycles(tmp_path: Path) -> None:
    lines = lines_of(tmp_path / "a.yaml", "title: T\nsteps:\n  - breathe: {cycles: 50, in: 0.2s, out: 0.2s}\n")
    assert [line.partition("”")[0] for line in lines] == [
        f"3:5: error: “{words}" for words in ("Breathe in.", "Breathe out.", "In.", "Out.")
    ]


def test_a_slower_pace_needs_more_room() -> None:
    script = Script("T", "en-US", (Hold(4_000, ((START, Say("Rest your hands in your lap, and breathe.")),)),))
    assert not fit(script, 1.0)
    assert fit(script, 0.5)


def test_a_script_is_checked_like_a_routine(tmp_path: Path) -> None:
    text = "# T\nThis cures everything.\n[chime gong]\n[hold 5s | chime bel at start]\n\\--- ---\n"
    assert lines_of(tmp_path / "a.md", text) == [
        "2:1: warning: `cures` promises too much",
        "3:1: error: there is no chime `gong`",
        "4:12: error: there is no chime `bel`",
        "5:1: error: `--- ---` has no words to speak",
    ]


def test_a_sign_can_be_spoken_where_the_author_says_how(tmp_path: Path) -> None:
    assert lines_of(tmp_path / "a.md", "# T\n\\→\n") == ["2:1: error: `→` has no words to speak"]
    assert lines_of(tmp_path / "a.md", '# T\n[pronounce "→" as "then"]\n\\→\n') == []


def test_a_title_is_spoken_and_checked_too(tmp_path: Path) -> None:
    text = 'title: "---"\nsummary: It cures.\nsteps: [{say: x}]\n'
    assert [line[:12] for line in lines_of(tmp_path / "a.yaml", text)] == ["1:8: error: ", "2:10: warnin"]


def test_a_language_the_program_does_not_speak(tmp_path: Path) -> None:
    head = "title: T\nlanguage: de-DE\nsteps:\n  - say: Setzen Sie sich.\n  - hold: 30s\n"
    assert lines_of(tmp_path / "a.yaml", head) == []
    (line,) = lines_of(tmp_path / "a.yaml", f"{head}  - breathe: {{in: 4s, out: 6s}}\n")
    assert line == "1:1: warning: the program's own words (such as “Breathe in.”) are spoken in English"


def test_more_warnings_than_anyone_reads_are_counted(tmp_path: Path) -> None:
    lines = lines_of(tmp_path / "a.yaml", "title: T\nsteps:\n" + "  - say: This cures.\n" * 300)
    assert len(lines) == MAX_PROBLEMS + 1
    assert lines[-1] == "103:10: warning: there are 200 more problems from here on"


def test_a_library_and_a_part_are_checked_by_their_own_rules(tmp_path: Path) -> None:
    library = "moves:\n  A: {name: A, where: Here., how: It cures., hold: 5s}\n"
    assert lines_of(tmp_path / "moves.yaml", library) == ["2:35: warning: `cures` promises too much"]
    (tmp_path / "parts").mkdir()
    part = "steps:\n  - move: ANY\n  - say: It cures.\n"
    assert lines_of(tmp_path / "parts" / "a.yaml", part) == ["3:10: warning: `cures` promises too much"]


@pytest.mark.parametrize("name", ["moves/a.yaml", "parts/a.yaml"])
def test_a_library_or_a_part_is_not_played(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text("moves: {}\n" if "moves" in name else "steps: [{say: x}]\n")
    loaded = load(path)
    assert loaded.script is None
    assert [problem.message.partition(",")[0] for problem in loaded.problems] == [
        "this is a move library" if "moves" in name else "this is a part"
    ]


def test_a_routine_is_loaded_as_a_script(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("title: T\nchime: none\nsteps: [{say: Rest., hold: 5s}]\n")
    loaded = load(path)
    assert loaded.routine
    assert loaded.script
    assert [type(cue) for cue in loaded.script.cues][-1] is Hold
    assert not any(isinstance(cue, Chime) for cue in loaded.script.cues)
    assert Pause(500) in loaded.script.cues


def empty_ones(path: Path, text: str) -> list[tuple[int, str]]:
    path.write_text(text, encoding="utf-8")
    return [(each.span.line, each.severity) for each in check(path) if "is empty, and gets no chapter" in each.message]


def test_a_section_without_steps_is_warned_of(tmp_path: Path) -> None:
    routine = """title: Zero
steps:
  - section: First
  - section: Second
  - say: Hello.
  - repeat: 2
    steps: [{section: Third}, {say: Again.}]
  - {section: Fourth}
  - repeat: 2
    steps: [{say: Again.}]
  - section: Last
"""
    assert empty_ones(tmp_path / "a.yaml", routine) == [(3, "warning"), (11, "warning")]
    script = "# Zero\n## First\n## Second\nHello.\n## Last\n"
    assert empty_ones(tmp_path / "a.md", script) == [(2, "warning"), (5, "warning")]


def test_a_section_before_a_part_that_was_used_before_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "rest.yaml").write_text("steps:\n  - say: Rest.\n  - section: Go on\n", encoding="utf-8")
    routine = """title: Twice
steps:
  - include: rest
  - say: Sit.
  - section: Again
  - include: rest
  - say: Stand.
"""
    assert empty_ones(tmp_path / "a.yaml", routine) == []
    assert empty_ones(tmp_path / "parts" / "rest.yaml", "steps:\n  - say: Rest.\n  - section: Go on\n") == []
