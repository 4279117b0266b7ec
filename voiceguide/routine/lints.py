"""Warnings about texts that are allowed but may be a mistake. A new lint is a function and a line in `LINTS`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import assert_never

from voiceguide.base.source import Problem, Span, shortened, warning
from voiceguide.routine.model import (
    BreatheStep,
    ChimeStep,
    Group,
    HoldStep,
    Library,
    Move,
    MoveStep,
    Part,
    PauseStep,
    Profiles,
    Qualified,
    Routine,
    SayStep,
    Section,
    Step,
    Text,
    each_once,
)

MOST_WORDS = 20
"""Greatest number of words in a sentence without a warning. Longer ones are hard to follow with closed eyes."""

CLAIMS = ("treats?", "treating", "cures?", "cured", "curing", "proven", "heals?", "healed", "healing", "guaranteed")
_CLAIM = re.compile(rf"\b({'|'.join(CLAIMS)})\b", re.IGNORECASE)


def lint(texts: Iterable[Text]) -> list[Problem]:
    """Return every warning about these texts."""
    return [problem for text in texts for check in LINTS for problem in check(text)]


def long_sentences(text: Text) -> Iterator[Problem]:
    """Warn about sentences of more than `MOST_WORDS` words."""
    words = len(text.value.split())
    if words > MOST_WORDS:
        yield warning(text.span, f"this sentence has {words} words; {MOST_WORDS} are easy to follow", "make two of it")


def medical_claims(text: Text) -> Iterator[Problem]:
    """Warn about words that promise a medical effect."""
    if found := _CLAIM.search(text.value):
        hint = "say `may help ease` or `traditionally used for`"
        yield warning(text.span, f"`{found[0]}` promises too much", hint)


LINTS: tuple[Callable[[Text], Iterator[Problem]], ...] = (long_sentences, medical_claims)


def empty_sections(steps: tuple[Step, ...], *, ended: bool = True) -> Iterator[Problem]:
    """Warn about headings with no step under them.

    Args:
        steps: steps of a routine or a part.
        ended: whether no step can follow them. A routine that includes a part may continue with its own steps.
    """
    flat = [*_flat(steps, set())]
    for step, after in zip(flat, [*flat[1:], None], strict=False):
        if isinstance(step, Section) and (isinstance(after, Section) or (after is None and ended)):
            yield empty_section(step.title, step.span)


def _flat(steps: tuple[Step, ...], seen: set[int]) -> Iterator[Step]:
    """Yield the steps, also those inside repeats and includes. A part that was included before is not entered again."""
    for step in steps:
        if isinstance(step, Qualified):
            yield from _flat((step.step,), seen)
        elif isinstance(step, Group) and id(step.steps) not in seen:
            seen.add(id(step.steps))
            yield from _flat(step.steps, seen)
        else:
            yield step


def empty_section(title: str, span: Span) -> Problem:
    """Return the warning about one heading with no step under it."""
    message = f"the section `{shortened(title)}` is empty, and gets no chapter"
    return warning(span, message, "put a step under it, or remove it")


def spoken_texts(content: Routine | Library | Part | Profiles) -> Iterator[Text]:
    """Yield every text by the author that will be spoken, each once."""
    match content:
        case Routine():
            yield content.title
            if content.summary:
                yield content.summary
            yield from content.safety
            yield from _step_texts(content.steps)
        case Library(moves):
            yield from _move_texts(moves)
        case Profiles():
            yield from ()
        case Part(steps):
            yield from _step_texts(steps)
        case _:
            assert_never(content)


def _step_texts(steps: tuple[Step, ...]) -> Iterator[Text]:
    moves: dict[str, Move] = {}
    for step in each_once(steps):
        match step:
            case SayStep(pieces) | HoldStep(_, pieces):
                yield from (piece for piece in pieces if isinstance(piece, Text))
            case MoveStep(move):
                moves[move.key] = move
            case Section() | PauseStep() | BreatheStep() | ChimeStep() | Group() | Qualified():
                # A section's title is shown, not spoken. The steps inside the last two kinds are visited by themselves.
                pass
            case _:
                assert_never(step)
    yield from _move_texts(moves.values())


def _move_texts(moves: Iterable[Move]) -> Iterator[Text]:
    for move in moves:
        yield from (*move.where, *move.how, *move.care, *move.why, *move.brief)
        yield from (caution.say for caution in move.cautions)
