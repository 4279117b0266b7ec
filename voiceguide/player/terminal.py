"""Control of a terminal while one line is drawn on it repeatedly: the cursor is hidden, and typed keys are not shown.

When the program ends or is stopped, the terminal is restored, also by Ctrl-Z, `bg` and `fg`. Only SIGKILL and SIGSTOP,
which a program cannot handle, leave it changed.
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
"""Seconds between two checks, while waiting for a key, that the program is still in the foreground."""

if sys.platform == "win32":
    import msvcrt

    def in_background(descriptor: int) -> bool:  # noqa: ARG001  # the same on each platform
        """Whether another program has the terminal: reading from it, or changing it, would stop this one."""
        return False

    class _Modes:
        """The modes of the terminal. Windows needs no change: it shows keys only while a program reads them."""

        def __init__(self, descriptor: int, *, by_key: bool) -> None:
            """Do nothing."""

        def change(self) -> None:
            """Do nothing."""

        def restore(self) -> None:
            """Do nothing."""

    def _forget_typed(descriptor: int) -> None:  # noqa: ARG001
        while msvcrt.kbhit():
            msvcrt.getwch()

    def _next_key(descriptor: int, seconds: float) -> str | None:  # noqa: ARG001
        # Keys are polled, because Windows cannot wait for a key with a time limit.
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
        """Modes in which the terminal does not show typed keys, and with `by_key` passes on each key at once."""

        def __init__(self, descriptor: int, *, by_key: bool) -> None:
            self._descriptor = descriptor
            self._off = termios.ECHO | (termios.ICANON if by_key else 0)
            self._before: list[Any] | None = None
            self._ours: list[Any] | None = None

        def change(self) -> None:
            """Set the modes, and remember the old ones."""
            # A terminal that was closed has no modes.
            with suppressed(termios.error, log=__name__, what="the terminal shows what is typed"):
                now = termios.tcgetattr(self._descriptor)
                if now == self._ours:
                    # The program was stopped and continued, and no shell has restored the modes meanwhile.
                    return
                self._before = now
                flags = now[3] & ~self._off
                termios.tcsetattr(self._descriptor, termios.TCSANOW, [*now[:3], flags, *now[4:]])
                self._ours = termios.tcgetattr(self._descriptor)

        def restore(self) -> None:
            """Restore the old modes."""
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
            # All bytes of the key are read: an arrow has three, and a letter may have four.
            return os.read(descriptor, 32).decode(errors="replace")[:1]
        except OSError as cause:
            # The terminal was closed.
            passed_over(__name__, "no key can be read", cause)
            return ""


class HeldTerminal:
    """The terminal of a text stream, prepared for drawing within `holding`. Other streams are left alone."""

    def __init__(self, stream: TextIO, *, draws: bool = True, by_key: bool = False) -> None:
        """Hold nothing yet.

        Args:
            stream: stream to draw on.
            draws: whether to hide the cursor, and to clear its line at the end.
            by_key: whether keys can be read with `key`.
        """
        self._stream = stream
        self._draws = draws
        try:
            self._descriptor: int | None = stream.fileno() if stream.isatty() else None
        except OSError:
            # The stream has no file.
            self._descriptor = None
        self._modes = None if self._descriptor is None else _Modes(self._descriptor, by_key=by_key)
        self._holding = False
        self._held = False

    @contextmanager
    def holding(self) -> Iterator[Self]:
        """Hold the terminal until the block ends, except while the program is stopped or in the background."""
        handlers: dict[str, Callable[[int, FrameType | None], None]] = {
            "SIGTSTP": self._stop,
            "SIGCONT": self._go_on,
            "SIGQUIT": self._quit,
        }
        before = {}
        if self._descriptor is not None and threading.current_thread() is threading.main_thread():
            for name, handler in handlers.items():
                number = getattr(signal, name, None)
                # Signals that were ignored when the program started are still ignored.
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
        """Hold the terminal, unless it is held already. Return False if the program is in the background.

        Outside of `holding`, this does nothing.
        """
        if self._descriptor is not None and in_background(self._descriptor):
            self._held = False
            return False
        if self._holding and not self._held:
            # Set before the changes, so that a signal during them restores the ones made so far.
            self._held = True
            if self._modes:
                self._modes.change()
            self._write(HIDE_CURSOR)
        return True

    def release(self) -> None:
        """Restore the terminal. May be called twice, and from a signal handler."""
        if self._held:
            self._held = False
            self._write(CLEAR_LINE + SHOW_CURSOR)
            if self._modes:
                self._modes.restore()

    def forget_typed(self) -> None:
        """Drop the keys that were pressed so far."""
        if self._descriptor is not None:
            _forget_typed(self._descriptor)

    def key(self, seconds: float) -> str:
        """Return the next key as a letter; empty if none is pressed in time, or if the program is in the background."""
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
            # Written without the stream, which may be in the middle of a write when a signal comes. A terminal that was
            # closed need not be restored.
            with suppress(OSError):
                os.write(self._descriptor, text.encode())

    def _stop(self, number: int, _: FrameType | None) -> None:
        """Handle Ctrl-Z."""
        self.release()
        self._by_default(number)
        signal.signal(number, self._stop)
        # The system does not stop a program that no shell could continue, so that the program may go on here at once.
        self.hold()

    def _go_on(self, _: int, __: FrameType | None) -> None:
        """Handle SIGCONT, which `fg`, `bg` or another program has sent."""
        self._held = False
        self.hold()

    def _quit(self, number: int, _: FrameType | None) -> None:
        """Handle Ctrl-backslash."""
        self.release()
        self._by_default(number)

    @staticmethod
    def _by_default(number: int) -> None:
        """Let a signal have its default effect."""
        signal.signal(number, signal.SIG_DFL)
        if sys.platform != "win32":
            # The signal is sent to this thread, so that it takes effect before the call returns.
            signal.pthread_kill(threading.get_ident(), number)
