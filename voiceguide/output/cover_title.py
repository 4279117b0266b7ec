"""A title on a cover: what of it can be drawn, how large, and in which lines."""

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
"""Of letters, in pixels, from the best."""

LEADING = 1.16
"""From line to line, as a part of the size."""

CAPITAL = 0.73
"""Height of a capital or a digit, as a part of the size."""

_FONT = Path(__file__).parent / "fonts" / "cover.otf"
_LONGEST = 300
"""Characters that are looked at; fewer than half of them have room."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one size, to be set in the middle of each other."""

    size: int
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """Pixels from the top of the first line's capitals to the bottom of the last line's."""
        return self.size * (CAPITAL + LEADING * (len(self.lines) - 1)) if self.lines else 0


@cache
def font(size: int) -> FreeTypeFont:
    """The font of covers. Its layout is the same on every machine, with or without a library for it."""
    from PIL import ImageFont

    return ImageFont.truetype(_FONT, size, layout_engine=ImageFont.Layout.BASIC)


def block(title: str, width: int, height: int) -> Block:
    """A title as large as there is room for it, without what the font cannot draw. It may have no lines.

    One that has no room in the smallest size is cut short.
    """
    words = drawable(title).split()
    for size in SIZES:
        lines = list(_lines(words, font(size), width))
        if Block(size, tuple(lines)).height <= height and all(font(size).getlength(line) <= width for line in lines):
            return Block(size, tuple(_balanced(lines, font(size), width)))
    return Block(SIZES[-1], tuple(_cut(words, font(SIZES[-1]), width, height)))


def drawable(title: str) -> str:
    """A title without what the font has no picture of; empty where no letter or digit is left."""
    left = "".join(char if font(SIZES[0]).getlength(char) else " " for char in normalize("NFC", title)[:_LONGEST])
    return " ".join(left.split()) if any(map(str.isalnum, left)) else ""


def _balanced(lines: list[str], face: FreeTypeFont, width: int) -> list[str]:
    """As many lines, but of much the same length."""
    words = " ".join(lines).split()
    for narrower in range(width, 0, -20):
        tried = list(_lines(words, face, narrower))
        if len(tried) > len(lines) or any(face.getlength(line) > narrower for line in tried):
            break
        lines = tried
    return lines


def _cut(words: list[str], face: FreeTypeFont, width: int, height: int) -> list[str]:
    """What has room, with an ellipsis for what has not. A word that is too wide goes on in the next line."""
    lines = list(_lines((part for word in words for part in _parts(word, face, width)), face, width))
    most = 1 + int((height / face.size - CAPITAL) / LEADING)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while face.getlength(f"{last}…") > width:
        last = last[:-1].rstrip()
    return [*lines[: most - 1], f"{last}…"]


def _lines(words: Iterable[str], face: FreeTypeFont, width: int) -> Iterator[str]:
    """Words in lines, each as full as it can be. A word that is wider has a line of its own."""
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
    """A word in parts that are no wider."""
    part = ""
    for char in word:
        if part and face.getlength(part + char) > width:
            yield part
            part = ""
        part += char
    yield part
