"""Commands that install optional libraries for the Python that runs this program."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from importlib import metadata


def install_command(extra: str) -> str:
    """Return the command that installs an extra of `pyproject.toml`, such as `formats`.

    The command names the libraries, not this program: it also works if this program is not from PyPI.
    """
    needed = []
    for each in _requirements():
        # `each` looks like `audioop-lts>=0.2.1; (python_version >= '3.13') and extra == 'pydub'`.
        library, _, condition = each.replace('"', "'").partition(";")
        if f"extra == '{extra}'" in condition and _holds(condition):
            needed.append(library)
    return _quoted([sys.executable, "-m", "pip", "install", *(needed or [f"voiceguide[{extra}]"])])


def _requirements() -> list[str]:
    try:
        return metadata.requires("voiceguide") or []
    except metadata.PackageNotFoundError:
        return []


def _holds(condition: str) -> bool:
    """Whether the Python version meets the bounds in a condition."""
    bounds = re.findall(r"python_version (>=|<) '(\d+)\.(\d+)'", condition)
    return all((sys.version_info[:2] >= (int(major), int(minor))) == (sign == ">=") for sign, major, minor in bounds)


def _quoted(words: list[str]) -> str:
    """Return a command line with words quoted for the system's shell."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
