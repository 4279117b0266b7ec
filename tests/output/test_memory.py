"""A session's memory does not grow with its length."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import require_command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="only on systems that tell a process's peak memory")

EXPORT = """
import resource, sys
import voiceguide
voiceguide.open(sys.argv[1], engine="tone", bed=sys.argv[3]).export(sys.argv[2])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(script: Path, name: str, bed: str = "") -> int:
    """The most memory resident at once, in the system's unit, of an export that has all its speech in the cache."""
    command = [sys.executable, "-c", EXPORT, str(script), str(script.with_name(name)), bed]
    for _ in range(2):
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout)


def session(folder: Path, minutes: int) -> Path:
    path = folder / f"{minutes}.md"
    minute = 'Breathe in [4s] and out [6s].\n[hold 45s | "Halfway." at half | chime bell at end]\n'
    path.write_text("# Breath\n" + minute * minutes, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "bed"), [("copied.mp3", ""), ("encoded.mp3", "brown"), ("whole.wav", ""), ("piped.au", "")]
)
def test_four_hours_take_no_more_than_one(tmp_path: Path, name: str, bed: str) -> None:
    if name == "piped.au":
        require_command("ffmpeg")
    # Shorter where every sample is made: the ratio is the same.
    short = {"copied.mp3": 60, "encoded.mp3": 4, "whole.wav": 12, "piped.au": 12}[name]
    assert peak(session(tmp_path, 4 * short), name, bed) <= 1.1 * peak(session(tmp_path, short), name, bed)


def test_a_silence_of_hours_takes_no_memory(tmp_path: Path) -> None:
    peaks = []
    for hours in (1, 8):
        path = tmp_path / f"{hours}.md"
        path.write_text("# Silence\nSit down.\n" + "[pause 1h]\n" * hours, encoding="utf-8")
        peaks.append(peak(path, "silence.mp3"))
    assert peaks[1] <= 1.1 * peaks[0]
