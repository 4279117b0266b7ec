"""Reading move libraries: files with moves and the pronunciations of their names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

from voiceguide.base.source import Problems, Span, did_you_mean, error, shortened
from voiceguide.base.units import format_duration
from voiceguide.routine.fields import Fields
from voiceguide.routine.model import (
    Caution,
    CautionAction,
    Cueing,
    CueKind,
    Length,
    Library,
    Move,
    Pronounced,
    Rhythm,
    Sides,
    Text,
)
from voiceguide.routine.tree import Mapping, Node, Scalar

LIBRARY_KEYS = ("moves", "pronounce")
MOVE_KEYS = (
    *("name", "part", "where", "how", "care", "why", "brief", "hold", "sides", "settle", "rhythm"),
    *("posture", "cues", "cautions", "sources"),
)
POSTURES = ("seated", "standing", "lying")
DEFAULT_SETTLE_MS = 5_000
MAX_PRONOUNCED = 1_000
_SLOT = re.compile(r"\{([^{}]*)\}")
SLOTS = ("side", "other")
"""Words that are replaced in a text: `{side}` by the side being worked on, `{other}` by the opposite side."""


def read_library(root: Node, start: Span, problems: Problems) -> Library:
    """Read the moves of a library, and the pronunciations of their names."""
    if not isinstance(root, Mapping):
        problems.add(error(start, "a move library begins with `moves:`", "add it on the first line"))
        return Library((), ())
    fields = Fields(root, "a move library", LIBRARY_KEYS, problems)
    fields.require("moves")
    moves: dict[str, Move] = {}
    listed = fields.mapping("moves", "{KNEE: {name: ...}}")
    for key, node in listed.pairs if listed else ():
        if isinstance(node, Mapping):
            moves[key.value] = _move(key, node, problems)
        else:
            message = f"the move `{shortened(key.value)}` has no keys of its own"
            problems.add(error(node.span, message, "move in `name:`, `where:`, `how:` and `hold:` below it"))
    for move in moves.values():
        for caution in move.cautions:
            if caution.use and caution.use not in moves:
                hint = did_you_mean(caution.use, moves)
                message = f"there is no move `{shortened(caution.use)}` in this library"
                problems.add(error(caution.say.span, message, hint))
    return Library(tuple(moves.values()), read_pronunciations(fields))


def read_pronunciations(fields: Fields) -> tuple[Pronounced, ...]:
    """Read the `pronounce` key of a library or a routine."""
    found: list[Pronounced] = []
    listed = fields.mapping("pronounce", "{Hegu: huh goo}")
    for key, node in listed.pairs if listed else ():
        word, name = " ".join(key.value.split()), shortened(key.value)
        if isinstance(node, Mapping):
            inner = Fields(node, f"the pronunciation of {name}", ("say", "ipa"), fields.problems)
            inner.require("say")
            found.append(Pronounced(word, inner.word("say", word), inner.word("ipa"), key.span))
        elif isinstance(node, Scalar) and node.value.strip():
            found.append(Pronounced(word, " ".join(node.value.split()), "", key.span))
        else:
            message = f"`{name}` should be followed by how it is said"
            fields.problems.add(error(node.span, message, f"write it as it sounds: `{name}: huh goo`"))
        if not word:
            fields.problems.add(error(key.span, "there is no word here to pronounce", "write one, or remove it"))
    if len(found) > MAX_PRONOUNCED:
        message = f"there are more than {MAX_PRONOUNCED:,} pronunciations"
        fields.problems.add(error(fields.span_of("pronounce"), message, "split the library"))
    return tuple(found)


def _move(key: Scalar, node: Mapping, problems: Problems) -> Move:
    fields = Fields(node, f"the move {shortened(key.value)}", MOVE_KEYS, problems)
    fields.require("name", "where", "how", "hold")
    sides = fields.choice("sides", get_args(Sides), "single")
    move = Move(
        key=key.value,
        name=fields.word("name", key.value),
        part=fields.word("part"),
        where=fields.sentences("where"),
        how=fields.sentences("how"),
        care=fields.sentences("care"),
        why=fields.sentences("why"),
        brief=fields.sentences("brief"),
        hold=fields.length("hold") or Length(30_000, 30_000, node.span),
        sides=sides,
        # A settling time of zero is allowed.
        settle_ms=fields.exact_ms("settle", DEFAULT_SETTLE_MS, least_ms=0),
        rhythm=_rhythm(fields),
        cueing=read_cueing(fields),
        posture=fields.choice("posture", POSTURES, ""),
        cautions=tuple(_cautions(fields)),
        sources=tuple(text.value for text in fields.texts("sources")),
        span=node.span,
    )
    for text in (*move.where, *move.how, *move.care, *move.why, *move.brief):
        _check_slots(text, sides, problems)
    return move


def with_usual(hold: Length, usual: Length | None, problems: Problems) -> Length:
    """Return a hold with the usual length that the author gave for it, if it is in the hold's range."""
    if usual is None:
        return hold
    if usual.low_ms == usual.high_ms and hold.low_ms <= usual.low_ms <= hold.high_ms:
        return replace(hold, chosen_ms=usual.low_ms)
    low, high = format_duration(hold.low_ms), format_duration(hold.high_ms)
    hint = f"write one from {low} to {high}, or remove it" if low != high else "remove it, or make `hold` a range"
    problems.add(error(usual.span, "`usual` should be one duration within the range of the hold", hint))
    return hold


