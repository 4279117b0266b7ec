"""From a file to a script, with everything that is wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from voiceguide.routine.lints import lint
from voiceguide.routine.model import Routine
from voiceguide.routine.reader import read_routine
from voiceguide.routine.tree import UnreadableSource, read_text
from voiceguide.script.compiler import compile_routine
from voiceguide.script.cues import Chime, Hold, Say, Script
from voiceguide.script.text import read_script
from voiceguide.source import Problem, Span, did_you_mean, error, errors_in

GENEROUS = 1.2
"""An estimate may be off by this much: words that would not fit even if spoken so much faster are an error, those
that would are a warning."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file that was read, and compiled if it is a routine."""

    path: Path
    routine: Routine | None
    """None for a script written by hand, and where there are errors."""
    script: Script | None
    """None where there are errors."""
    problems: tuple[Problem, ...]


def load(path: Path) -> Loaded:
    """Read a routine or a script and compile it, collecting its author's mistakes. Nothing is spoken."""
    routine: Routine | None = None
    script: Script | None = None
    if path.suffix == ".md":
        try:
            script, problems = read_script(read_text(path), str(path))
        except UnreadableSource as cause:
            problems = (cause.problem,)
    else:
        routine, problems = read_routine(path)
        script = compile_routine(routine) if routine else None
    if script:
        problems += _unsayable(script, Span(str(path), 1, 1))
    if errors_in(problems):
        routine = script = None
    return Loaded(path, routine, script, problems)


def check(path: Path) -> tuple[Problem, ...]:
    """Every mistake and warning of a file, in the order of its lines."""
    loaded = load(path)
    problems = loaded.problems
    if loaded.routine:
        problems += lint(loaded.routine)
    if loaded.script:
        problems += fit(loaded.script, 1.0)
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.span, problem.message)))


def fit(script: Script, pace: float) -> tuple[Problem, ...]:
    """Words that are likely not to fit inside their hold at this pace; errors where that is all but sure."""
    from voiceguide.timeline.estimate import estimate

    surely = estimate(script, pace * GENEROUS).problems
    sure_places = {problem.span for problem in surely}
    maybe = [each for each in estimate(script, pace).problems if each.span not in sure_places]
    return (*surely, *(replace(each, severity="warning") for each in maybe))


def _unsayable(script: Script, start: Span) -> tuple[Problem, ...]:
    """Sentences without a word in them, and chimes that do not exist."""
    from voiceguide.resources import chime_names
    from voiceguide.speech.reading import read_aloud

    problems: list[Problem] = []
    for cue in script.cues:
        inner = [each for _, each in cue.cues] if isinstance(cue, Hold) else [cue]
        for each in inner:
            if isinstance(each, Chime) and each.name not in chime_names():
                hint = did_you_mean(each.name, chime_names())
                problems.append(error(each.span or start, f"there is no chime `{each.name}`", hint))
            elif isinstance(each, Say) and not read_aloud(each.text, script.language, script.pronunciations):
                hint = "write words, or remove it"
                problems.append(error(each.span or start, f"`{each.text[:40]}` has no words to speak", hint))
    return tuple(problems)
