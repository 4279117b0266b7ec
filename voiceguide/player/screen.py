"""What a listener sees: one line with the step, the words, the time gone and the time left."""

from __future__ import annotations

import shutil
import sys
from typing import TextIO

from voiceguide.player.transport import Moment
from voiceguide.units import format_clock, milliseconds

_HIDE_CURSOR, _SHOW_CURSOR, _CLEAR_LINE = "\x1b[?25l", "\x1b[?25h", "\r\x1b[K"


class Screen:
    """A progress line on a terminal; elsewhere a plain line for each chapter."""

    def __init__(self, title: str, likely_length: int, out: TextIO = sys.stderr) -> None:
        """Take the title, and the frames the session will likely last, for the time left until it is known."""
        self._title = title
        self._likely_length = likely_length
        self._out = out
        self._live = out.isatty()
        self._shown = ""
        self.position = 0
        """Frames heard when the line was last drawn."""

    def __enter__(self) -> Screen:
        """Begin, with the title."""
        self._out.write(f"{self._title}  (Ctrl-C ends it)\n")
        if self._live:
            self._out.write(_HIDE_CURSOR)
        self._out.flush()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the terminal as it was."""
        if self._live:
            self._out.write(_CLEAR_LINE + _SHOW_CURSOR)
            self._out.flush()

    def show(self, moment: Moment) -> None:
        """Draw where the session is."""
        self.position = moment.position
        if self._live:
            line = self.line(moment, shutil.get_terminal_size().columns)
            if line != self._shown:
                self._out.write(_CLEAR_LINE + line)
                self._out.flush()
                self._shown = line
        elif moment.chapter and moment.chapter != self._shown:
            self._out.write(f"{format_clock(milliseconds(moment.position))}  {moment.chapter}\n")
            self._out.flush()
            self._shown = moment.chapter

    def line(self, moment: Moment, columns: int) -> str:
        """The progress line, cut to `columns`: the clock always, then the chapter, then as many words as fit."""
        length = self._likely_length if moment.length is None else moment.length
        gone = format_clock(milliseconds(moment.position))
        left = format_clock(milliseconds(max(length - moment.position, 0)))
        about = "~" if moment.length is None else ""
        clock = f"{gone} / -{about}{left}"
        rest = f"  {moment.chapter}"
        if moment.text:
            rest += f"  {moment.text}"
        # The last column stays free: a full line makes some terminals scroll.
        room = max(columns - 1 - len(clock), 0)
        if len(rest) > room:
            rest = rest[: max(room - 1, 0)] + "…" if room > 3 else ""
        return clock + rest
