"""What is allowed in a text and still worth a second look. A new lint is a function and a line in `LINTS`."""

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
"""A listener with closed eyes loses the thread of a longer sentence."""

CLAIMS = ("treats?", "treating", "cures?", "cured", "curing", "proven", "heals?", "healed", "healing", "guaranteed")
_CLAIM = re.compile(rf"\b({'|'.join(CLAIMS)})\b", re.IGNORECASE)


def lint(texts: Iterable[Text]) -> list[Problem]:
    """Every warning about these texts."""
    return [problem for text in texts for check in LINTS for problem in check(text)]


def long_sentences(text: Text) -> Iterator[Problem]:
    """Sentences of more than `MOST_WORDS` words."""
    words = len(text.value.split())
    if words > MOST_WORDS:
        yield warning(text.span, f"this sentence has {words} words; {MOST_WORDS} are easy to follow", "make two of it")


def medical_claims(text: Text) -> Iterator[Problem]:
    """Words that promise what a guided session cannot."""
    if found := _CLAIM.search(text.value):
        hint = "say `may help ease` or `traditionally used for`"
        yield warning(text.span, f"`{found[0]}` promises too much", hint)


LINTS: tuple[Callable[[Text], Iterator[Problem]], ...] = (long_sentences, medical_claims)


def empty_sections(steps: tuple[Step, ...], *, ended: bool = True) -> Iterator[Problem]:
    """Headings with no step under them.

    Args:
        steps: of a routine or a part.
        ended: whether nothing can follow them. What includes a part may go on with steps of its own.
    """
    flat = [*_flat(steps, set())]
    for step, after in zip(flat, [*flat[1:], None], strict=False):
        if isinstance(step, Section) and (isinstance(after, Section) or (after is None and ended)):
            yield empty_section(step.title, step.span)


def _flat(steps: tuple[Step, ...], seen: set[int]) -> Iterator[Step]:
    """The steps with those inside repeats and includes; a part that was included before stands for its steps."""
    for step in steps:
        if isinstance(step, Qualified):
            yield from _flat((step.step,), seen)
        elif isinstance(step, Group) and id(step.steps) not in seen:
            seen.add(id(step.steps))
            yield from _flat(step.steps, seen)
        else:
            yield step


def empty_section(title: str, span: Span) -> Problem:
    """The warning about one such heading."""
    message = f"the section `{shortened(title)}` is empty, and gets no chapter"
    return warning(span, message, "put a step under it, or remove it")


def spoken_texts(content: Routine | Library | Part | Profiles) -> Iterator[Text]:
    """Everything an author wrote that will be spoken, each text once."""
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
                # A section's title is shown, not spoken; what is inside the last two comes by itself.
                pass
            case _:
                assert_never(step)
    yield from _move_texts(moves.values())


def _move_texts(moves: Iterable[Move]) -> Iterator[Text]:
    for move in moves:
        yield from (*move.where, *move.how, *move.care, *move.why, *move.brief)
        yield from (caution.say for caution in move.cautions)
