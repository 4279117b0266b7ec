"""Loading a file as a script, and checking it for mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from voiceguide.base.resources import chime_names
from voiceguide.base.source import (
    MAX_PROBLEMS,
    Problem,
    Severity,
    Span,
    UnreadableSource,
    did_you_mean,
    error,
    errors_in,
    in_order,
    shortened,
    warning,
)
from voiceguide.base.text_files import read_text
from voiceguide.routine.cautions import replacements_that_lead_nowhere
from voiceguide.routine.lints import empty_section, empty_sections, lint, spoken_texts
from voiceguide.routine.model import Library, Part, Profiles, Routine, Text
from voiceguide.routine.reader import read_file
from voiceguide.script.compiler import compile_routine
from voiceguide.script.cues import Chime, Mark, Say, Script
from voiceguide.script.text import read_script
from voiceguide.script.wording import languages

GENEROUS = 1.2
"""Factor by which an estimate may be wrong. Words that would not fit even if spoken this much faster are an error;
words that would then fit are a warning."""


KINDS: dict[type, str] = {Library: "a move library", Part: "a part", Profiles: "a file of profiles"}


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
    """Read a routine or a script and compile it, collecting the mistakes of its author. No engine speaks."""
    content, problems = _read(path)
    routine = content if isinstance(content, Routine) else None
    script = compile_routine(routine).script if routine else content if isinstance(content, Script) else None
    if script:
        problems += tuple(_unsayable(script, Span(str(path), 1, 1)))
    elif isinstance(content, Library | Part | Profiles):
        kind = KINDS[type(content)]
        hint = "name a routine that uses it"
        problems += (error(Span(str(path), 1, 1), f"this is {kind}, and cannot be played by itself", hint),)
    if errors_in(problems):
        routine = script = None
    return Loaded(path, routine, script, _not_too_many(in_order(problems)))


def check(path: Path) -> tuple[Problem, ...]:
    """Return all mistakes and warnings of a routine, script, move library or part, in the order of the lines."""
    content, problems = _read(path)
    found = [*problems]
    if isinstance(content, Routine | Script):
        script = compile_routine(content).script if isinstance(content, Routine) else content
        start = Span(str(path), 1, 1)
        unsayable = list(_unsayable(script, start))
        # Sentences without a word have no length that could be checked.
        found += unsayable or fit(script, 1.0)
        found += _foreign_wording(script, start)
    if isinstance(content, Routine):
        found += replacements_that_lead_nowhere(content.moves(), content.library)
    elif isinstance(content, Library):
        found += replacements_that_lead_nowhere(content.moves, content.moves)
    if isinstance(content, Script):
        found += lint(Text(cue.text, cue.span) for cue in content.unfolded() if isinstance(cue, Say) and cue.span)
        found += _empty_chapters(content, start)
    elif content:
        found += lint(spoken_texts(content))
        if isinstance(content, Routine | Part):
            found += empty_sections(content.steps, ended=isinstance(content, Routine))
    return _not_too_many(in_order(found))


def fit(script: Script, pace: float) -> tuple[Problem, ...]:
    """Return a warning for words that probably don't fit inside their hold at this pace; an error if almost certain."""
    from voiceguide.timeline.estimate import estimate

    likely = estimate(script, pace).problems
    if not likely:
        return ()
    surely = estimate(script, pace * GENEROUS).problems
    sure_places = {problem.span for problem in surely}
    doubtful = (replace(each, severity="warning") for each in likely if each.span not in sure_places)
    return _not_too_many(in_order((*surely, *doubtful)))


def _read(path: Path) -> tuple[Routine | Library | Part | Profiles | Script | None, tuple[Problem, ...]]:
    if path.suffix.lower() != ".md":
        return read_file(path)
    try:
        return read_script(read_text(path), str(path))
    except UnreadableSource as cause:
        return None, (cause.problem,)


def _unsayable(script: Script, start: Span) -> Iterator[Problem]:
    """Find sentences without a word in them, and chimes that do not exist."""
    for cue in script.unfolded():
        if isinstance(cue, Chime) and cue.name not in chime_names():
            hint = did_you_mean(cue.name, chime_names())
            yield error(cue.span or start, f"there is no chime `{shortened(cue.name)}`", hint)
        elif isinstance(cue, Say) and not _can_be_said(cue.text, script):
            message = f"`{shortened(cue.text)}` has no words to speak"
            yield error(cue.span or start, message, "write words, or remove it")


def _empty_chapters(script: Script, start: Span) -> Iterator[Problem]:
    """Find headings of a script with nothing under them."""
    for cue, after in zip(script.cues, [*script.cues[1:], None], strict=True):
        if isinstance(cue, Mark) and (after is None or isinstance(after, Mark)):
            yield empty_section(cue.title, cue.span or start)


def _can_be_said(text: str, script: Script) -> bool:
    if any(map(str.isalnum, text)):
        return True
    # The routine may say how to pronounce a sign without letters. Imported here because it is slow and rarely needed.
    from voiceguide.speech.reading import read_aloud

    return bool(read_aloud(text, script.language, script.pronunciations))


def _foreign_wording(script: Script, start: Span) -> Iterator[Problem]:
    """Find a language in which the program has no words of its own, if the script needs them."""
    own_words = (cue.text for cue in script.unfolded() if isinstance(cue, Say) and not cue.span)
    if script.language.split("-")[0].lower() not in languages() and (said := next(own_words, "")):
        message = f"the program's own words (such as “{said}”) are spoken in English"
        yield warning(start, message, "use say, hold and chime steps rather than moves and breathe")


def _not_too_many(found: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the first problems, and one that counts the rest."""
    shown, rest = found[:MAX_PROBLEMS], found[MAX_PROBLEMS:]
    if len(rest) < 2:
        return found
    message = f"there are {len(rest):,} more problems from here on"
    severity: Severity = "error" if errors_in(rest) else "warning"
    return (*shown, Problem(rest[0].span, severity, message, "put the first ones right, and check again"))
