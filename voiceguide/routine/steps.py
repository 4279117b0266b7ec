"""Reading the steps of a routine or a part, and the files that they use."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from voiceguide.base.resources import chime_names
from voiceguide.base.source import (
    MAX_SOURCE_BYTES,
    Problem,
    Problems,
    Span,
    UnreadableSource,
    did_you_mean,
    error,
    shortened,
)
from voiceguide.base.text_files import read_text
from voiceguide.choices.model import LESS_DETAIL
from voiceguide.routine import search_path
from voiceguide.routine.fields import Fields
from voiceguide.routine.model import (
    BreatheStep,
    ChimeStep,
    CueKind,
    Group,
    HoldStep,
    Length,
    Move,
    MoveStep,
    PauseStep,
    Pronounced,
    Qualified,
    SayStep,
    Section,
    Step,
    Text,
)
from voiceguide.routine.moves import SLOTS, with_usual
from voiceguide.routine.tree import Mapping, Node, Scalar, parse
from voiceguide.routine.yaml_errors import TIGHT_COLON

MAX_TOTAL = 4 * MAX_SOURCE_BYTES
"""Greatest number of characters of a routine with its libraries and parts."""

MAX_PARTS_DEEP = 4
"""Greatest depth of parts that include parts."""

QUALIFIERS = ("optional", "detail")
"""Keys that any step may have in addition to its own."""

_SLOT = re.compile(rf"\{{(?:{'|'.join(SLOTS)})\}}")


@dataclass
class Reading:
    """State of reading one file with its libraries and parts."""

    path: Path
    """Path of the file. Libraries and parts are looked for beside it."""
    problems: Problems = field(default_factory=Problems)
    moves: dict[str, Move] = field(default_factory=dict)
    moves_known: bool = True
    """Whether every library could be read. If so, a move that is in none of them does not exist."""
    pronounced: dict[str, Pronounced] = field(default_factory=dict)
    parts: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    open_parts: list[str] = field(default_factory=list)
    read: int = 0
    """Number of characters read so far."""

    def text(self, path: Path) -> str:
        """Read one file.

        Raises:
            UnreadableSource: the file cannot be read, or all files together are too long.
        """
        text = read_text(path)
        self.read += len(text)
        if self.read > MAX_TOTAL:
            message = f"the routine and its files are longer than {MAX_TOTAL // 1024:,} KB together"
            raise UnreadableSource(error(Span(str(path), 1, 1), message, "make it several routines"))
        return text

    def tree(self, path: Path) -> Node:
        """Read and parse one file.

        Raises:
            UnreadableSource: as `text`, or the file is no YAML.
        """
        return parse(self.text(path), str(path), self.problems)

    def beside(self, folder: str, name: str, span: Span, what: str) -> Path | None:
        """Return the file of a library or a part. Report a problem if it is missing or not allowed."""
        found = search_path.locate(self.path, folder, name, span, what)
        if isinstance(found, Path):
            return found
        self.problems.add(found)
        return None


def read_steps(nodes: tuple[Node, ...], reading: Reading) -> tuple[Step, ...]:
    """Return the steps of a list, without those that have a mistake."""
    return tuple([step for node in nodes if (step := _step(node, reading)) is not None])


def read_chime(fields: Fields) -> str:
    """Return the value of the `chime` key; empty if missing or wrong."""
    name = fields.word("chime")
    if name and name not in chime_names():
        hint = did_you_mean(name, chime_names())
        fields.problems.add(error(fields.span_of("chime"), f"there is no chime `{shortened(name)}`", hint))
        return ""
    return name


def _step(node: Node, reading: Reading) -> Step | None:
    if not isinstance(node, Mapping):
        reading.problems.add(_keyless(node))
        return None
    keys = [key.value for key, _ in node.pairs]
    # `hold` may be combined with `say`, and `repeat` with `steps`. Other keys cannot be combined.
    kinds = [key for key in keys if key in READERS]
    kind = next((key for key in ("hold", "repeat") if key in kinds), kinds[0] if kinds else "")
    if not kind:
        name, _, rest = keys[0].partition(":") if keys else ("", "", "")
        if name in READERS:
            message, hint = TIGHT_COLON, f"write `{name}: {shortened(rest)}`"
        else:
            message = f"there is no step `{shortened(keys[0])}`" if keys else "this step is empty"
            hint = did_you_mean(keys[0], READERS) if keys else "remove it"
        reading.problems.add(error(node.span, message, hint))
        return None
    beside = {"hold": ("say",), "repeat": ("steps",)}.get(kind, ())
    fields = Fields(node, f"a `{kind}` step", (kind, *beside, *QUALIFIERS), reading.problems, tuple(READERS))
    step = READERS[kind](fields, reading)
    if step is None or not any(key in fields for key in QUALIFIERS):
        return step
    return Qualified(step, fields.count("optional", 0), fields.choice("detail", LESS_DETAIL, "cues"), fields.span)


def _keyless(node: Node) -> Problem:
    """Return the problem for a step that is only a text or a list."""
    text = " ".join(node.value.split()) if isinstance(node, Scalar) else "..."
    message = "a step begins with a key such as `say:` or `move:`"
    begun = re.match(r"(\w+)(:?)( ?)(.*)", text)
    if not text:
        return error(node.span, "this step is empty", "remove it")
    if not begun or begun[1] not in READERS:
        return error(node.span, message, f"write `- say: {shortened(text)}`")
    key, colon, space, rest = begun.groups()
    if colon and not space:
        message = TIGHT_COLON
    elif not colon and rest:
        # `hold 30s` and `say Sit down`, but not `hold your breath`.
        if key != "say" and " " in rest:
            return error(node.span, message, f"write `- say: {shortened(text)}`")
        message = f"a colon is missing after `{key}`"
    return error(node.span, message, f"write `- {key}: {shortened(rest) or '...'}`")


def _section(fields: Fields, _reading: Reading) -> Step | None:
    title = fields.word("section")
    return Section(title, fields.span) if title else None


def _say(fields: Fields, _reading: Reading) -> Step | None:
    pieces = _pieces(fields)
    return SayStep(pieces, fields.span) if pieces else None


def _pieces(fields: Fields) -> tuple[Text | Length, ...]:
    pieces = fields.pieces("say")
    for piece in pieces:
        if isinstance(piece, Text) and (slot := _SLOT.search(piece.value)):
            message = f"`{slot[0]}` is filled in only in the moves of a library"
            fields.problems.add(error(piece.span, message, "write `left` or `right`"))
    return pieces


def _pause(fields: Fields, _reading: Reading) -> Step | None:
    length = fields.length("pause")
    return PauseStep(length, fields.span) if length else None


def _breathe(fields: Fields, reading: Reading) -> Step | None:
    node = fields.mapping("breathe", "{in: 4s, out: 6s}")
    if node is None:
        return None
    inner = Fields(node, "`breathe`", ("cycles", "in", "hold", "out", "cue"), reading.problems)
    inner.require("in", "out")
    return BreatheStep(
        cycles=inner.count("cycles", 3),
        in_ms=inner.exact_ms("in"),
        hold_ms=inner.exact_ms("hold"),
        out_ms=inner.exact_ms("out"),
        cue=inner.choice("cue", get_args(CueKind), "spoken"),
        span=fields.span,
    )


def _move(fields: Fields, reading: Reading) -> Step | None:
    node = fields.node("move")
    hold = usual = None
    if isinstance(node, Mapping):
        inner = Fields(node, "`move`", ("use", "hold", "usual"), reading.problems)
        inner.require("use")
        key, span = inner.word("use"), inner.span_of("use")
        hold, usual = inner.length("hold"), inner.length("usual")
    else:
        key, span = fields.word("move"), fields.span_of("move")
    move = reading.moves.get(key)
    if move is None:
        if key and reading.moves_known:
            hint = _which_move(key, reading.moves) or "name its library at the top, like `moves: acupressure`"
            reading.problems.add(error(span, f"there is no move `{shortened(key)}`", hint))
        return None
    return MoveStep(move, with_usual(hold or move.hold, usual, reading.problems), fields.span)


def _which_move(key: str, moves: dict[str, Move]) -> str:
    """Return a hint for an unknown key of a move, in case the author wrote the move's name."""
    by_name = next((move.key for move in moves.values() if move.name.casefold() == key.casefold()), "")
    return f"did you mean `{by_name}`?" if by_name else did_you_mean(key, moves)


