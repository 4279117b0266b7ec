"""Reading text files that a person wrote. An error names the place of the mistake."""

from __future__ import annotations

import re
from pathlib import Path

from voiceguide.base.files import NoRegularFile, TooLarge, read_whole
from voiceguide.base.source import MAX_SOURCE_BYTES, Span, UnreadableSource, error, split_lines

# Characters that cannot be read or heard: control characters, surrogates, and codes without a meaning.
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]")


def read_text(path: Path) -> str:
    """Read a file written by an author.

    Raises:
        UnreadableSource: the file is missing, not a regular file, over `MAX_SOURCE_BYTES`, or not UTF-8 text.
    """

    def refuse(message: str, hint: str) -> UnreadableSource:
        return UnreadableSource(error(Span(str(path), 1, 1), message, hint))

    try:
        data = read_whole(path, MAX_SOURCE_BYTES)
    except IsADirectoryError:
        raise refuse("this is a folder, not a file", "give the path of a routine file in it") from None
    except NoRegularFile:
        raise refuse("this is not a file", "give the path of a routine file") from None
    except TooLarge:
        raise refuse(f"the file is larger than {MAX_SOURCE_BYTES // 1024} KB", "split it with `include`") from None
    except FileNotFoundError:
        raise refuse("there is no such file", "check the spelling of its path") from None
    except (OSError, ValueError) as cause:
        reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
        raise refuse(f"the file cannot be read: {reason}", "check its permissions") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        place = _place(str(path), data[: cause.start].decode("utf-8-sig"))
        hint = "save it again in your editor, and choose UTF-8 as its encoding"
        raise UnreadableSource(error(place, "the file is not saved as UTF-8 text", hint)) from None
    if found := NO_TEXT.search(text):
        message = f"the character U+{ord(found[0]):04X} here cannot be read or heard"
        raise UnreadableSource(error(_place(str(path), text[: found.start()]), message, "remove it"))
    return text


def _place(file: str, before: str) -> Span:
    lines = split_lines(before)
    return Span(file, len(lines), len(lines[-1]) + 1)
