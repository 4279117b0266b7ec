"""Merging the choices from the command line, the listener's config file, the routine's `defaults:` and the program.

The command line wins over the config file, the config file over `defaults:`, and `defaults:` over the built-in value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, assert_never

from voiceguide.base.errors import FileError
from voiceguide.choices.config import config_path, load_config
from voiceguide.choices.kinds import Value
from voiceguide.choices.model import Choices
from voiceguide.choices.table import CHOICES, KEPT, kept_choice
from voiceguide.routine.model import Default
from voiceguide.sound.beds.chosen import bed_called, is_file_name
from voiceguide.sound.beds.paths import beside

Origin = Literal["command line", "config", "routine", "built-in"]

_TOGETHER = ("engine", "voice")
"""Choices that come from the same place, because a voice belongs to its engine."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A value, and where it comes from."""

    name: str
    value: Value
    origin: Origin


def resolve(
    command_line: Mapping[str, object], config: Mapping[str, object], routine: Mapping[str, object]
) -> dict[str, Setting]:
    """Return every choice of `KEPT`, with the value that counts and its origin.

    Args:
        command_line: choices for this session, by key: values, or texts as they were written. None means no choice;
            so does an empty tuple, which an unused option for several values gives.
        config: values in the config file, by key.
        routine: values in the routine's `defaults:`, by key.

    Raises:
        WrongValue: a choice cannot have a value.
        UnknownName: no choice has this name.
    """
    built_in = {
        name: Setting(name, choice.built_in, "built-in")
        for name, choice in KEPT.items()
        # Only the length has no built-in value, and it cannot be kept.
        if choice.built_in is not None
    }
    settings = dict(built_in)
    sources: tuple[tuple[Origin, Mapping[str, object]], ...] = (
        ("routine", routine),
        ("config", config),
        ("command line", command_line),
    )
    for origin, given in sources:
        said = {name: raw for name, raw in given.items() if raw is not None and raw != ()}
        if not said.keys().isdisjoint(_TOGETHER):
            settings |= {name: built_in[name] for name in _TOGETHER}
        settings |= {name: Setting(name, kept_choice(name).read(raw), origin) for name, raw in said.items()}
    return settings


def choices_from(settings: Mapping[str, Setting], **other: object) -> Choices:
    """Return the listener's choices.

    Args:
        settings: result of `resolve`.
        **other: fields of `Choices` that cannot be kept as defaults.

    Raises:
        ValueError: `Choices` refuses a value.
    """
    kept = {KEPT[name].field: setting.value for name, setting in settings.items()}
    return Choices(**kept, **other)  # type: ignore[arg-type]  # the table and Choices itself check the types


@dataclass(frozen=True, slots=True)
class ListenersChoices:
    """A listener's choices, and where the kept ones come from."""

    choices: Choices
    kept: Mapping[str, str]
    """For each choice that was kept and not typed, by name: where it is kept, and how to change it."""


def choices_as_typed(typed: Mapping[str, str], routine: Mapping[str, Default], path: Path) -> ListenersChoices:
    """Return the choices typed on the command line, merged with the kept defaults and the routine's own.

    Args:
        typed: options by name, as they were written; those not given are absent.
        routine: the routine's `defaults:`.
        path: the routine; a bed that it names must lie in its folder.

    Raises:
        WrongValue: an option cannot have its value.
        RoutineError: the config file has mistakes.
        FileError: the routine names a bed outside its folder.
    """
    now = {name: text for name, text in typed.items() if name in KEPT}
    other = {CHOICES[name].field: CHOICES[name].read(text) for name, text in typed.items() if name not in KEPT}
    config = config_path()
    settings = resolve(now, load_config(config), {name: default.value for name, default in routine.items()})
    bed = settings["bed"]
    if bed.origin == "routine" and is_file_name(bed_called(str(bed.value))):
        try:
            settings["bed"] = replace(bed, value=str(beside(path, str(bed.value))))
        except FileError as cause:
            raise FileError(cause.path, f"{routine['bed'].span}: {cause.what}", cause.remedy) from cause
    kept = {name: _where(name, each.origin, config, routine) for name, each in settings.items()}
    return ListenersChoices(choices_from(settings, **other), {name: where for name, where in kept.items() if where})


def _where(name: str, origin: Origin, config: Path, routine: Mapping[str, Default]) -> str:
    """Return where a value is kept and how to change it; empty for a value that is not kept."""
    match origin:
        case "config":
            return f"It is kept in {config}; to forget it: voiceguide config unset {name}"
        case "routine":
            return f"It is a default of the routine, {routine[name].span}; to have another, give --{name}"
        case "command line" | "built-in":
            return ""
    assert_never(origin)