def _hold(fields: Fields, _reading: Reading) -> Step | None:
    length, pieces = fields.length("hold"), _pieces(fields)
    return HoldStep(length, pieces, fields.span) if length else None


def _repeat(fields: Fields, reading: Reading) -> Step | None:
    fields.require("steps")
    return Group(fields.count("repeat"), read_steps(fields.items("steps"), reading), fields.span)


def _include(fields: Fields, reading: Reading) -> Step | None:
    name, span = fields.word("include"), fields.span_of("include")
    if not name:
        return None
    if name in reading.open_parts:
        way = " → ".join([*reading.open_parts, name])
        reading.problems.add(error(span, f"`{name}` includes itself ({way})", "remove this include"))
        return None
    if len(reading.open_parts) == MAX_PARTS_DEEP:
        message = f"parts are included more than {MAX_PARTS_DEEP} deep"
        reading.problems.add(error(span, message, "write the steps of one into the other"))
        return None
    if name not in reading.parts:
        path = reading.beside("parts", name, span, "part")
        if path is None:
            return None
        reading.open_parts.append(name)
        reading.parts[name] = _part(path, reading)
        reading.open_parts.pop()
    return Group(1, reading.parts[name], fields.span)


def _part(path: Path, reading: Reading) -> tuple[Step, ...]:
    try:
        return read_part(reading.tree(path), Span(str(path), 1, 1), reading)
    except UnreadableSource as cause:
        # The rest of the routine is still read.
        reading.problems.add(cause.problem)
        return ()


def read_part(root: Node, start: Span, reading: Reading) -> tuple[Step, ...]:
    """Return the steps of a part."""
    if not isinstance(root, Mapping):
        reading.problems.add(error(start, "a part begins with `steps:`", "add it on the first line"))
        return ()
    fields = Fields(root, "a part", ("steps",), reading.problems)
    fields.require("steps")
    return read_steps(fields.items("steps"), reading)


def _chime(fields: Fields, _reading: Reading) -> Step | None:
    name = read_chime(fields)
    return ChimeStep(name, fields.span) if name else None


READERS: dict[str, Callable[[Fields, Reading], Step | None]] = {
    "section": _section,
    "say": _say,
    "pause": _pause,
    "breathe": _breathe,
    "move": _move,
    "hold": _hold,
    "repeat": _repeat,
    "include": _include,
    "chime": _chime,
}
"""The reader for every kind of step, by its key."""
