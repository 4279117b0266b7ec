"""The screen during a session: one line with the step, the words, the time gone and the time left."""

from __future__ import annotations

import io
import os
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from voiceguide.base.log import is_shown
from voiceguide.base.shown import shown
from voiceguide.base.units import format_clock, milliseconds
from voiceguide.player.terminal import CLEAR_LINE, HeldTerminal

if TYPE_CHECKING:
    from voiceguide.player.transport import Moment

_USUAL_COLUMNS = 80


class Screen:
    """A progress line on a terminal; elsewhere, and in the background, a plain line for each chapter or none."""

    def __init__(self, out: TextIO | None = None) -> None:
        """Write to `out`, or to standard error where there is one."""
        self._out = out or sys.stderr or io.StringIO()
        # The lines of the log would be written into the progress line.
        self._live = self._out.isatty() and os.environ.get("TERM") != "dumb" and not is_shown()
        self._terminal = HeldTerminal(self._out, draws=self._live)
        self._likely_length = 0
        self._title = ""
        """Text of the first line, if it was not written yet; else empty."""
        self._shown = ""
        self.position = 0
        """Frames heard when the line was last drawn."""
        self.missed = 0
        """Frames of silence inserted because speech came late."""

    @contextmanager
    def showing(self, title: str, likely_length: int) -> Iterator[None]:
        """Show a session of that title. `likely_length` (frames) gives the time left until the length is known.

        The title is written for good only at the first moment. Before that, opening the speaker may still fail.
        """
        self._likely_length = likely_length
        self._title = f"{shown(title)}  (Ctrl-C ends it)"
        # The held terminal does not show typed keys, which would otherwise appear inside the line.
        with self._terminal.holding():
            if self._live and self._terminal.hold():
                # The line leaves room for ^C, which the listener may press at once.
                self._write(_cut(self._title, self._columns() - 3))
            yield

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._terminal.release()

    def show(self, moment: Moment) -> None:
        """Draw the line for the position of the session."""
        self.position, self.missed = moment.position, moment.missed
        self._write_title()
        if self._live:
            # While this program is in the background, the terminal belongs to another program.
            line = self.line(moment, self._columns()) if self._terminal.hold() else ""
            if line != self._shown:
                self._write(CLEAR_LINE + line if line else "")
                self._shown = line
        elif moment.chapter and moment.chapter != self._shown:
            self._write(f"{format_clock(milliseconds(moment.position))}  {shown(moment.chapter)}\n")
            self._shown = moment.chapter

    def note(self, text: str) -> None:
        """Write a line that stays; the progress line is drawn again below it."""
        self._write_title()
        if self._live:
            self._shown = ""
        self._write(f"{self._clear()}{shown(text)}\n")

    def _write_title(self) -> None:
        title, self._title = self._title, ""
        if title:
            self._write(f"{self._clear()}{title}\n")

    def _clear(self) -> str:
        return CLEAR_LINE if self._live and self._terminal.hold() else ""

    def line(self, moment: Moment, columns: int) -> str:
        """Return the progress line: the clock, then the chapter, then as many words as fit into `columns`."""
        length = self._likely_length if moment.length is None else moment.length
        about = "~" if moment.length is None else ""
        # Whole seconds, so that both clocks tick at once.
        gone = milliseconds(moment.position) // 1000
        left = max(milliseconds(length) // 1000 - gone, 0)
        clocks = f"{format_clock(1000 * gone)} / -{about}{format_clock(1000 * left)}"
        parts = (clocks, shown(moment.chapter), shown(moment.text))
        # Room is left for the ^C that ends the session: at the end of a full line it would scroll the screen.
        return _cut("  ".join(part for part in parts if part), columns - 3)

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._out.fileno()).columns or _USUAL_COLUMNS
        except OSError:
            return _USUAL_COLUMNS

    def _write(self, text: str) -> None:
        try:
            self._out.write(text)
            self._out.flush()
        except OSError:
            # The output is full or its terminal is closed. The session can still be heard.
            pass


def _cut(text: str, columns: int) -> str:
    """Return as much of the text as certainly fits into `columns`."""
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
    """Return the most columns that a character can take. Terminals disagree on emoji made of several characters."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
