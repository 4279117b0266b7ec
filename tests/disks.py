"""Disks that are full or cannot be written, for the time of one command."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

Done = subprocess.CompletedProcess[str]


def with_small_disk(folder: Path, kilobytes: int, command: Sequence[str]) -> Done:
    """Run a command that finds an empty disk of that size at `folder`."""
    return _mounted(["-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], command)


def with_read_only_disk(folder: Path, command: Sequence[str]) -> Done:
    """Run a command that can only read `folder`."""
    return _mounted(["-o", "bind", str(folder), str(folder)], ["mount", "-o", "remount,bind,ro", str(folder)], command)


def _mounted(mount: Sequence[str], *commands: Sequence[str]) -> Done:
    """Run commands after a mount that only they see, and that is gone when they end."""
    script = " && ".join(shlex.join(command) for command in (["mount", *mount], *commands))
    space = ["unshare", "--map-root-user", "--mount"]
    possible = (
        shutil.which("unshare")
        and not subprocess.run([*space, "mount", *mount], capture_output=True, check=False).returncode
    )
    if not possible:
        pytest.skip("only on Linux that lets its users mount")
    return subprocess.run([*space, "sh", "-c", script], capture_output=True, text=True, timeout=60, check=False)
