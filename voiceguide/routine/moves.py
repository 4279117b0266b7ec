"""Move libraries: files of moves and of how their names are said."""

from __future__ import annotations

import re
from typing import get_args

from voiceguide.routine.fields import Fields
from voiceguide.routine.model import Caution, CautionAction, Length, Move, Pronounced, Rhythm, Sides, Text
from voiceguide.routine.tree import Mapping, Node, Scalar
from voiceguide.source import Problem, Span, error

LIBRARY_KEYS = ("moves", "pronounce")
MOVE_KEYS = (
    *("name", "part", "where", "how", "why", "brief", "hold", "sides", "settle", "rhythm", "posture"),
    *("cautions", "sources"),
)
POSTURES = ("seated", "standing", "lying")
DEFAULT_SETTLE_MS = 5_000
_SLOT = re.compile(r"\{([^{}]*)\}")
SLOTS = ("side", "other")
"""`{side}` becomes the side being worked on, `{other}` the opposite one."""


def read_moves(root: Node, file: str, problems: list[Problem]) -> tuple[dict[str, Move], dict[str, Pronounced]]:
    """The moves of a library by key, and its pronunciations by word."""
    if not isinstance(root, Mapping):
        problems.append(error(Span(file, 1, 1), "a move library begins with `moves:`", "add it on the first line"))
        return {}, {}
    fields = Fields(root, "a move library", LIBRARY_KEYS, problems)
    fields.require("moves")
    moves: dict[str, Move] = {}
    listed = fields.mapping("moves")
    for key, node in listed.pairs if listed else ():
        if isinstance(node, Mapping):
            moves[key.value] = _move(key.value, node, problems)
        else:
            problems.append(
                error(node.span, f"the move `{key.value}` has no keys", "indent `name:`, `where:` ... below")
            )
    problems += [
        error(caution.say.span, f"there is no move `{caution.use}`", "name one of this library")
        for move in moves.values()
        for caution in move.cautions
        if caution.use and caution.use not in moves
    ]
    return moves, read_pronunciations(fields)


def read_pronunciations(fields: Fields) -> dict[str, Pronounced]:
    """The `pronounce` key of a library or a routine."""
    found: dict[str, Pronounced] = {}
    listed = fields.mapping("pronounce")
    for key, node in listed.pairs if listed else ():
        if isinstance(node, Scalar):
            found[key.value] = Pronounced(key.value, " ".join(node.value.split()), "", key.span)
        elif isinstance(node, Mapping):
            inner = Fields(node, f"the pronunciation of {key.value}", ("say", "ipa"), fields.problems)
            inner.require("say")
            found[key.value] = Pronounced(key.value, inner.word("say", key.value), inner.word("ipa"), key.span)
        else:
            hint = f"write `{key.value}: respelling`"
            fields.problems.append(error(node.span, f"`{key.value}` should be a respelling", hint))
    return found


def _move(key: str, node: Mapping, problems: list[Problem]) -> Move:
    fields = Fields(node, f"the move {key}", MOVE_KEYS, problems)
    fields.require("name", "where", "how", "hold")
    sides = fields.choice("sides", get_args(Sides), "single")
    move = Move(
        key=key,
        name=fields.word("name", key),
        part=fields.word("part"),
        where=fields.sentences("where"),
        how=fields.sentences("how"),
        why=fields.sentences("why"),
        brief=fields.sentences("brief"),
        hold=fields.length("hold") or Length(30_000, 30_000, node.span),
        sides=sides,
        settle_ms=fields.exact_ms("settle", DEFAULT_SETTLE_MS),
        rhythm=_rhythm(fields),
        posture=fields.choice("posture", POSTURES, ""),
        cautions=tuple(_cautions(fields)),
        sources=fields.words("sources"),
        span=node.span,
    )
    for text in (*move.where, *move.how, *move.why, *move.brief):
        _check_slots(text, sides, problems)
    return move


def _rhythm(fields: Fields) -> Rhythm | None:
    node = fields.mapping("rhythm")
    if node is None:
        return None
    inner = Fields(node, "`rhythm`", ("press", "release"), fields.problems)
    inner.require("press", "release")
    return Rhythm(inner.exact_ms("press", 5_000), inner.exact_ms("release", 2_000))


def _cautions(fields: Fields) -> list[Caution]:
    found = []
    for node in fields.items("cautions"):
        if not isinstance(node, Mapping):
            hint = "write `- {when: pregnant, action: drop, say: ...}`"
            fields.problems.append(error(node.span, "a caution needs keys", hint))
            continue
        inner = Fields(node, "a caution", ("when", "action", "say", "use"), fields.problems)
        inner.require("when", "action", "say")
        action = inner.choice("action", get_args(CautionAction), "warn")
        if action == "replace":
            inner.require("use")
        words = inner.texts("say") or (Text("", node.span),)
        found.append(Caution(inner.word("when"), action, words[0], inner.word("use")))
    return found


def _check_slots(text: Text, sides: Sides, problems: list[Problem]) -> None:
    for match in _SLOT.finditer(text.value):
        if match[1] not in SLOTS:
            problems.append(error(text.span, f"nothing fills `{match[0]}`", "use {side} or {other}"))
        elif sides != "each":
            message = f"`{match[0]}` needs a move done on each side"
            problems.append(error(text.span, message, "write `sides: each`, or leave it out"))
