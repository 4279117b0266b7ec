"""Text cut to fit: into lines, and never within what is read as one character."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator

_JOINER = "\u200d"
_NOT_FIRST = frozenset("。，、．！？：；…）」』】》〉”’")
"""What no line of Chinese or Japanese begins with."""


def wrapped(text: str, width: int) -> list[str]:
    """The text in as few lines of at most `width` characters as it needs, about equally long.

    It is cut between words, and within one that is longer than a line, as whole sentences of Chinese are.
    """
    lines = _filled(text, width)
    # Narrower lines than the longest word would cut it.
    least = min(max(map(len, text.split()), default=1), width)
    return _filled(text, least + bisect_left(range(least, width), -len(lines), key=lambda at: -len(_filled(text, at))))


def clusters(text: str) -> Iterator[str]:
    """The text in pieces that each show as one character, such as a letter and its accents, or a family of emoji."""
    cluster = ""
    for char in text:
        if cluster and not (_joins(char) or cluster[-1] == _JOINER or (_is_flag(char) and _is_flag(cluster))):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _filled(text: str, width: int) -> list[str]:
    """Each line as long as can be."""
    lines = [""]
    for word in text.split():
        gap = " "
        for piece in [word] if len(word) <= width else _pieces(word):
            if lines[-1] and len(lines[-1]) + len(gap) + len(piece) > width:
                lines.append("")
            lines[-1] += (gap if lines[-1] else "") + piece
            gap = ""
    return lines


def _pieces(word: str) -> Iterator[str]:
    """Where a word too long for a line can be cut."""
    piece = ""
    for cluster in clusters(word):
        if piece and cluster not in _NOT_FIRST:
            yield piece
            piece = ""
        piece += cluster
    yield piece


def _joins(char: str) -> bool:
    """Whether a character changes the one before it: accents, variants, skin tones, tags."""
    return (
        unicodedata.category(char).startswith("M")
        or char == _JOINER
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _is_flag(text: str) -> bool:
    """Whether it is one letter of the two that make a flag."""
    return len(text) == 1 and "\U0001f1e6" <= text <= "\U0001f1ff"
