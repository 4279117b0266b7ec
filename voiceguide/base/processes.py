"""Starting a module of this package in a new Python process, and killing a process that takes too long."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def python_command(module: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """Return the command that runs a module of this package in a new process, and the environment for it.

    >>> command, environment = python_command("voiceguide.sound.decoding", "wav", "/home/me/rain.wav")
    >>> command[1:]
    ['-P', '-m', 'voiceguide.sound.decoding', 'wav', '/home/me/rain.wav']
    """
    # If the package is imported from a checkout, the new process must find it too. With -P, it does not import modules
    # from the current folder.
    paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    return [sys.executable, "-P", "-m", module, *arguments], environment


@contextmanager
def killed_after(process: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """Kill the process if the block takes longer than `seconds`. The event is set if that happened.

    Not every platform can read a pipe with a time limit, but a pipe ends when the process that writes to it is killed.
    """
    overdue = threading.Event()

    def kill() -> None:
        overdue.set()
        process.kill()

    timer = threading.Timer(seconds, kill)
    timer.daemon = True
    timer.start()
    try:
        yield overdue
    finally:
        timer.cancel()
