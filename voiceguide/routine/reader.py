"""Reads routine files, move libraries and parts. Each mistake becomes a Problem, and reading continues after it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from voiceguide.base.source import Problem, Problems, Span, UnreadableSource, error, errors_in, in_order, shortened
from voiceguide.choices.table import KEPT, WrongValue
from voiceguide.routine.fields import Fields
from voiceguide.routine.limits import check_size
from voiceguide.routine.model import Cueing, Default, Library, Part, Profiles, Routine, Text
from voiceguide.routine.moves import read_cueing, read_library, read_pronunciations
from voiceguide.routine.profiles import read_profiles
from voiceguide.routine.steps import Reading, read_chime, read_part, read_steps
from voiceguide.routine.tree import Mapping, Node, parse
from voiceguide.routine.words import is_language

ROUTINE_KEYS = (
    *("title", "summary", "language", "tags", "moves", "chime", "safety", "pronounce", "cues", "defaults", "steps"),
)
SESSION_CHIME = "bowl"
NO_CHIME = "none"


def read_file(path: Path) -> tuple[Routine | Library | Part | Profiles | None, tuple[Problem, ...]]:
    """Read a file and the files that it uses.

    A file without a title is a move library if it lies in a folder `moves` or its `moves:` has keys, a file of profiles
    if it has `profiles:`, and a part if it lies in a folder `parts`. Every other file is a routine.

    Returns:
        The content of the file, or None if it has an error, and all problems in the order of the lines.
    """
    reading = Reading(path)
    content: Routine | Library | Part | Profiles | None = None
    last: tuple[Problem, ...] = ()
    try:
        root = reading.tree(path)
        keys = {key.value: value for key, value in root.pairs} if isinstance(root, Mapping) else {}
        start = Span(str(path), 1, 1)
        folder = path.absolute().parent.name
        if "title" not in keys and (folder == "moves" or isinstance(keys.get("moves"), Mapping)):
            content = read_library(root, start, reading.problems)
        elif "title" not in keys and isinstance(root, Mapping) and "profiles" in keys:
            content = read_profiles(root, reading.problems)
        elif "title" not in keys and folder == "parts":
            content = _part(root, start, reading)
        else:
            content = _routine(root, start, reading)
    except UnreadableSource as cause:
        last = (cause.problem,)
    found = in_order((*reading.problems, *last))
    return (None if errors_in(found) else content), found


def _routine(root: Node, start: Span, reading: Reading) -> Routine | None:
    problems = reading.problems
    if not isinstance(root, Mapping):
        hint = "begin with `title: ...` on the first line"
        problems.add(error(start, "a routine begins with keys such as `title:` and `steps:`", hint))
        return None
    fields = Fields(root, "a routine", ROUTINE_KEYS, problems)
    fields.require("title", "steps")
    language = fields.word("language", "en-US")
    if not is_language(language):
        hint = "write a language tag like en-US or de-DE"
        problems.add(error(fields.span_of("language"), f"`{shortened(language)}` is not a language", hint))
    _use_libraries(fields, reading)
    # The routine's own pronunciations come last, so they replace those of its libraries.
    reading.pronounced |= {each.word: each for each in read_pronunciations(fields)}
    steps = read_steps(fields.items("steps"), reading)
    for problem in check_size(steps):
        problems.add(problem)
    return Routine(
        name=reading.path.stem,
        title=fields.text("title") or Text(reading.path.stem, start),
        summary=fields.text("summary"),
        language=language,
        tags=tuple(text.value for text in fields.texts("tags")),
        chime=_framing_chime(fields),
        safety=fields.sentences("safety"),
        steps=steps,
        pronounce=tuple(reading.pronounced.values()),
        defaults=_defaults(fields),
        cueing=read_cueing(fields) or Cueing(),
        library=tuple(reading.moves.values()),
        span=start,
    )


def _use_libraries(fields: Fields, reading: Reading) -> None:
    if isinstance(fields.node("moves"), Mapping):
        hint = "put them in a file such as moves/my-moves.yaml, and write `moves: my-moves`"
        message = "`moves` names the libraries; the moves themselves stand in a file of their own"
        reading.problems.add(error(fields.span_of("moves"), message, hint))
        reading.moves_known = False
        return
    for name in {text.value: text for text in fields.texts("moves")}.values():
        path = reading.beside("moves", name.value, name.span, "move library")
        try:
            library, problems = _library(reading.text(path), str(path)) if path else (None, ())
        except UnreadableSource as cause:
            # Go on, because the rest of the routine can still be read.
            library, problems = None, (cause.problem,)
        for problem in problems:
            reading.problems.add(problem)
        if library is None:
            reading.moves_known = False
            continue
        reading.moves |= {move.key: move for move in library.moves}
        reading.pronounced |= {each.word: each for each in library.pronounce}


def _defaults(fields: Fields) -> tuple[tuple[str, Default], ...]:
    """Read the author's defaults, which have the same keys as a listener's config file."""
    node = fields.mapping("defaults", "{pace: 0.9, bed: rain}")
    if node is None:
        return ()
    inner = Fields(node, "`defaults`", tuple(KEPT), fields.problems)
    found: list[tuple[str, Default]] = []
    for name, key in KEPT.items():
        written = inner.scalar(name) if name in inner else None
        if written:
            try:
                found.append((name, Default(key.read(written.value), written.span)))
            except WrongValue as cause:
                fields.problems.add(error(written.span, cause.message, cause.hint))
    return tuple(found)


@lru_cache(maxsize=16)
def _library(text: str, file: str) -> tuple[Library | None, tuple[Problem, ...]]:
    """Return a library, or None if it cannot be read. It is parsed once, even if several routines use it."""
    problems = Problems()
    try:
        return read_library(parse(text, file, problems), Span(file, 1, 1), problems), tuple(problems)
    except UnreadableSource as cause:
        return None, (*problems, cause.problem)


def _framing_chime(fields: Fields) -> str:
    """Return the chime that opens and closes the session; empty for none."""
    if "chime" not in fields:
        return SESSION_CHIME
    return "" if fields.word("chime") == NO_CHIME else read_chime(fields)


def _part(root: Node, start: Span, reading: Reading) -> Part:
    # Files included by a part lie beside it. Only the routine that includes the part knows the moves.
    folder = reading.path.parent
    reading.path = (folder.parent if folder.name else folder / "..") / reading.path.name
    reading.moves_known = False
    reading.open_parts.append(reading.path.stem)
    part = Part(read_part(root, start, reading))
    for problem in check_size(part.steps):
        reading.problems.add(problem)
    return part
