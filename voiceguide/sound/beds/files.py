"""Using a sound file as a bed: it is checked, decoded once, set to its level, and looped."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np

from voiceguide.base.errors import FileError
from voiceguide.base.processes import killed_after, python_command
from voiceguide.base.units import RATE, frames
from voiceguide.choices.model import USUAL_BED_DB
from voiceguide.sound.audio import Samples, mono
from voiceguide.sound.beds.bed import Bed, level_factor
from voiceguide.sound.beds.paths import GIVE, inspect, refusal, refused_as, shown
from voiceguide.sound.beds.synthesis import Wave
from voiceguide.sound.decoding import MAX_SECONDS, TOO_LONG
from voiceguide.sound.levels import SPEECH_LUFS, from_db, loudness, to_int16
from voiceguide.sound.sniffing import NATIVE, Kind

SHORTEST = RATE
"""Frames of the shortest bed."""

CROSSFADE = frames(2000)
"""Frames of the crossfade from the end to the start; in a file shorter than 8 s, a quarter of the file."""

HIGHEST_PEAK = from_db(-15.0)
"""Highest amplitude of a file's samples. A crossfade, which adds two samples, may exceed it by 3 dB. A file with rare
loud peaks is played below its level, so that it does not clip together with the words."""

_BLOCK = 1 << 18
"""Frames taken from the decoder at a time."""

_MAX_FFMPEG_BLOCK = 256 << 20
"""Most bytes that ffmpeg may allocate at once."""

_WINDOWS = 24
"""Number of windows of 5 s, evenly spread, in which the loudness of a file is measured. They cover up to 2 minutes."""


def patience(size: int) -> float:
    """Return the seconds that a decoder may take for `size` bytes. A normal one needs 0.01 s for each megabyte."""
    return 30.0 + size / 1e6


def load(path: Path, level_db: float = USUAL_BED_DB, patience: Callable[[int], float] = patience) -> Bed:
    """Return a file as a bed. The whole file is decoded now, at 200 to 900 times the speed of playing.

    The samples are kept in a temporary file without a name, 5.3 MB for each minute, as long as the bed is used.

    Args:
        path: a WAV, AIFF, FLAC, MP3 or OGG Vorbis file; with ffmpeg installed also M4A,
            WebM, Opus, AAC, WMA, Ogg FLAC or CAF. Any rate from 4 to 384 kHz; channels are mixed to one.
        level_db: level relative to speech. A file with high peaks is set lower: see `HIGHEST_PEAK`.
        patience: returns the seconds that a decoder may take for a file of so many bytes.

    Raises:
        FileError: `inspect` refuses the file, or it is damaged, silent, shorter than 1 s or longer than 2 h.
        ValueError: the level is outside its range.
    """
    level = level_factor(level_db)
    kind = inspect(path)
    try:
        store = _Store()
        peak = _fill(store, _decoded(path, kind, patience(path.stat().st_size)), path)
    except OSError as cause:
        what = f"The bed {shown(path)} does not fit into the folder for temporary files ({cause})."
        raise FileError(path, what, "Make room there, or give a shorter file.") from cause
    if store.frames < SHORTEST:
        raise refusal(path, "is shorter than 1 s")
    loud = _loudness(store)
    if loud == float("-inf"):
        raise refusal(path, "is silent")
    factor = min(level * from_db(SPEECH_LUFS - loud), HIGHEST_PEAK / peak)
    angle = np.pi / 2 * (np.arange(min(CROSSFADE, store.frames // 4), dtype=np.float32) + 0.5)
    angle /= len(angle)
    return _FileBed(path, store, factor, np.sin(angle), np.cos(angle))


class _Store:
    """Samples on disk as 16-bit integers."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="voiceguide-")  # noqa: SIM115  # closed with this object
        self._lock = threading.Lock()
        self.frames = 0
        weakref.finalize(self, self._file.close)

    def add(self, wave: Wave) -> None:
        """Shape (count,), full scale at ±1."""
        self._file.write(to_int16(wave).tobytes())
        self.frames += len(wave)

    def settle(self) -> None:
        """Finish adding. Raises an OSError if samples could not be written."""
        self._file.flush()

    def read(self, start: int, count: int) -> Wave:
        """Shape (count,), full scale at ±1."""
        with self._lock:
            self._file.seek(2 * start)
            data = self._file.read(2 * count)
        return np.frombuffer(data, np.int16).astype(np.float32) / np.float32(32767)


