"""Every kind of file that only ffmpeg writes: the program gets the samples block by block on its standard input."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from voiceguide.base.atomic import replacing
from voiceguide.base.errors import FileError, MachineError
from voiceguide.base.units import RATE, frames
from voiceguide.output.options import ExportOptions, Quality
from voiceguide.output.tag_fields import SESSION, named_tags, tag_values
from voiceguide.sound.levels import to_int16
from voiceguide.sound.mixer import CHANNELS, mix
from voiceguide.timeline.model import Timeline

BITRATES: dict[Quality, str] = {"small": "48k", "good": "96k", "best": "160k"}
"""For encoders that take one. Most of them need more than LAME does for the same sound."""

_SAMPLE_BYTES = 2
_SAMPLES = ["-f", "s16le", "-ar", str(RATE), "-ac", str(CHANNELS), "-i", "pipe:0"]
"""What ffmpeg reads: samples and nothing else, from its standard input."""

_LARGEST_SAMPLE_BYTES = 4
"""Bytes that the largest formats need for a sample."""

_TRIAL = frames(200)
"""Frames of silence that show whether ffmpeg can write a format: more than a block of any encoder."""

_PATIENCE_S = 30
_REPEATABLE = ["-fflags", "+bitexact", "-flags:a", "+bitexact"]
"""The same session makes the same file: without random serial numbers and the encoder's version."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How ffmpeg writes one format."""

    muxer: str
    encoder: str


def writes(path: Path) -> bool:
    """Whether ffmpeg can write a file with the ending of `path`.

    Raises:
        FileError: ffmpeg is not installed.
        MachineError: it does not work.
    """
    # Anything else is no ending of a file that anybody plays, nor should ffmpeg be asked about it.
    if not re.fullmatch(r"\.[a-z0-9]{1,16}", _ending(path)):
        return False
    return _recipe(_ffmpeg(path), _ending(path)) is not None


def write(timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
    """Write a session by way of ffmpeg. See `formats.Writer`."""
    program = _ffmpeg(path)
    recipe = _recipe(program, _ending(path))
    if recipe is None:
        raise FileError(path, f"{path} was not written: ffmpeg cannot write {_ending(path)}.", "Export it as .mp3.")
    _require_room(path, timeline)
    tags = [part for name, text in _tags(timeline, export_options).items() for part in ("-metadata", f"{name}={text}")]
    # Many formats have their length or an index at the front, so ffmpeg needs a file that it can go back in.
    with replacing(path) as file, tempfile.TemporaryDirectory(prefix="voiceguide-") as folder:
        made = Path(folder, "made")
        command = [program, "-nostdin", "-hide_banner", "-v", "error", *_SAMPLES]
        command += ["-acodec", recipe.encoder, "-b:a", BITRATES[export_options.quality], *_REPEATABLE, *tags]
        command += ["-f", recipe.muxer, f"file:{made}"]
        if trouble := _run(command, timeline, export_options.on_progress, Path(folder, "messages")):
            what = f"{path} was not written: ffmpeg failed ({trouble})."
            raise FileError(path, what, "Export it as .mp3.")
        with made.open("rb") as whole:
            shutil.copyfileobj(whole, file)


@cache
def signature() -> str:
    """A text that changes whenever the same samples could become other bytes."""
    program = shutil.which("ffmpeg") or ""
    done = subprocess.run([program, "-version"], capture_output=True, text=True, errors="replace", check=False)
    return f"{done.stdout.partition(' Copyright')[0]}, {BITRATES}"


def _tags(timeline: Timeline, export_options: ExportOptions) -> dict[str, str]:
    """What the file says of itself, by ffmpeg's names; nothing that is empty."""
    tags = named_tags("ffmpeg", tag_values(timeline, export_options, "ffmpeg"))
    # The track stays behind the comment, as it always was, so that the same session makes the same file.
    later = {name: tags.pop(name) for name in ("track", SESSION.ffmpeg) if name in tags}
    return {**tags, **later}


def _ending(path: Path) -> str:
    return (path.suffix or path.name).lower()


def _ffmpeg(path: Path) -> str:
    program = shutil.which("ffmpeg")
    if program is None:
        what = f"{path} was not written: only ffmpeg may know {_ending(path)}, and it is not installed."
        raise FileError(path, what, f"Install ffmpeg, or name a file like {path.stem}.mp3.")
    return program


@cache
def _recipe(program: str, ending: str) -> Recipe | None:
    """What ffmpeg makes of that ending, by trying it; None where that is no one file with sound in it."""
    silence = bytes(_TRIAL * CHANNELS * _SAMPLE_BYTES)
    with tempfile.TemporaryDirectory(prefix="voiceguide-") as folder:
        made = Path(folder, f"trial{ending}")
        command = [program, "-nostdin", "-hide_banner", "-v", "info", *_SAMPLES]
        command += ["-b:a", BITRATES["good"], *_REPEATABLE, f"file:{made}"]
        try:
            done = subprocess.run(command, input=silence, capture_output=True, timeout=_PATIENCE_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as cause:
            raise MachineError(
                f"ffmpeg does not work here ({cause}).", "Install another, or export as .mp3."
            ) from cause
        # Some formats are a playlist and a folder full of pieces.
        alone = not done.returncode and [*Path(folder).iterdir()] == [made]
    told = done.stderr.decode(errors="replace")
    muxer = re.search(r"^Output #0, (\w+), to ", told, re.MULTILINE)
    codec = re.search(r"^ *Stream #0:0 -> #0:0 \(.* -> (\w+) \((\w+)\)\)", told, re.MULTILINE)
    if not (alone and muxer and codec):
        return None
    return Recipe(muxer[1], codec[1] if codec[2] == "native" else codec[2])


def _require_room(path: Path, timeline: Timeline) -> None:
    """Make sure that the file that ffmpeg makes of a session fits into the folder for temporary files."""
    folder = tempfile.gettempdir()
    needed = timeline.length * CHANNELS * _LARGEST_SAMPLE_BYTES
    if shutil.disk_usage(folder).free < needed:
        what = f"{path} was not written: {folder}, the folder for temporary files, needs {needed / 1e6:.0f} MB of room."
        raise FileError(path, what, "Make room there, or export it as .mp3.")


def _run(command: list[str], timeline: Timeline, on_progress: Callable[[int], None], messages: Path) -> str:
    """Let ffmpeg encode a session, and return why it failed; empty if it did not.

    Args:
        command: starts ffmpeg.
        timeline: the session.
        on_progress: called with the frames encoded so far.
        messages: a file for what ffmpeg says. Nobody has to read a file while ffmpeg runs, as one has to read a pipe.
    """
    with messages.open("w+b") as told:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=told)
        assert process.stdin is not None
        try:
            took_all = _feed(process.stdin, timeline, on_progress)
            # This closes the pipe, even a broken one, and waits.
            process.communicate()
        except BaseException:
            process.kill()
            process.communicate()
            raise
        if took_all and not process.returncode:
            return ""
        told.seek(0)
        lines = told.read().decode(errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return said[-1] if said else f"exit code {process.returncode}"


def _feed(pipe: IO[bytes], timeline: Timeline, on_progress: Callable[[int], None]) -> bool:
    """Write a session's samples to ffmpeg; False if ffmpeg ended before it had them all."""
    done = 0
    for block in mix(timeline.sounds, timeline.length, bed=timeline.bed):
        samples = to_int16(block).astype("<i2").tobytes()
        try:
            pipe.write(samples)
        except OSError:
            return False
        done += len(block)
        on_progress(done)
    return True
