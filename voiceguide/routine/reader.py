"""Routine files to `Routine`. Every mistake becomes a Problem; nothing stops at the first."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from voiceguide.resources import chime_names
from voiceguide.routine import shelf
from voiceguide.routine.fields import Fields
from voiceguide.routine.limits import check_size
from voiceguide.routine.model import (
    BreatheStep,
    ChimeStep,
    Group,
    HoldStep,
    Length,
    Move,
    MoveStep,
    PauseStep,
    Pronounced,
    Routine,
    SayStep,
    Section,
    Step,
)
from voiceguide.routine.moves import read_moves, read_pronunciations
from voiceguide.routine.tree import Mapping, Node, Scalar, UnreadableSource, parse, read_text
from voiceguide.source import Problem, Span, did_you_mean, error

ROUTINE_KEYS = ("title", "summary", "language", "tags", "moves", "chime", "safety", "pronounce", "steps")
STEP_KEYS = ("section", "say", "pause", "breathe", "move", "hold", "repeat", "include", "chime")
DEFAULT_CHIME = "bowl"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_FILE_NAME = re.compile(r"[\w-]+")


def read_routine(path: Path) -> tuple[Routine | None, tuple[Problem, ...]]:
    """Read a routine file, its move library and everything it includes.

    Returns:
        The routine (None where it has an error), and every problem found, in the order of the files' lines.
    """
    reading = _Reading(path)
    routine: Routine | None = None
    try:
        root, problems = parse(read_text(path), str(path))
        reading.problems += problems
        routine = _routine(root, reading)
    except UnreadableSource as cause:
        reading.problems.append(cause.problem)
    found = tuple(sorted(set(reading.problems), key=lambda problem: (problem.span, problem.message)))
    return (None if any(problem.severity == "error" for problem in found) else routine), found


@dataclass
class _Reading:
    """What one reading of a routine has gathered so far."""

    path: Path
    problems: list[Problem] = field(default_factory=list)
    moves: dict[str, Move] = field(default_factory=dict)
    pronounced: dict[str, Pronounced] = field(default_factory=dict)
    parts: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    open_parts: list[str] = field(default_factory=list)


def _routine(root: Node, reading: _Reading) -> Routine | None:
    start = Span(str(reading.path), 1, 1)
    if not isinstance(root, Mapping):
        hint = "begin with `title: ...` on the first line"
        reading.problems.append(error(start, "a routine begins with keys such as `title:` and `steps:`", hint))
        return None
    fields = Fields(root, "a routine", ROUTINE_KEYS, reading.problems)
    fields.require("title", "steps")
    language = fields.word("language", "en-US")
    if not _LANGUAGE.fullmatch(language):
        hint = "write a language tag like en-US or de-DE"
        reading.problems.append(error(fields.span_of("language"), f"`{language}` is not a language", hint))
    for library in fields.words("moves"):
        _library(library, fields.span_of("moves"), reading)
    # The routine's own pronunciations come last, so that they win over its libraries'.
    reading.pronounced |= read_pronunciations(fields)
    steps = _steps(fields.items("steps"), reading)
    if "steps" in fields and not steps and not reading.problems:
        reading.problems.append(error(fields.span_of("steps"), "`steps` is empty", "add a step such as `- say: ...`"))
    reading.problems += check_size(steps)
    return Routine(
        name=reading.path.stem,
        title=fields.word("title", reading.path.stem),
        summary=fields.word("summary"),
        language=language,
        tags=fields.words("tags"),
        chime=_chime(fields, DEFAULT_CHIME, reading),
        safety=fields.sentences("safety"),
        steps=steps,
        pronounce=tuple(reading.pronounced.values()),
        span=start,
    )


def _library(name: str, span: Span, reading: _Reading) -> None:
    path = shelf.find_beside(reading.path, "moves", name) if _FILE_NAME.fullmatch(name) else None
    if path is None:
        hint = did_you_mean(name, shelf.names_beside(reading.path, "moves")) or "put it in a folder `moves` beside"
        reading.problems.append(error(span, f"there is no move library `{name}`", hint))
        return
    root, problems = parse(read_text(path), str(path))
    reading.problems += problems
    moves, pronounced = read_moves(root, str(path), reading.problems)
    reading.moves |= moves
    reading.pronounced |= pronounced


def _steps(nodes: tuple[Node, ...], reading: _Reading) -> tuple[Step, ...]:
    return tuple(step for node in nodes if (step := _step(node, reading)) is not None)


def _step(node: Node, reading: _Reading) -> Step | None:
    if not isinstance(node, Mapping):
        hint = "write `- say: ...`" if isinstance(node, Scalar) else "begin each step with a key"
        reading.problems.append(error(node.span, "a step begins with a key such as `say:` or `move:`", hint))
        return None
    keys = [key.value for key, _ in node.pairs]
    # `hold` may have a `say` beside it, and `repeat` its `steps`; the others stand alone.
    kinds = [key for key in keys if key in STEP_KEYS]
    kind = next((key for key in ("hold", "repeat") if key in kinds), kinds[0] if kinds else "")
    if not kind:
        names = ", ".join(f"`{key}`" for key in keys) or "an empty step"
        hint = did_you_mean(keys[0], STEP_KEYS) if keys else "remove the dash"
        reading.problems.append(error(node.span, f"no step is called {names}", hint))
        return None
    beside = {"hold": ("say",), "repeat": ("steps",)}.get(kind, ())
    fields = Fields(node, f"a `{kind}` step", (kind, *beside), reading.problems)
    return _READERS[kind](fields, reading)


def _section(fields: Fields, _reading: _Reading) -> Step | None:
    title = fields.word("section")
    return Section(title, fields.span) if title else None


def _say(fields: Fields, _reading: _Reading) -> Step | None:
    pieces = fields.pieces("say")
    return SayStep(pieces, fields.span) if pieces else None


def _pause(fields: Fields, _reading: _Reading) -> Step | None:
    length = fields.length("pause")
    return PauseStep(length, fields.span) if length else None


def _breathe(fields: Fields, reading: _Reading) -> Step | None:
    node = fields.mapping("breathe")
    if node is None:
        return None
    inner = Fields(node, "`breathe`", ("cycles", "in", "hold", "out"), reading.problems)
    inner.require("in", "out")
    return BreatheStep(
        cycles=inner.count("cycles", 3),
        in_ms=inner.exact_ms("in"),
        hold_ms=inner.exact_ms("hold"),
        out_ms=inner.exact_ms("out"),
        span=fields.span,
    )


def _move(fields: Fields, reading: _Reading) -> Step | None:
    node = fields.node("move")
    hold: Length | None = None
    if isinstance(node, Mapping):
        inner = Fields(node, "`move`", ("use", "hold"), reading.problems)
        inner.require("use")
        key, span = inner.word("use"), inner.span_of("use")
        hold = inner.length("hold")
    else:
        key, span = fields.word("move"), fields.span_of("move")
    if not key:
        return None
    move = reading.moves.get(key)
    if move is None:
        hint = did_you_mean(key, reading.moves) or "name a library at the top: `moves: acupressure`"
        reading.problems.append(error(span, f"there is no move `{key}`", hint))
        return None
    return MoveStep(move, hold or move.hold, fields.span)


def _hold(fields: Fields, _reading: _Reading) -> Step | None:
    length = fields.length("hold")
    return HoldStep(length, fields.pieces("say"), fields.span) if length else None


def _repeat(fields: Fields, reading: _Reading) -> Step | None:
    fields.require("steps")
    return Group(fields.count("repeat"), _steps(fields.items("steps"), reading), fields.span)


def _include(fields: Fields, reading: _Reading) -> Step | None:
    name = fields.word("include")
    span = fields.span_of("include")
    if not name:
        return None
    if name in reading.open_parts:
        way = " → ".join([*reading.open_parts, name])
        reading.problems.append(error(span, f"`{name}` includes itself ({way})", "remove this include"))
        return None
    if name not in reading.parts:
        path = shelf.find_beside(reading.path, "parts", name) if _FILE_NAME.fullmatch(name) else None
        if path is None:
            hint = did_you_mean(name, shelf.names_beside(reading.path, "parts")) or "put it in a folder `parts` beside"
            reading.problems.append(error(span, f"there is no part `{name}`", hint))
            return None
        reading.open_parts.append(name)
        reading.parts[name] = _part(path, reading)
        reading.open_parts.pop()
    return Group(1, reading.parts[name], fields.span)


def _part(path: Path, reading: _Reading) -> tuple[Step, ...]:
    root, problems = parse(read_text(path), str(path))
    reading.problems += problems
    if not isinstance(root, Mapping):
        reading.problems.append(error(Span(str(path), 1, 1), "a part begins with `steps:`", "add it on the first line"))
        return ()
    fields = Fields(root, "a part", ("steps",), reading.problems)
    fields.require("steps")
    return _steps(fields.items("steps"), reading)


def _chime_step(fields: Fields, reading: _Reading) -> Step | None:
    name = _chime(fields, "", reading)
    return ChimeStep(name, fields.span) if name else None


def _chime(fields: Fields, default: str, reading: _Reading) -> str:
    name = fields.word("chime", default)
    if name == "none" and default:
        return ""
    if name and name not in chime_names():
        hint = did_you_mean(name, chime_names())
        reading.problems.append(error(fields.span_of("chime"), f"there is no chime `{name}`", hint))
        return default
    return name


_READERS = {
    "section": _section,
    "say": _say,
    "pause": _pause,
    "breathe": _breathe,
    "move": _move,
    "hold": _hold,
    "repeat": _repeat,
    "include": _include,
    "chime": _chime_step,
}
