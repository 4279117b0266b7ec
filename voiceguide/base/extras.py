"""How to install what is left out of a first installation, for the very Python that runs this."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from importlib import metadata


def install_command(extra: str) -> str:
    """What to type to have an extra of `pyproject.toml`, such as `formats`.

    It names the libraries themselves: they come from where libraries come from, wherever this program came from.
    """
    needed = []
    for each in _requirements():
        # Such as `audioop-lts>=0.2.1; (python_version >= '3.13') and extra == 'pydub'`.
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
    """Whether a condition's bounds on Python's version hold here."""
    bounds = re.findall(r"python_version (>=|<) '(\d+)\.(\d+)'", condition)
    return all((sys.version_info[:2] >= (int(major), int(minor))) == (sign == ">=") for sign, major, minor in bounds)


def _quoted(words: list[str]) -> str:
    """Words as the system's shell takes them."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
