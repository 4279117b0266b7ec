"""A terminal while one line is drawn on it over and over: without a cursor, and without the letters of keys pressed.

However the program ends or is stopped, the terminal is as it was before: after Ctrl-Z, `bg` and `fg` too. Only SIGKILL
and SIGSTOP, which no program can answer, leave it as it is.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Self, TextIO

from voiceguide.base.log import passed_over, suppressed

HIDE_CURSOR, SHOW_CURSOR, CLEAR_LINE = "\x1b[?25l", "\x1b[?25h", "\r\x1b[K"

_SLICE_S = 0.25
"""How often, while a key is waited for, it is looked whether the program is still in the foreground."""

if sys.platform == "win32":
    import msvcrt

    def in_background(descriptor: int) -> bool:  # noqa: ARG001  # the same on each platform
        """Whether another program has the terminal: reading from it, or changing it, would stop this one."""
        return False

    class _Modes:
        """Windows shows keys only where a program reads them."""

        def __init__(self, descriptor: int, *, by_key: bool) -> None:
            """Change nothing."""

        def change(self) -> None:
            """Nothing to change."""

        def restore(self) -> None:
            """Nothing to restore."""

    def _forget_typed(descriptor: int) -> None:  # noqa: ARG001
        while msvcrt.kbhit():
            msvcrt.getwch()

    def _next_key(descriptor: int, seconds: float) -> str | None:  # noqa: ARG001
        # In pieces, because Windows cannot wait for a key and a time.
        pause = threading.Event()
        for _ in range(max(round(seconds / 0.05), 1)):
            if msvcrt.kbhit():
                return msvcrt.getwch()
            pause.wait(0.05)
        return None

else:
    import select
    import termios

    def in_background(descriptor: int) -> bool:
        """Whether another program has the terminal: reading from it, or changing it, would stop this one."""
        try:
            return os.tcgetpgrp(descriptor) != os.getpgrp()
        except OSError:
            # It is a terminal, but not the one that controls this program.
            return False

    class _Modes:
        """What the terminal does with keys: it does not show them, and, if wanted, gives each one at once."""

        def __init__(self, descriptor: int, *, by_key: bool) -> None:
            self._descriptor = descriptor
            self._off = termios.ECHO | (termios.ICANON if by_key else 0)
            self._before: list[Any] | None = None
            self._ours: list[Any] | None = None

        def change(self) -> None:
            """Set them, and keep what they were."""
            # A terminal that has gone has no modes.
            with suppressed(termios.error, log=__name__, what="the terminal shows what is typed"):
                now = termios.tcgetattr(self._descriptor)
                if now == self._ours:
                    # Stopped and continued, without a shell between that would have put them back.
                    return
                self._before = now
                flags = now[3] & ~self._off
                termios.tcsetattr(self._descriptor, termios.TCSANOW, [*now[:3], flags, *now[4:]])
                self._ours = termios.tcgetattr(self._descriptor)

        def restore(self) -> None:
            """Set what was kept."""
            if self._before and not in_background(self._descriptor):
                with suppressed(termios.error, log=__name__, what="the terminal is not put back"):
                    termios.tcsetattr(self._descriptor, termios.TCSANOW, self._before)
            self._before = self._ours = None

    def _forget_typed(descriptor: int) -> None:
        with suppressed(termios.error, log=__name__, what="what was typed is not forgotten"):
            termios.tcflush(descriptor, termios.TCIFLUSH)

    def _next_key(descriptor: int, seconds: float) -> str | None:
        if not select.select([descriptor], [], [], seconds)[0]:
            return None
        try:
            # All bytes of it: an arrow has three, and a letter may have four.
            return os.read(descriptor, 32).decode(errors="replace")[:1]
        except OSError as cause:
            # The terminal has gone, and nobody will press a key.
            passed_over(__name__, "no key can be read", cause)
            return ""


class HeldTerminal:
    """The terminal of a text stream, held for drawing while this is entered. Elsewhere than on a terminal, nothing."""

    def __init__(self, stream: TextIO, *, draws: bool = True, by_key: bool = False) -> None:
        """Hold nothing yet.

        Args:
            stream: what is drawn on.
            draws: the cursor is hidden, and the line it stands in is cleared at the end.
            by_key: keys can be read with `key`.
        """
        self._stream = stream
        self._draws = draws
        try:
            self._descriptor: int | None = stream.fileno() if stream.isatty() else None
        except OSError:
            # It is a stream without a file.
            self._descriptor = None
        self._modes = None if self._descriptor is None else _Modes(self._descriptor, by_key=by_key)
        self._holding = False
        self._held = False

    @contextmanager
    def holding(self) -> Iterator[Self]:
        """Hold it until the block ends, apart from the times when the program is stopped or in the background."""
        handlers: dict[str, Callable[[int, FrameType | None], None]] = {
            "SIGTSTP": self._stop,
            "SIGCONT": self._go_on,
            "SIGQUIT": self._quit,
        }
        before = {}
        if self._descriptor is not None and threading.current_thread() is threading.main_thread():
            for name, handler in handlers.items():
                number = getattr(signal, name, None)
                # What was ignored when the program was started stays so.
                if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                    before[number] = signal.signal(number, handler)
        try:
            self._holding = True
            self.hold()
            yield self
        finally:
            self._holding = False
            self.release()
            for number, earlier in before.items():
                signal.signal(number, earlier)

    def hold(self) -> bool:
        """Hold the terminal, unless it is held. False where that cannot be: the program is in the background.

        Outside of `holding` nothing is changed.
        """
        if self._descriptor is not None and in_background(self._descriptor):
            self._held = False
            return False
        if self._holding and not self._held:
            # First, so that a stop in this moment puts right what was done by then.
            self._held = True
            if self._modes:
                self._modes.change()
            self._write(HIDE_CURSOR)
        return True

    def release(self) -> None:
        """Leave the terminal as it was. May be called twice, and from a signal handler."""
        if self._held:
            self._held = False
            self._write(CLEAR_LINE + SHOW_CURSOR)
            if self._modes:
                self._modes.restore()

    def forget_typed(self) -> None:
        """Drop the keys that were pressed by now."""
        if self._descriptor is not None:
            _forget_typed(self._descriptor)

    def key(self, seconds: float) -> str:
        """The next key that is pressed, as a letter; empty where none is in that time, or in the background."""
        if self._descriptor is None:
            return ""
        for _ in range(max(round(seconds / _SLICE_S), 1)):
            if not self.hold():
                return ""
            key = _next_key(self._descriptor, _SLICE_S)
            if key is not None:
                return key
        return ""

    def _write(self, text: str) -> None:
        if not self._draws:
            return
        if self._descriptor is None:
            self._stream.write(text)
        else:
            # Past the stream, which may be in the middle of something when a signal comes. A terminal that has gone
            # need not be put right.
            with suppress(OSError):
                os.write(self._descriptor, text.encode())

    def _stop(self, number: int, _: FrameType | None) -> None:
        """Ctrl-Z."""
        self.release()
        self._by_default(number)
        signal.signal(number, self._stop)
        # Where nobody could continue it, the system does not stop it either.
        self.hold()

    def _go_on(self, _: int, __: FrameType | None) -> None:
        """`fg` or `bg`, or a signal from elsewhere after SIGSTOP."""
        self._held = False
        self.hold()

    def _quit(self, number: int, _: FrameType | None) -> None:
        """Ctrl-backslash."""
        self.release()
        self._by_default(number)

    @staticmethod
    def _by_default(number: int) -> None:
        """Let a signal do what it does to a program that does not care."""
        signal.signal(number, signal.SIG_DFL)
        if sys.platform != "win32":
            # To this thread, so that it has happened when the call returns.
            signal.pthread_kill(threading.get_ident(), number)
