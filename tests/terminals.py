"""Programs in a terminal, and programs whose standard error is one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.pulse import wait_until


def shown_on_terminal(command: Sequence[str], columns: int) -> tuple[bytes, bytes]:
    """Run a program to its end.

    Returns:
        Its standard output, and what its standard error showed on a terminal of that width.
    """
    import pty

    terminal, end = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": str(columns)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=end, env=environment) as process:
        os.close(end)
        assert process.stdout
        out = process.stdout.read()
    shown = b""
    try:
        while part := os.read(terminal, 4096):
            shown += part
    except OSError:
        # What Linux makes of the end.
        pass
    os.close(terminal)
    return out, shown


@dataclass
class Terminal:
    """A terminal in which the command runs, as a shell would run it; what was shown is kept."""

    process: subprocess.Popen[bytes]
    screen: int
    shown: bytes = b""

    def wait_for(self, text: str, after: str = "") -> None:
        """Wait until `text` is shown, somewhere after the last `after`."""
        given_up = f"{text!r} does not appear"
        try:
            wait_until(lambda: text.encode() in self.look().rpartition(after.encode() or b"\0")[2], given_up)
        except AssertionError:
            raise AssertionError(f"{given_up}: {self.shown!r}") from None

    def look(self) -> bytes:
        """All that was shown by now."""
        os.set_blocking(self.screen, False)
        try:
            while part := os.read(self.screen, 4096):
                self.shown += part
        except OSError:
            # Nothing more for now, or, as Linux says it, nothing more at all.
            pass
        return self.shown

    def echoes(self) -> bool:
        """Whether it shows the keys that are pressed."""
        import termios

        return bool(termios.tcgetattr(self.screen)[3] & termios.ECHO)

    def press(self, key: bytes) -> None:
        os.write(self.screen, key)

    def end(self) -> tuple[int, str]:
        """The exit code, and all that was shown."""
        code = self.process.wait(60)
        return code, self.look().decode().replace("\r\n", "\n")

    def close(self) -> None:
        """End the program."""
        self.process.kill()
        self.process.wait()
        os.close(self.screen)


CONTROLLED = """\
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Makes the terminal the one that controls the process, so that its keys send signals."""


def in_terminal(command: Sequence[str], folder: Path, **more: str) -> Terminal:
    """Start a program in a terminal, with `more` in its environment."""
    import pty

    screen, inside = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", CONTROLLED, *command],
        stdin=inside,
        stdout=inside,
        stderr=inside,
        cwd=folder,
        env={**os.environ, "TERM": "xterm", **more},
        start_new_session=True,
    )
    os.close(inside)
    return Terminal(process, screen)
