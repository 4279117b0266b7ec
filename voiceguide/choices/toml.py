"""TOML with a Span on every key and value. `tomllib` reads the values, but does not report their places."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from voiceguide.base.source import Problem, Span, UnreadableSource, error

_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""+'
    r"|'''.*?'''+"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|(?P<blank>[ \t\r]+|\#[^\n]*)"
    r"|(?P<newline>\n)"
    r"|(?P<open>[\[{])"
    r"|(?P<close>[\]}])"
    r"""|[^\s"'\#\[\]{}]+""",
    re.DOTALL,
)
_ASSIGNMENT = re.compile(r"""(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*=[ \t]*""")
_POSITION = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement at the top level, comments and blanks around it left out. Offsets are in characters."""

    key: str
    """Key of the statement; empty for the head of a table and for a key with dots."""
    value: object
    """Value as `tomllib` reads it."""
    span: Span
    value_span: Span
    start: int
    value_start: int
    end: int


def statements(text: str, file: str) -> tuple[Statement, ...]:
    """Return the statements of a TOML text, in order; of a table only its head.

    Raises:
        UnreadableSource: the text is not TOML.
    """
    if not text:
        return ()
    import tomllib

    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise UnreadableSource(error(Span(file, 1, 1), "a list is nested too deep", "remove it")) from None
    except ValueError as cause:
        raise UnreadableSource(_not_toml(str(cause), text, file)) from None
    newlines = [match.start() for match in re.finditer("\n", text)]

    def place(offset: int) -> Span:
        above = bisect_left(newlines, offset)
        return Span(file, above + 1, offset - (newlines[above - 1] if above else -1))

    found: list[Statement] = []
    below_table = False
    for start, end in _extents(text):
        head = text[start] == "["
        below_table = below_table or head
        assignment = None if below_table else _ASSIGNMENT.match(text, start)
        if assignment:
            key = next(iter(tomllib.loads(text[start:end])))
            value_start = assignment.end()
            found.append(Statement(key, document[key], place(start), place(value_start), start, value_start, end))
        elif head or not below_table:
            found.append(Statement("", None, place(start), place(start), start, start, end))
    return tuple(found)


def _extents(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets at which each statement of a valid TOML text starts and ends."""
    start, end, depth = -1, 0, 0
    for token in _TOKEN.finditer(text):
        if token["newline"] and not depth and start >= 0:
            yield start, end
            start = -1
        elif not (token["blank"] or token["newline"]):
            start, end = (start if start >= 0 else token.start()), token.end()
            depth += bool(token["open"]) - bool(token["close"])
    if start >= 0:
        yield start, end


def _not_toml(complaint: str, text: str, file: str) -> Problem:
    """Return an error of `tomllib` as a problem with its place, in words for people who do not know TOML."""
    match = _POSITION.fullmatch(complaint)
    what = match[1] if match else complaint
    place = Span(file, text.count("\n") + 1, len(text) - text.rfind("\n"))
    if match and match[2]:
        place = Span(file, int(match[2]), int(match[3]))
    known = (
        ("Invalid value (at end", "the file ends in the middle of a value", "finish it, or remove it"),
        ("Invalid value", "this is not a value", "put a text in quotes"),
        ("Cannot overwrite a value", "a key is written twice", "remove one of the two"),
        ("Expected '='", "a key must be followed by =", "write it like this: pace = 0.9"),
        ("Expected newline", "something stands behind a value", "put a text in quotes, and each key on its own line"),
        ("Unterminated string", "a quote is opened and never closed", "close it"),
        ("Illegal character '\\n'", "a quote is opened and never closed", "close it"),
        ("Unclosed array", "a [ is opened and never closed", "close it"),
    )
    for start, message, hint in known:
        if complaint.startswith(start):
            return error(place, message, hint)
    return error(place, f"this is not TOML: {what[:80]}", "write it like this: pace = 0.9")
