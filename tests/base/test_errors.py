"""Each exception is one line that names the thing, and keeps its data; each has its exit code."""

from __future__ import annotations

import pickle

import pytest

from voiceguide.base.errors import EngineError, FileError, MachineError, RoutineError, SpeakerError, UnknownName
from voiceguide.base.source import Span, error, warning


def test_mistakes_of_an_author() -> None:
    odd, first, second = warning(Span("a", 1, 1), "odd"), error(Span("a", 2, 1), "wrong"), error(Span("a", 3, 1), "bad")
    assert str(RoutineError([odd, first])) == "a:2:1: wrong"
    assert str(RoutineError([odd, first, second])) == "a:2:1: wrong and 1 more"
    assert RoutineError([odd, first, odd, first]).problems == (odd, first)


@pytest.mark.parametrize(
    ("known", "near", "said"),
    [
        (["neck", "back", "necks"], ("neck", "necks"), "No routine is called 'nekc'. The nearest: neck, necks."),
        (["d", "b", "a", "c"], ("d", "b", "a"), "No routine is called 'nekc'. Some there are: d, b, a."),
        ([], (), "No routine is called 'nekc'."),
    ],
)
def test_an_unknown_name_gets_the_nearest_three(known: list[str], near: tuple[str, ...], said: str) -> None:
    failure = UnknownName("routine", "nekc", known, "Look.")
    assert (failure.kind, failure.name, failure.near) == ("routine", "nekc", near)
    assert str(failure) == f"{said} Look."


def test_failures_of_the_machine_say_what_to_do() -> None:
    assert str(MachineError("It broke.", "Mend it.")) == "It broke. Mend it."
    assert EngineError("piper", "It hung.", "Wait.").engine == "piper"
    assert FileError("a.mp3", "It is full.", "Empty it.").path == "a.mp3"


def test_each_goes_to_another_process_as_it_is() -> None:
    wrong = RoutineError([error(Span("a", 2, 1), "wrong")])
    unknown = UnknownName("voice", "hun", ["hum"], "Look.")
    full = FileError("a.mp3", "It is full.", "Empty it.")
    for failure in (wrong, unknown, full):
        other = pickle.loads(pickle.dumps(failure))
        assert (type(other), str(other), vars(other)) == (type(failure), str(failure), vars(failure))


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (RoutineError([error(Span("a", 1, 1), "wrong")]), 1),
        (UnknownName("voice", "x", []), 2),
        (MachineError("a", "b"), 3),
        (EngineError("a", "b", "c"), 3),
        (SpeakerError("a", "b"), 3),
        (FileError("a", "b", "c"), 3),
    ],
    ids=lambda value: type(value).__name__,
)
def test_exit_codes(failure: MachineError, code: int) -> None:
    assert failure.exit_code == code
