"""The options that say what the listener wants, shared by play, export, compile and show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from voiceguide.session import Session

_OPTIONS = (
    ("--only", "MOVES", "Only these moves, as LI4,BL40."),
    ("--skip", "MOVES", "Leave these moves out."),
    ("--sore", "MOVES", "The points that feel most sensitive: first, and held long."),
    ("--order", "HOW", "routine (as written), side or posture: change as seldom as possible."),
    ("--hold", "TIME", "Hold every move so long: 45s, or 30s..60s."),
    ("--minutes", "TIME", "End after so long: 12, or 12m30s. Holds stretch to fit."),
    ("--detail", "HOW", "full, brief or cues; auto says less of what you have done three times."),
    ("--profile", "NAME", "Whose body it is: pregnant, for example. May be repeated."),
    ("--engine", "NAME", "Speech engine: auto, piper, system or tone."),
    ("--voice", "NAME", "Voice, as `voiceguide voices` lists it."),
    ("--pace", "NUMBER", "Pace of speech; 0.9 is slower. Holds and pauses keep their length."),
    ("--bed", "NAME", "Sound underneath: rain, waves, brown, drone, or a sound file."),
    ("--bed-level", "LEVEL", "How far the bed lies under the voice: -18dB."),
)


@dataclass(frozen=True, slots=True)
class TypedChoices:
    """What was typed, each option as it was written; empty for those not given."""

    typed: dict[str, str]

    def open(self, name: str) -> Session:
        """The session these wishes make of a routine.

        Raises:
            VoiceguideError: as `voiceguide.open`; and a wish or the config file that cannot be understood.
        """
        from voiceguide.session import open_as_typed

        return open_as_typed(name, self.typed)


def with_choices(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the listener's options; it gets them as one `wishes` argument."""

    @wraps(function)
    def wished(*args: object, **options: Any) -> object:
        names = {option: option.lstrip("-").replace("-", "_") for option, _, _ in _OPTIONS}
        given = {option.lstrip("-"): options.pop(name) for option, name in names.items()}
        typed = {
            name: ",".join(value) if isinstance(value, tuple) else value
            for name, value in given.items()
            if value not in (None, ())
        }
        return function(*args, chosen=TypedChoices(typed), **options)

    command: Callable[..., Any] = wished
    for option, metavar, text in reversed(_OPTIONS):
        command = click.option(option, metavar=metavar, multiple=option == "--profile", help=text)(command)
    return command