def _fill(store: _Store, decoded: Iterator[Wave], path: Path) -> float:
    """Put the samples of a file into the store. Return the highest amplitude, from 0 to 1."""
    peak = 0.0
    for wave in decoded:
        if not np.isfinite(wave).all():
            raise refusal(path, "has samples that are no numbers")
        if store.frames + len(wave) > MAX_SECONDS * RATE:
            raise refused_as(TOO_LONG, path)
        wave = np.clip(wave, -1, 1)
        peak = max(peak, float(np.abs(wave).max(initial=0.0)))
        store.add(wave)
    store.settle()
    return peak


@dataclass(frozen=True, slots=True, eq=False)
class _FileBed:
    """A file that is repeated with an equal-power crossfade."""

    path: Path
    store: _Store
    factor: float
    rising: Wave
    falling: Wave

    def samples(self, start: int, count: int) -> Samples:
        """See `Bed.samples`."""
        cross = len(self.rising)
        turn = self.store.frames - cross
        parts: list[Wave] = []
        at, end = start, start + count
        while at < end:
            inside = at % turn
            crossing = at >= turn and inside < cross
            length = min(end - at, (cross if crossing else turn) - inside)
            wave = self._read(inside, length)
            if crossing:
                these = slice(inside, inside + length)
                wave = wave * self.rising[these] + self._read(turn + inside, length) * self.falling[these]
            parts.append(wave)
            at += length
        return (np.concatenate(parts) * np.float32(self.factor)).reshape(-1, 1)

    def _read(self, start: int, count: int) -> Wave:
        try:
            return self.store.read(start, count)
        except OSError as cause:
            what = f"The decoded samples of the bed {shown(self.path)} are gone ({cause})."
            raise FileError(self.path, what, "Start again.") from cause


def _decoded(path: Path, kind: Kind, seconds: float) -> Iterator[Wave]:
    """Yield the samples of a file in blocks. Another process decodes it, and is killed after `seconds`."""
    if kind in NATIVE:
        command, environment = python_command("voiceguide.sound.decoding", kind, str(path.absolute()))
        environment["OPENBLAS_NUM_THREADS"] = "1"
    else:
        command, environment = _ffmpeg(path, kind), {**os.environ}
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as cause:
        raise refusal(path, f"cannot be decoded ({cause})", "Try again.") from cause
    stdout = cast("IO[bytes]", process.stdout)
    try:
        with killed_after(process, seconds) as overdue:
            while data := stdout.read(4 * _BLOCK):
                yield np.frombuffer(data, np.float32, len(data) // 4)
            code = process.wait()
    finally:
        process.kill()
        process.wait()
        stdout.close()
    if overdue.is_set():
        raise refusal(path, "takes too long to decode")
    if code:
        raise refused_as(code, path)


def _ffmpeg(path: Path, kind: Kind) -> list[str]:
    """Return the command that makes ffmpeg decode one file of one kind, and open no other file.

    pydub is not used, because it can neither restrict the files that ffmpeg opens nor pass on samples while it decodes.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        raise refusal(path, "cannot be decoded without ffmpeg", f"Install ffmpeg. {GIVE}")
    reading = ["-protocol_whitelist", "file,pipe", "-f", kind, "-i", f"file:{path.absolute()}"]
    limits = ["-nostdin", "-xerror", "-max_alloc", str(_MAX_FFMPEG_BLOCK), "-threads", "1"]
    writing = ["-map", "0:a:0", "-t", str(MAX_SECONDS + 1), "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"]
    return [program, "-v", "quiet", *limits, *reading, *writing]


def _loudness(store: _Store) -> float:
    """Estimate the integrated loudness of the samples in LUFS, gated as in `levels.loudness`, but in windows of 5 s."""
    length = min(5 * RATE, store.frames)
    count = min(-(-store.frames // length), _WINDOWS)
    starts = np.linspace(0, store.frames - length, count).astype(int)
    levels = [loudness(mono(store.read(int(start), length), RATE)) for start in starts]
    power = np.array([10 ** (level / 10) for level in levels if level > -70.0])
    if not power.size:
        return float("-inf")
    return float(10 * np.log10(power[power > power.mean() / 10].mean()))
