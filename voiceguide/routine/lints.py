"""What is allowed in a routine and still worth a second look. A new lint is a function and a line in `LINTS`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from voiceguide.routine.model import Group, HoldStep, MoveStep, Routine, SayStep, Step, Text
from voiceguide.script.wording import languages
from voiceguide.source import Problem, warning

MOST_WORDS = 20
"""A listener with closed eyes loses the thread of a longer sentence."""

CLAIMS = ("treats?", "treating", "cures?", "cured", "curing", "proven", "heals?", "healing", "guaranteed")
_CLAIM = re.compile(rf"\b({'|'.join(CLAIMS)})\b", re.IGNORECASE)


def lint(routine: Routine) -> tuple[Problem, ...]:
    """Every warning about a routine, in the order of its lines."""
    found = {problem for check in LINTS for problem in check(routine)}
    return tuple(sorted(found, key=lambda problem: problem.span))


def long_sentences(routine: Routine) -> Iterator[Problem]:
    """Sentences of more than `MOST_WORDS` words."""
    for text in _texts(routine):
        words = len(text.value.split())
        if words > MOST_WORDS:
            message = f"this sentence has {words} words; {MOST_WORDS} are easy to follow"
            yield warning(text.span, message, "make two of it")


def medical_claims(routine: Routine) -> Iterator[Problem]:
    """Words that promise what a guided session cannot."""
    for text in _texts(routine):
        if found := _CLAIM.search(text.value):
            hint = "say `may help ease` or `traditionally used for`"
            yield warning(text.span, f"`{found[0]}` promises too much", hint)


def foreign_wording(routine: Routine) -> Iterator[Problem]:
    """Languages the program's own words do not exist in."""
    if routine.language.split("-")[0].lower() not in languages():
        known = ", ".join(languages())
        message = f"the program's own words (halfway, next ...) are spoken in English; it has them only in {known}"
        yield warning(routine.span, message, "use say, hold and chime steps rather than moves")


LINTS: tuple[Callable[[Routine], Iterator[Problem]], ...] = (long_sentences, medical_claims, foreign_wording)


def _texts(routine: Routine) -> Iterator[Text]:
    yield from routine.safety
    yield from _step_texts(routine.steps, set())


def _step_texts(steps: Iterable[Step], seen: set[int]) -> Iterator[Text]:
    for step in steps:
        match step:
            case SayStep(pieces) | HoldStep(_, pieces):
                yield from (piece for piece in pieces if isinstance(piece, Text))
            case MoveStep(move):
                yield from (*move.where, *move.how, *move.why, *move.brief)
                yield from (caution.say for caution in move.cautions)
            case Group(_, inner) if id(inner) not in seen:
                seen.add(id(inner))
                yield from _step_texts(inner, seen)
