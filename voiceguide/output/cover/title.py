"""The title on a cover: chooses the characters that can be drawn, the size and the lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

SIZES = (84, 78, 72, 66, 60, 54, 48, 42)
"""Sizes of letters in pixels, best first."""

LEADING = 1.16
"""Distance between two lines, as a fraction of the size."""

CAPITAL = 0.73
"""Height of a capital or a digit, as a fraction of the size."""

_FONT = Path(__file__).parent / "fonts" / "cover.otf"
_LONGEST = 300
"""Characters of a title that are used; fewer than half of them have room."""


@dataclass(frozen=True, slots=True)
class Block:
    """Centred lines of one size."""

    size: int
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """Pixels from the top of the first line's capitals to the bottom of the last line's capitals."""
        return self.size * (CAPITAL + LEADING * (len(self.lines) - 1)) if self.lines else 0


@cache
def font(size: int) -> FreeTypeFont:
    """Return the font of covers. Pillow's basic layout is the same on every machine; another needs a library."""
    from PIL import ImageFont

    return ImageFont.truetype(_FONT, size, layout_engine=ImageFont.Layout.BASIC)


def block(title: str, width: int, height: int) -> Block:
    """Return the title in the largest size that has room, without characters that the font lacks.

    The block may have no lines. A title that is too long even for the smallest size is cut short.
    """
    words = drawable(title).split()
    for size in SIZES:
        lines = list(_lines(words, font(size), width))
        if Block(size, tuple(lines)).height <= height and all(font(size).getlength(line) <= width for line in lines):
            return Block(size, tuple(_balanced(lines, font(size), width)))
    return Block(SIZES[-1], tuple(_cut(words, font(SIZES[-1]), width, height)))


def drawable(title: str) -> str:
    """Return the title without characters that the font lacks; empty if no letter or digit is left."""
    left = "".join(char if font(SIZES[0]).getlength(char) else " " for char in normalize("NFC", title)[:_LONGEST])
    return " ".join(left.split()) if any(map(str.isalnum, left)) else ""


def _balanced(lines: list[str], face: FreeTypeFont, width: int) -> list[str]:
    """Return the same number of lines, but of about equal length."""
    words = " ".join(lines).split()
    for narrower in range(width, 0, -20):
        tried = list(_lines(words, face, narrower))
        if len(tried) > len(lines) or any(face.getlength(line) > narrower for line in tried):
            break
        lines = tried
    return lines


def _cut(words: list[str], face: FreeTypeFont, width: int, height: int) -> list[str]:
    """Return the lines that have room, with an ellipsis if some have none. Words wider than a line are cut."""
    lines = list(_lines((part for word in words for part in _parts(word, face, width)), face, width))
    most = 1 + int((height / face.size - CAPITAL) / LEADING)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while face.getlength(f"{last}…") > width:
        last = last[:-1].rstrip()
    return [*lines[: most - 1], f"{last}…"]


def _lines(words: Iterable[str], face: FreeTypeFont, width: int) -> Iterator[str]:
    """Yield lines, each as full as possible. A word wider than a line gets a line of its own."""
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if line and face.getlength(longer) > width:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _parts(word: str, face: FreeTypeFont, width: int) -> Iterator[str]:
    """Yield the word in parts that are no wider than `width`."""
    part = ""
    for char in word:
        if part and face.getlength(part + char) > width:
            yield part
            part = ""
        part += char
    yield part
