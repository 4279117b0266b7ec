"""Describes the machine of a measurement, without its name or its owner."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

PACKAGES = ("voiceguide", "piper-tts", "onnxruntime", "numpy", "lameenc", "miniaudio", "pyttsx3", "pydub")
COMMANDS = {
    "ffmpeg": ("ffmpeg", "-version"),
    "lame": ("lame", "--version"),
    "espeak-ng": ("espeak-ng", "--version"),
    "pulseaudio": ("pulseaudio", "--version"),
}


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine, and the versions installed on it."""

    processor: str
    cores: int
    memory_gb: float | None
    system: str
    python: str
    versions: dict[str, str]
    load: float | None
    """Average number of processes that wanted to run in the minute before the start."""

    @property
    def busy(self) -> bool:
        """True if other programs used half a core or more."""
        return self.load is not None and self.load >= 0.5

    def lines(self) -> tuple[str, ...]:
        """Return the description as lines of text."""
        memory = f", {self.memory_gb:.0f} GB of memory" if self.memory_gb else ""
        load = f"; load before the start {self.load:.1f}" if self.load is not None else ""
        return (
            f"{self.processor}, {self.cores} cores{memory}{load}",
            f"{self.system}, Python {self.python}",
            ", ".join(f"{name} {version}" for name, version in self.versions.items()),
        )


def describe() -> Machine:
    """Return a description of this machine."""
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gb=_memory_gb(),
        system=_system(),
        python=platform.python_version(),
        versions={**_packages(), **_commands()},
        load=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    )


def _processor() -> str:
    if sys.platform == "darwin":
        return _first_line("sysctl", "-n", "machdep.cpu.brand_string")
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()


def _memory_gb() -> float | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (ValueError, OSError):
        return None


def _system() -> str:
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = platform.system()
    return f"{name}, Linux {'.'.join(platform.release().split('.')[:2])}"


def _packages() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _commands() -> dict[str, str]:
    found = {}
    for name, command in COMMANDS.items():
        version = re.search(r"\d+(?:\.\d+)+", _first_line(*command)) if shutil.which(name) else None
        if version:
            found[name] = version[0]
    return found


def _first_line(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    return (done.stdout.splitlines() or [""])[0].strip()
