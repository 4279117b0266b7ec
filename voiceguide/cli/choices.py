"""The options for a listener's choices, shared by play, export, compile and show: one for each row of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from voiceguide.choices.table import CHOICES

if TYPE_CHECKING:
    from voiceguide.session import Session


@dataclass(frozen=True, slots=True)
class TypedChoices:
    """The options as they were typed, by name. An option that was not given is absent."""

    typed: dict[str, str]

    def open(self, name: str) -> Session:
        """Open a routine with these choices.

        Raises:
            VoiceguideError: as `voiceguide.open`; or a choice or the config file cannot be understood.
        """
        from voiceguide.session import open_as_typed

        return open_as_typed(name, self.typed)


def with_choices(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the listener's options. The command gets them as one `chosen` argument."""

    @wraps(function)
    def chosen_by_options(*args: object, **options: Any) -> object:
        given = {name: options.pop(name.replace("-", "_")) for name in CHOICES}
        typed = {
            name: ",".join(value) if isinstance(value, tuple) else value
            for name, value in given.items()
            if value not in (None, ())
        }
        return function(*args, chosen=TypedChoices(typed), **options)

    command: Callable[..., Any] = chosen_by_options
    for choice in reversed(CHOICES.values()):
        option = click.option(
            f"--{choice.name}", metavar=choice.metavar, multiple=choice.name == "profile", help=choice.help
        )
        command = option(command)
    return command
