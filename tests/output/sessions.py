"""Timelines to write, and how others hear what was written."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.conftest import require_command
from tests.sound.held import Held, noise
from voiceguide.base.store import Store
from voiceguide.base.units import RATE, frames
from voiceguide.output.mp3.frames import GRANULE
from voiceguide.output.mp3.writer import APART
from voiceguide.output.options import ExportOptions, Quality
from voiceguide.sound.audio import Samples, mono
from voiceguide.sound.chimes import chime
from voiceguide.sound.clip import Placed
from voiceguide.sound.mixer import mix
from voiceguide.timeline.model import Chapter, Event, Timeline

TITLE = "Sciatica 坐骨神经痛 🧘 “quoted” & <b>"


def words(ms: int, seed: int) -> Held:
    """Something with the spectrum and the sharp start of a voice."""
    now = np.arange(frames(ms)) / RATE
    hum = np.sum([np.sin(2 * np.pi * (120 + 7 * seed) * k * now) / k for k in range(1, 12)], axis=0)
    return Held(mono(0.2 * hum + noise(frames(ms), seed, 0.02).held[:, 0], RATE).samples)


def session(length: int = frames(20_000)) -> Timeline:
    """Twenty seconds: words, silence, chimes, an overlap; chapters at odd frames."""
    placed = [
        Placed(441, words(1_200, 1)),
        Placed(88_201, words(900, 2)),
        Placed(150_001, chime("bell")),
        Placed(300_007, chime("bowl")),
        Placed(366_157, words(2_500, 3)),
        Placed(700_001, words(300, 4)),
    ]
    kind = ["speech", "speech", "chime", "chime", "speech", "speech"]
    events = [
        Event(each.start, each.start + each.clip.frames, "speech" if name == "speech" else "chime", f"Number {number}")
        for number, (each, name) in enumerate(zip(placed, kind, strict=True))
    ]
    chapters = (Chapter(0, "Settle in"), Chapter(88_201, "LI4 合谷, left hand 🖐"), Chapter(700_001, "Rest"))
    return Timeline(TITLE, "en-US", length, chapters, tuple(events), tuple(placed))


def export_options(path: Path, quality: Quality = "good") -> ExportOptions:
    """An order for `path`, with a cache beside it."""
    return ExportOptions(store=Store(path.parent / "cache"), quality=quality)


def on_grid(timeline: Timeline) -> Timeline:
    """The session with its sounds where an MP3 has them: at the nearest granule, moved as one where they lie close."""
    moved, end, by = [], -APART, 0
    for each in timeline.sounds:
        if each.start >= end + APART:
            by = (each.start + GRANULE // 2) // GRANULE * GRANULE - each.start
        moved.append(replace(each, start=each.start + by))
        end = max(end, each.start + each.clip.frames)
    return replace(timeline, sounds=tuple(moved))


def noisy(length: int) -> Timeline:
    """A session of that many frames, all noise."""
    return Timeline("Noise", "en-US", length, (), (), (Placed(0, noise(length)),) if length else ())


def mixed(timeline: Timeline) -> Samples:
    """All the samples of a session, shape (frames,)."""
    blocks = [block[:, 0] for block in mix(timeline.sounds, timeline.length)]
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


_DEMUXERS = {".m4a": "mp4", ".m4b": "mp4", ".opus": "ogg"}
"""What ffmpeg calls those formats whose ending is not their name."""


def ffmpeg(path: Path, rate: int = RATE) -> npt.NDArray[np.float32]:
    """A file as ffmpeg decodes it, shape (frames,)."""
    command = [require_command("ffmpeg"), "-v", "error", "-f", _DEMUXERS.get(path.suffix, path.suffix[1:])]
    command += ["-i", str(path)]
    command += ["-ar", str(rate), "-ac", "1", "-f", "f32le", "-"]
    done = subprocess.run(command, check=True, capture_output=True)
    assert not done.stderr
    return np.frombuffer(done.stdout, "<f4")


def ffprobe(path: Path) -> dict[str, Any]:
    """What ffprobe tells of a file: format, streams and chapters."""
    command = [require_command("ffprobe"), "-v", "error", "-of", "json", "-show_format", "-show_streams"]
    command += ["-show_chapters", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def shown(path: Path) -> list[tuple[float, float, str]]:
    """The captions of a file as ffmpeg finds them: from when and for how long (s), and the words."""
    command = [require_command("ffprobe"), "-v", "error", "-of", "json", "-show_packets", "-show_data", str(path)]
    packets = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["packets"]
    return [(float(each["pts_time"]), float(each["duration_time"]), _dumped(each["data"])) for each in packets]


def _dumped(dump: str) -> str:
    """The text that a hexadecimal dump shows."""
    rows = [line.split(": ", 1)[1][:40] for line in dump.splitlines() if line]
    return bytes.fromhex("".join(rows)).decode().strip()
