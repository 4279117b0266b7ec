"""Translates PyYAML's complaints into words for authors of routines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from voiceguide.base.source import Problem, Span, error, shortened

if TYPE_CHECKING:
    import yaml

TIGHT_COLON = "a space is missing after the colon"
TIGHT_DASH = "a space is missing after the dash"

_QUOTE = "put the text in quotes"

# The beginning of a complaint, and the message and hint that replace it.
_SIMPLE = (
    ("found character '\\t'", "a tab cannot be used here", "use spaces"),
    ("found character", "a text cannot begin with `{}`", _QUOTE),
    ("expected the node content, but found '<stream end>'", "a `[` or `{{` is not closed", "close it"),
    ("expected the node content", "a text cannot begin with `{}`", _QUOTE),
    ("mapping keys are not allowed", "a text cannot begin with `{}`", _QUOTE),
    ("sequence entries are not allowed", "a dash here begins a list", "begin it on a line of its own, or use quotes"),
    ("expected a comment or a line break", "the text after `>` or `|` begins on the next line", "start a new line"),
    ("expected chomping or indentation", "a text cannot begin with `>` or `|`", _QUOTE),
    ("found unknown escape", "a backslash in double quotes begins a code", "use single quotes"),
    ("expected escape sequence", "a backslash in double quotes begins a code", "use single quotes"),
    ("found undefined tag handle", "a text cannot begin with `!`", _QUOTE),
    ("expected '<document start>'", "nothing more can stand here", "remove it, or line it up with what is above"),
)


def explain(cause: yaml.MarkedYAMLError, lines: list[str], file: str) -> Problem:
    """Return the mistake, with the place at which the author should look."""
    here, opened = _place(cause.problem_mark, file), _place(cause.context_mark, file)
    complaint, context = cause.problem or "", cause.context or ""
    if context.startswith(("while scanning an alias", "while scanning an anchor")):
        here, complaint = opened, "found character"
    line = lines[here.line - 1] if here.line <= len(lines) else ""
    before = line[: here.column - 1]
    if complaint.startswith("mapping values are not allowed"):
        return _unexpected_colon(here, before, lines)
    if complaint.startswith("expected <block end>"):
        return _out_of_line(here, line, complaint)
    if complaint.startswith(("found unexpected end of stream", "found unexpected document separator")):
        return error(opened, "a quote is opened here and never closed", "close it with the same quote")
    if complaint.startswith(("expected ',' or '}'", "expected ',' or ']'")):
        bracket = "{" if "}" in complaint else "["
        if opened.line == here.line:
            return error(here, f"a comma is missing after a value in `{bracket}`", "add it, or put the text in quotes")
        closing = "}" if bracket == "{" else "]"
        return error(opened, f"a `{bracket}` is opened here and not closed", f"close it with `{closing}`")
    if complaint.startswith("could not find expected ':'"):
        if found := _tight_dash(opened, lines[opened.line - 1]):
            return found
        return error(opened, "this line has no key", "write `key: value`, or move it in below its key")
    if "directive" in context or "YAML d" in complaint:
        return error(here, "a line cannot begin with `%`", _QUOTE)
    for beginning, message, hint in _SIMPLE:
        if complaint.startswith(beginning):
            return error(here, message.format(line[here.column - 1 : here.column]), hint)
    return error(here, f"this cannot be understood ({complaint})", _QUOTE)


def _place(mark: yaml.Mark | None, file: str) -> Span:
    return Span(file, mark.line + 1, mark.column + 1) if mark else Span(file, 1, 1)


def _unexpected_colon(here: Span, before: str, lines: list[str]) -> Problem:
    """Explain a colon that would begin a second key on a line."""
    if re.search(r":\s|[^\s-]\s+\S|[-:]\s*$", before):
        return error(here, "this colon would begin a new key", "put the whole text in quotes")
    above = next((number for number in range(here.line - 1, 0, -1) if lines[number - 1].strip()), 0)
    text = lines[above - 1] if above else ""
    place = Span(here.file, above, len(text) - len(text.lstrip()) + 1)
    if found := re.match(r"\s*(?:- +)*([A-Za-z]+):(?=\S)", text):
        hint = f"write `{found[1]}: ` and then the rest"
        return error(Span(here.file, above, found.end() + 1), TIGHT_COLON, hint)
    if found := re.match(r"\s*- +([a-z]+) +([0-9]\S*)\s*$", text):
        return error(place, f"a colon is missing after `{found[1]}`", f"write `- {found[1]}: {found[2]}`")
    if above and ":" not in text:
        return error(place, "this line has no key", "write `key: value`, or move it in below its key")
    start = Span(here.file, here.line, len(before) - len(before.lstrip()) + 1)
    return error(start, "this line is moved in too far", "line it up with the key above")


def _tight_dash(place: Span, line: str) -> Problem | None:
    """Report a step without a space after its dash, because YAML reads such a dash as part of the text."""
    text = line[place.column - 1 :]
    if line[: place.column - 1].strip() or not re.match(r"-[^\s-]", text):
        return None
    return error(place, TIGHT_DASH, f"write `- {shortened(text[1:])}`")


def _out_of_line(here: Span, line: str, complaint: str) -> Problem:
    """Explain a line that neither continues nor ends the lines above."""
    if found := _tight_dash(here, line):
        return found
    ahead = line[: here.column - 1].rstrip()
    if ahead.endswith(('"', "'")):
        hint = "put the whole text in quotes of the other kind"
        return error(here, "the text goes on after its closing quote", hint)
    if ahead.endswith(("}", "]")):
        return error(here, f"the text goes on after its `{ahead[-1]}`", "put the whole text in quotes")
    if "':'" in complaint:
        return error(here, "a word is missing before the colon", "write `key: value`")
    return error(here, "this line is not lined up with the ones around it", "give it as many spaces as they have")
