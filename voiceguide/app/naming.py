"""File names and titles of a session that contain the listener's choices.

>>> from voiceguide.choices.model import Choices
>>> choices = Choices(length_ms=720_000, only=("LI4", "BL40"), profiles=("pregnant",))
>>> file_stem("sciatica", choices)
'sciatica-12min-LI4+BL40-pregnant'
>>> full_title("Acupressure for sciatica", choices)
'Acupressure for sciatica, 12 minutes, LI4 and BL40, pregnant'
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from voiceguide.base.units import format_duration
from voiceguide.choices.model import Choices
from voiceguide.choices.table import KEPT
from voiceguide.output.names import safe_name
from voiceguide.routine.model import Routine

LONGEST = 100
"""Greatest length of a name, in bytes. With an ending and a prefix it is still short enough for every disk."""

_MINUTE = 60_000


def file_stem(name: str, choices: Choices, routine: Routine | None = None) -> str:
    """Return a session's file name without its ending.

    The name has no spaces or other characters with a meaning for a shell, unless `name` has them. The choices always
    stand in the same order. Sessions with different choices have different names. The speaking voice is not part of
    the name, unless it was chosen by name.

    Args:
        name: name of the routine.
        choices: choices of the listener.
        routine: choices equal to its `defaults:` are left out, and moves are named by their keys.
    """
    chosen = [short for short, _ in _told(choices, routine)]
    plain = safe_name(name) or "_"
    whole = "-".join([plain, *(safe_name(short).replace(" ", "_") for short in chosen)])
    if not chosen or (len(whole.encode()) <= LONGEST and all(map(_is_whole, chosen))):
        return whole
    mark = hashlib.sha256("-".join([name, *chosen]).encode(errors="replace")).hexdigest()[:8]
    return f"{whole.encode()[: LONGEST - len(mark) - 1].decode(errors='ignore')}-{mark}"


def _is_whole(text: str) -> bool:
    """Whether a text can become a name without losing a character."""
    return len(safe_name(text)) == len(text)


def full_title(title: str, choices: Choices, routine: Routine | None = None) -> str:
    """Return a session's title with its choices in words. The arguments are those of `file_stem`."""
    return ", ".join([title, *(words for _, words in _told(choices, routine))])


def _told(choices: Choices, routine: Routine | None) -> Iterator[tuple[str, str]]:
    """Yield each choice that differs from the routine's and the program's defaults: for a file name, and in words."""
    usual = _usual(routine)
    if choices.length_ms is not None:
        time = format_duration(choices.length_ms)
        minutes, rest = divmod(choices.length_ms, _MINUTE)
        yield time.replace("m", "min"), time if rest else f"{minutes} minute{'s' if minutes != 1 else ''}"
    if only := _keys(choices.only, routine, in_order=True):
        yield "+".join(only), _listed(only)
    if skip := _keys(choices.skip, routine, in_order=True):
        yield f"without-{'+'.join(skip)}", f"without {_listed(skip)}"
    if sore := _keys(choices.sore, routine):
        yield f"sore-{'+'.join(sore)}", f"{_listed(sore)} first"
    if choices.order != usual.order:
        yield f"by-{choices.order}", f"by {choices.order}"
    if choices.hold:
        ends = [format_duration(ms) for ms in dict.fromkeys(choices.hold)]
        yield f"hold-{'-'.join(ends)}", f"holds of {' to '.join(ends)}"
    if choices.detail != usual.detail:
        yield choices.detail, {"cues": "cues only", "full": "in full"}.get(choices.detail, choices.detail)
    if set(choices.profiles) != set(usual.profiles):
        profiles = sorted(choices.profiles)
        yield "+".join(profiles) or "any-body", _listed(profiles) or "for any body"
    if choices.pace != usual.pace:
        percent = f"{round(choices.pace * 100, 4):g}"
        yield f"pace{percent}", f"pace {percent} %"
    if choices.voice != usual.voice:
        yield f"voice-{choices.voice or 'any'}", f"voice {choices.voice or 'of the language'}"
    yield from _bed(choices, usual)


def _bed(choices: Choices, usual: Choices) -> Iterator[tuple[str, str]]:
    bed, usual_bed = (Path(each.bed).name if each.bed != "none" else "" for each in (choices, usual))
    level = choices.bed_level_db != usual.bed_level_db
    if not bed and usual_bed:
        yield "no-bed", "without a bed"
    elif bed and (bed != usual_bed or level):
        named = Path(bed).stem
        db = f"{choices.bed_level_db:g}dB" if level else ""
        yield f"{named}{db}", f"with {named}" + (f" at {choices.bed_level_db:g} dB" if db else "")


def _usual(routine: Routine | None) -> Choices:
    """Return the choices that apply where the listener makes none."""
    defaults = routine.defaults if routine else ()
    values = {KEPT[key].field: default.value for key, default in defaults}
    return replace(Choices(), **values)  # type: ignore[arg-type]  # the table has checked the types


def _keys(names: Iterable[str], routine: Routine | None, *, in_order: bool = False) -> list[str]:
    """Return the keys of the named moves, each once; with `in_order` in the routine's order, else as given."""
    moves = [*routine.moves(), *routine.library] if routine else []
    by_name = {name.casefold(): move.key for move in moves for name in (move.name, move.key)}
    keys = [*dict.fromkeys(by_name.get(name.casefold(), name) for name in names)]
    places = {key: place for place, key in reversed([*enumerate(move.key for move in moves)])}
    return sorted(keys, key=lambda key: places.get(key, 0)) if in_order else keys


def _listed(names: Iterable[str]) -> str:
    *most, last = [*names] or [""]
    return f"{', '.join(most)} and {last}" if most else last
