"""How far a set-up is, on standard error, and whether somebody stopped it."""

import contextlib
import os
import signal
import sys
import textwrap
import time


class Progress:
    """A line that is written again and again, and until `close`, the signals, which are looked at when it is."""

    def __init__(self) -> None:
        self.drawn = self.stopped = 0
        self.began = self.told = time.monotonic()
        self.file = sys.stderr or open(os.devnull, "w", errors="replace")  # noqa: SIM115  # it may have been closed by the caller
        self.live = self.file.isatty()
        numbers = {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}  # Windows has no SIGHUP
        # A signal that `nohup` has set to be ignored stays ignored.
        self.before = {number: signal.getsignal(number) for number in numbers}
        for number, handler in self.before.items():
            if handler != signal.SIG_IGN:
                signal.signal(number, self._stop)

    def _stop(self, number: int, _frame: object) -> None:
        self.stopped = number

    def update(self, doing: str) -> None:
        """Say what is being done; called several times a second. Raises SystemExit where somebody stopped it."""
        if self.stopped:
            self.say("voiceguide: set-up stopped; the next run starts it again")
            raise SystemExit(128 + self.stopped)
        now = time.monotonic()
        text = "Setting up voiceguide {}:{:02d} {}".format(*divmod(int(now - self.began), 60), doing)
        text = textwrap.shorten(text, max(self._width(), 4), placeholder=" ...")
        if self.live:
            self._write("\r" + text.ljust(self.drawn))
            self.drawn = len(text)
        elif now - self.told > 5:
            self.told = now
            self._write(text + "\n")

    def say(self, text: str) -> None:
        """Write a message that stays; a narrow terminal breaks it between words."""
        if self.live:
            text = textwrap.fill(text, self._width(), break_long_words=False, break_on_hyphens=False)
        self.clear()
        self._write(text + "\n")

    def clear(self) -> None:
        """Take the line away."""
        self._write("\r" + " " * self.drawn + "\r" if self.drawn else "")
        self.drawn = 0

    def close(self) -> None:
        """Take the line away, and leave the signals to others again."""
        self.clear()
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _width(self) -> int:
        if not self.live:
            return 110
        try:
            return max(os.get_terminal_size(self.file.fileno()).columns or 80, 2) - 1
        except OSError:  # the terminal was closed
            return 79

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # whoever read it has gone; the set-up goes on
            self.file.write(text)
            self.file.flush()
