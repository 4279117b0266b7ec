"""What a listener sees: one line with the step, the words, the time gone and the time left."""

from __future__ import annotations

import io
import os
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from voiceguide.units import format_clock, milliseconds

if TYPE_CHECKING:
    from voiceguide.player.transport import Moment

_HIDE_CURSOR, _SHOW_CURSOR, _CLEAR_LINE = "\x1b[?25l", "\x1b[?25h", "\r\x1b[K"

_USUAL_COLUMNS = 80


class Screen:
    """A progress line on a terminal; elsewhere a plain line for each chapter."""

    def __init__(self, out: TextIO | None = None) -> None:
        """Write to `out`, or to standard error where there is one."""
        self._out = out or sys.stderr or io.StringIO()
        self._live = self._out.isatty() and os.environ.get("TERM") != "dumb"
        self._likely_length = 0
        self._shown = ""
        self.position = 0
        """Frames heard when the line was last drawn."""
        self.missed = 0
        """Frames of silence put in besides, because speech came late."""

    @contextmanager
    def showing(self, title: str, likely_length: int) -> Iterator[None]:
        """Show a session of that title. `likely_length` (frames) gives the time left until the length is known."""
        self._likely_length = likely_length
        try:
            # Whoever reads this may press Ctrl-C before it is all written.
            self._write(f"{_visible(title)}  (Ctrl-C ends it)\n" + (_HIDE_CURSOR if self._live else ""))
            yield
        finally:
            self.close()

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._live:
            self._write(_CLEAR_LINE + _SHOW_CURSOR)

    def show(self, moment: Moment) -> None:
        """Draw where the session is."""
        self.position, self.missed = moment.position, moment.missed
        if self._live:
            line = self.line(moment, self._columns())
            if line != self._shown:
                self._write(_CLEAR_LINE + line)
                self._shown = line
        elif moment.chapter and moment.chapter != self._shown:
            self._write(f"{format_clock(milliseconds(moment.position))}  {_visible(moment.chapter)}\n")
            self._shown = moment.chapter

    def note(self, text: str) -> None:
        """Write a line that stays; the progress line is drawn again below it."""
        if self._live:
            text, self._shown = _CLEAR_LINE + _visible(text), ""
        self._write(f"{text}\n")

    def line(self, moment: Moment, columns: int) -> str:
        """The progress line: the clock, then the chapter, then as many words as fit into `columns`."""
        length = self._likely_length if moment.length is None else moment.length
        about = "~" if moment.length is None else ""
        # Whole seconds, so that both clocks tick at once.
        gone = milliseconds(moment.position) // 1000
        left = max(milliseconds(length) // 1000 - gone, 0)
        clocks = f"{format_clock(1000 * gone)} / -{about}{format_clock(1000 * left)}"
        parts = (clocks, _visible(moment.chapter), _visible(moment.text))
        # Room is left for the ^C that ends it: at the end of a full line it would scroll.
        return _cut("  ".join(part for part in parts if part), columns - 3)

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._out.fileno()).columns or _USUAL_COLUMNS
        except OSError:
            return _USUAL_COLUMNS

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def _visible(text: str) -> str:
    """Text that cannot steer the terminal, whoever wrote it."""
    return "".join(char if char.isprintable() else " " for char in text)


def _cut(text: str, columns: int) -> str:
    """As much of the text as surely fits into so many columns."""
    if sum(map(_columns_of, text)) <= columns:
        return text
    kept = 0
    used = _columns_of("…")
    for char in text:
        used += _columns_of(char)
        if used > columns:
            break
        kept += 1
    return f"{text[:kept].rstrip()}…" if columns > 0 else ""


def _columns_of(char: str) -> int:
    """Columns a character takes at most: terminals disagree on emoji made of several."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
