r"""Making text from files safe to show on a terminal.

A title or a file name may contain characters that move the cursor, reverse the reading direction, or are invisible.
Each of them is shown as an escape, as Python writes it:

>>> print(shown("Calm \u202egnp.exe"))
Calm \u202egnp.exe

Text can be passed through `shown` twice: the second time changes nothing.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

_SUSPECT = re.compile(
    "["
    "\0-\x1f\x7f-\x9f"  # control characters
    "\xad"  # soft hyphen
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # letters and marks that are drawn as nothing
    "\u061c\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # formats of single scripts
    "\ud800-\udfff"  # bytes of a file name that are no text, and halves of characters
    "\U000e0000-\U000e0fff"  # tags and further variation selectors
    "]"
)
"""Every character that may have to be escaped; most texts have none of them."""

_SUBDIVISION_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{4,6}\U000e007f")
"""A flag such as Scotland's. Its letters are tag characters, which are invisible outside a flag."""

_VARIATION_SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_NEAR = 8
"""Number of characters to look at on each side: no flag is longer, and no letter has more accents."""

_SOFT_HYPHEN, _ZWNJ, _ZWJ = "\xad", "\u200c", "\u200d"


def shown(text: str) -> str:
    """Return the text on one line, with control characters and invisible characters escaped."""
    return text if _SUSPECT.search(text) is None else "".join(pieces(text))


def shown_lines(text: str) -> str:
    """Return the same as `shown` for a text of several lines: line ends and tabs are kept."""
    return "\n".join("\t".join(map(shown, line.split("\t"))) for line in text.split("\n"))


def pieces(text: str) -> Iterator[str]:
    """Yield what is shown for each character of a text, in order."""
    for start, char in enumerate(text):
        yield _escape(char) if _hides(text, start) else "" if char == _SOFT_HYPHEN else char


def json_shown(document: str) -> str:
    """Return JSON with the same value, in which unsafe characters are written as JSON escapes."""
    return _SUSPECT.sub(lambda found: found[0] if found[0] == "\n" else json.dumps(found[0])[1:-1], document)


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        # This stands for a byte of a file name that is no text.
        code -= 0xDC00
    short = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}.get(char)
    return short or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def _hides(text: str, at: int) -> bool:
    """Whether the character at `at` controls a terminal, or is invisible without a good reason."""
    char = text[at]
    if not _SUSPECT.match(char):
        return False
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if char == _SOFT_HYPHEN:
        # A soft hyphen marks where a word may be broken between lines. Within a word it is harmless, and left out.
        return not (before.isalpha() and after.isalpha())
    if char in (_ZWNJ, _ZWJ):
        return not _joins(char, text[max(at - _NEAR, 0) : at], after)
    if _VARIATION_SELECTORS.match(char):
        return not _can_vary(before)
    if char >= "\U000e0000":
        start = max(at - _NEAR, 0)
        flags = _SUBDIVISION_FLAG.finditer(text[start : at + _NEAR])
        return not any(flag.start() < at - start < flag.end() for flag in flags)
    return True


def _joins(joiner: str, text: str, after: str) -> bool:
    """Whether a joiner has an effect between the text before it and the character after it.

    A joiner has an effect between the parts of an emoji, beside the Indic sign that removes a vowel, and after letters
    that are joined in writing, as in Persian.
    """
    before = _base(text)
    if not before:
        return False
    if joiner == _ZWJ and _is_symbol(before) and after and _is_symbol(after):
        return True
    if any(neighbour and unicodedata.combining(neighbour) == 9 for neighbour in (text[-1], after)):
        return True
    return unicodedata.bidirectional(before) == "AL" and text[-1] not in (_ZWNJ, _ZWJ)


def _base(text: str) -> str:
    """Return the last character of a text that is no accent, variation selector or skin colour; may be empty."""
    for char in reversed(text):
        if not (unicodedata.category(char) in ("Mn", "Me") or "\U0001f3fb" <= char <= "\U0001f3ff"):
            return char
    return ""


def _is_symbol(char: str) -> bool:
    # The emoji of a nodding head contains this arrow, which Unicode lists as a mathematical sign.
    return unicodedata.category(char) in ("So", "Cn") or char == "\N{LEFT RIGHT ARROW}"


def _can_vary(char: str) -> bool:
    """Whether the character may have variants in Unicode: symbols, digits, and letters without upper and lower case."""
    if not char or _SUSPECT.match(char):
        return False
    varying = ("So", "Sm", "Sk", "Cn", "Po", "Pd", "Nd", "Lo")
    return unicodedata.category(char) in varying or char == "\N{INFORMATION SOURCE}"
