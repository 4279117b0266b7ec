"""Cuts text into lines, but never inside what a reader sees as one character."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator

_JOINER = "\u200d"
_NOT_FIRST = frozenset("。，、．！？：；…）」』】》〉”’")
"""Characters that may not begin a line of Chinese or Japanese."""


def wrapped(text: str, width: int) -> list[str]:
    """Return the text in as few lines of at most `width` characters as possible, about equally long.

    The text is cut between words. A word longer than a line, such as a Chinese sentence, is cut inside.
    """
    lines = _filled(text, width)
    # Lines narrower than the longest word would cut that word.
    least = min(max(map(len, text.split()), default=1), width)
    return _filled(text, least + bisect_left(range(least, width), -len(lines), key=lambda at: -len(_filled(text, at))))


def clusters(text: str) -> Iterator[str]:
    """Yield pieces of text that a reader sees as one character, such as a letter with accents, or a family emoji."""
    cluster = ""
    for char in text:
        if cluster and not (_joins(char) or cluster[-1] == _JOINER or (_is_flag(char) and _is_flag(cluster))):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _filled(text: str, width: int) -> list[str]:
    """Return lines that are each as long as possible."""
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
    """Yield the parts between which a word that is longer than a line may be cut."""
    piece = ""
    for cluster in clusters(word):
        if piece and cluster not in _NOT_FIRST:
            yield piece
            piece = ""
        piece += cluster
    yield piece


def _joins(char: str) -> bool:
    """Tell whether a character changes the one before it: accents, variants, skin tones, tags."""
    return (
        unicodedata.category(char).startswith("M")
        or char == _JOINER
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _is_flag(text: str) -> bool:
    """Tell whether the text is one of the two letters that make a flag."""
    return len(text) == 1 and "\U0001f1e6" <= text <= "\U0001f1ff"
