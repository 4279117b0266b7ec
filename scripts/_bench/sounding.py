"""Reading sound files back: where chimes really begin, and how loud a session is."""

from __future__ import annotations

import re
import subprocess
import wave
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from _bench.processes import CommandFailed, last_line
from voiceguide.resources import shipped
from voiceguide.units import RATE

Sound = npt.NDArray[np.int16]
"""Mono at `RATE`, shape (frames,)."""

SEARCH = RATE * 30 // 1000
"""Frames around its time in which a chime is looked for."""

TEMPLATE = RATE * 50 // 1000
"""Frames of a chime that are compared."""


def read_wav(path: Path) -> Sound:
    """The samples of a 16-bit mono WAV file at `RATE`."""
    with wave.open(str(path), "rb") as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
            raise ValueError(f"{path} is not 16-bit mono at {RATE} Hz")
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


def decode(path: Path) -> Sound:
    """Any sound file as ffmpeg decodes it."""
    decoded = _ffmpeg("-v", "error", "-i", path, "-f", "s16le", "-ac", "1", "-ar", str(RATE), "-").stdout
    return np.frombuffer(decoded, "<i2").astype(np.int16)


def mp3_seconds(path: Path) -> float:
    """How long an MP3 file says it lasts."""
    from mutagen.mp3 import MPEGInfo

    with path.open("rb") as file:
        return float(MPEGInfo(file).length)


def chime(name: str) -> Sound:
    """A shipped chime."""
    return read_wav(shipped("audio") / f"{name}.wav")


def onset_errors(sound: Sound, timeline: dict[str, Any]) -> list[int]:
    """For each chime of a timeline, how many frames later than there it begins in `sound`; at most `SEARCH` off.

    It begins where its first `TEMPLATE` frames differ least from what is heard.
    """
    # Room to look before the first frame and after the last one.
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
    """Integrated loudness in LUFS and true peak in dBTP, as ffmpeg's ebur128 filter measures them (EBU R 128)."""
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
