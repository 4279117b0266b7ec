"""What a session is called, when its listener made it their own: its choices in the names of files and in titles.

>>> from voiceguide.choices.model import Choices
>>> wishes = Choices(length_ms=720_000, only=("LI4", "BL40"), profiles=("pregnant",))
>>> file_stem("sciatica", wishes)
'sciatica-12min-LI4+BL40-pregnant'
>>> full_title("Acupressure for sciatica", wishes)
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
"""Bytes of a name. With an ending, and what is put before it, every disk takes it."""

_MINUTE = 60_000


def file_stem(name: str, choices: Choices, routine: Routine | None = None) -> str:
    """A session's file name without its ending.

    It has no spaces or other characters that a shell takes for something else, unless `name` has them. The choices
    always stand in the same order. Two sessions with other choices have other names. Who speaks does not count, unless
    a voice was chosen by name.

    Args:
        name: the routine's.
        choices: the listener's.
        routine: its own `defaults:` are not told of, and moves are called by their keys.
    """
    chosen = [short for short, _ in _told(choices, routine)]
    plain = safe_name(name) or "_"
    whole = "-".join([plain, *(safe_name(short).replace(" ", "_") for short in chosen)])
    if not chosen or (len(whole.encode()) <= LONGEST and all(map(_is_whole, chosen))):
        return whole
    mark = hashlib.sha256("-".join([name, *chosen]).encode(errors="replace")).hexdigest()[:8]
    return f"{whole.encode()[: LONGEST - len(mark) - 1].decode(errors='ignore')}-{mark}"


def _is_whole(text: str) -> bool:
    """Whether nothing of a text is lost when it becomes a name."""
    return len(safe_name(text)) == len(text)


def full_title(title: str, choices: Choices, routine: Routine | None = None) -> str:
    """A session's title with its choices in words. Arguments as those of `file_stem`."""
    return ", ".join([title, *(words for _, words in _told(choices, routine))])


def _told(choices: Choices, routine: Routine | None) -> Iterator[tuple[str, str]]:
    """Each choice that is not what the routine or the program has anyway: for a file name, and in words."""
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
    """What holds where the listener says nothing."""
    defaults = routine.defaults if routine else ()
    values = {KEPT[key].field: default.value for key, default in defaults}
    return replace(Choices(), **values)  # type: ignore[arg-type]  # the table has checked the types


def _keys(names: Iterable[str], routine: Routine | None, *, in_order: bool = False) -> list[str]:
    """The keys of the moves so named, each once; in the routine's order where theirs does not matter."""
    moves = [*routine.moves(), *routine.library] if routine else []
    by_name = {name.casefold(): move.key for move in moves for name in (move.name, move.key)}
    keys = [*dict.fromkeys(by_name.get(name.casefold(), name) for name in names)]
    places = {key: place for place, key in reversed([*enumerate(move.key for move in moves)])}
    return sorted(keys, key=lambda key: places.get(key, 0)) if in_order else keys


def _listed(names: Iterable[str]) -> str:
    *most, last = [*names] or [""]
    return f"{', '.join(most)} and {last}" if most else last
