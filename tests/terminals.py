"""Programs whose standard error is a terminal."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence


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
