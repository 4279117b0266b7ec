"""Reads sound files, and finds where their chimes begin and how loud they are."""

from __future__ import annotations

import re
import subprocess
import wave
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from _bench.processes import CommandFailed, last_line
from voiceguide.base.paths import shipped
from voiceguide.base.units import RATE

Sound = npt.NDArray[np.int16]
"""Mono at `RATE`, shape (frames,)."""

SEARCH = RATE * 30 // 1000
"""Frames before and after its time in which a chime is searched."""

TEMPLATE = RATE * 50 // 1000
"""Frames of a chime that are compared with the sound."""


def read_wav(path: Path) -> Sound:
    """Return the samples of a 16-bit mono WAV file at `RATE`."""
    with wave.open(str(path), "rb") as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
            raise ValueError(f"{path} is not 16-bit mono at {RATE} Hz")
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


def decode(path: Path) -> Sound:
    """Return the samples of any sound file, decoded by ffmpeg."""
    decoded = _ffmpeg("-v", "error", "-i", path, "-f", "s16le", "-ac", "1", "-ar", str(RATE), "-").stdout
    return np.frombuffer(decoded, "<i2").astype(np.int16)


def mp3_seconds(path: Path) -> float:
    """Return the length in the header of an MP3 file, in seconds."""
    from mutagen.mp3 import MPEGInfo

    with path.open("rb") as file:
        return float(MPEGInfo(file).length)


def chime(name: str) -> Sound:
    """Return the samples of a shipped chime."""
    return read_wav(shipped("audio") / f"{name}.wav")


def onset_errors(sound: Sound, timeline: dict[str, Any]) -> list[int]:
    """Return by how many frames each chime of a timeline begins too late in `sound`, up to ±`SEARCH`.

    A chime begins where its first `TEMPLATE` frames differ least from the sound.
    """
    # Padding gives room to search before the first frame and after the last one.
    padded = np.pad(sound.astype(np.float32), SEARCH + TEMPLATE)
    errors = []
    for event in timeline["events"]:
        if event["kind"] == "chime":
            wanted = chime(event["text"])[:TEMPLATE].astype(np.float32)
            first = round(event["start"] * RATE) + TEMPLATE
            window = padded[first : first + 2 * SEARCH + len(wanted)]
            places = np.lib.stride_tricks.sliding_window_view(window, len(wanted))
            differences = np.square(places - wanted).sum(axis=1)
            errors.append(int(differences.argmin()) - SEARCH)
    return errors


def loudness(path: Path) -> tuple[float, float]:
    """Return integrated loudness in LUFS and true peak in dBTP, measured by ffmpeg's ebur128 filter (EBU R 128)."""
    measure = "ebur128=peak=true:framelog=verbose"
    done = _ffmpeg("-hide_banner", "-nostats", "-i", path, "-af", measure, "-f", "null", "-")
    summary = done.stderr.decode(errors="replace").rpartition("Summary:")[2]
    return _value(r"I:\s+(-?[\d.]+) LUFS", summary), _value(r"Peak:\s+(-?[\d.]+) dBFS", summary)


def _ffmpeg(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(["ffmpeg", *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        raise CommandFailed(f"ffmpeg ended with code {done.returncode}: {last_line(done.stderr)}")
    return done


def _value(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    if not found:
        raise CommandFailed(f"ffmpeg's summary of the loudness has no {pattern}")
    return float(found[1])