def _rhythm(fields: Fields) -> Rhythm | None:
    node = fields.mapping("rhythm", "{press: 5s, release: 2s}")
    if node is None:
        return None
    inner = Fields(node, "`rhythm`", ("press", "release", "cue"), fields.problems)
    inner.require("press", "release")
    cue = inner.choice("cue", get_args(CueKind), "spoken")
    return Rhythm(inner.exact_ms("press", 5_000), inner.exact_ms("release", 2_000), cue)


def read_cueing(fields: Fields) -> Cueing | None:
    """Read the `cues` key of a move or a routine; None if it is missing."""
    node = fields.mapping("cues", "{halfway: yes, last: 5s, every: 15s}")
    if node is None:
        return None
    inner = Fields(node, "`cues`", ("halfway", "last", "every"), fields.problems)
    usual = Cueing()
    return Cueing(
        halfway=inner.choice("halfway", ("yes", "no"), "yes") == "yes",
        last_ms=_ms_or_none(inner, "last", usual.last_ms),
        every_ms=_ms_or_none(inner, "every", usual.every_ms),
    )


def _ms_or_none(fields: Fields, key: str, default: int) -> int:
    return 0 if fields.word(key) == "none" else fields.exact_ms(key, default)


def _cautions(fields: Fields) -> list[Caution]:
    found = []
    for node in fields.items("cautions"):
        if not isinstance(node, Mapping):
            hint = "write `- {when: pregnant, action: drop, say: ...}`"
            fields.problems.add(error(node.span, "a caution needs the keys `when`, `action` and `say`", hint))
            continue
        inner = Fields(node, "a caution", ("when", "action", "say", "use"), fields.problems)
        inner.require("when", "action", "say")
        action = inner.choice("action", get_args(CautionAction), "warn")
        if action == "replace":
            inner.require("use")
        elif "use" in inner:
            hint = "write `action: replace`, or remove it"
            fields.problems.add(error(inner.span_of("use"), f"`use` has no meaning with `action: {action}`", hint))
        say = inner.text("say") or Text("", node.span)
        found.append(Caution(inner.word("when"), action, say, inner.word("use")))
    return found


def _check_slots(text: Text, sides: Sides, problems: Problems) -> None:
    for match in _SLOT.finditer(text.value):
        if match[1] not in SLOTS:
            message = f"nothing is filled in for `{shortened(match[0])}`"
            problems.add(error(text.span, message, "write {side} or {other}"))
        elif sides != "each":
            message = f"`{match[0]}` needs a move that is done on each side"
            problems.add(error(text.span, message, "add `sides: each`, or write the side out"))
