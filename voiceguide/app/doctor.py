"""What works on this machine, part by part."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide import __version__
from voiceguide.base.errors import EngineError, MachineError, VoiceguideError
from voiceguide.base.extras import install_command
from voiceguide.base.libraries import naming_libraries
from voiceguide.base.paths import is_nowhere, reason

if TYPE_CHECKING:
    from voiceguide.speech.engine import Voice

_BY_FFMPEG = ".ogg"
"""Stands for all endings that only ffmpeg knows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the program on this machine."""

    part: str
    works: bool
    detail: str
    remedy: str = ""
    needed: bool = True
    """False for what only some people want."""


def diagnose() -> list[Finding]:
    """Try every part for real: load engines, open the speaker with silence, write files."""
    findings: list[Finding] = []
    for part, examine in EXAMINATIONS.items():
        try:
            with naming_libraries():
                findings += examine()
        except VoiceguideError as cause:
            findings.append(_failed(part, cause))
    return findings


def voices_of(engine: str) -> tuple[Voice, ...]:
    """The voices of the engine called that, at least one.

    Raises:
        UnknownName: there is no such engine.
        EngineError: it does not work here.
    """
    from voiceguide.speech.registry import close_engine, load, plugin_errors

    made = load(engine)
    try:
        with plugin_errors(engine):
            voices = made.voices()
    finally:
        close_engine(made)
    if not voices:
        raise EngineError(engine, f"The engine {engine} has no voice.", "Update or remove its package.")
    return voices


def _failed(part: str, cause: VoiceguideError, *, needed: bool = True) -> Finding:
    if isinstance(cause, MachineError):
        return Finding(part, False, cause.what, cause.remedy, needed)
    return Finding(part, False, str(cause), needed=needed)


def _program() -> Iterator[Finding]:
    yield Finding("voiceguide", True, f"{__version__} on Python {platform.python_version()}, {platform.system()}")


def _engines() -> Iterator[Finding]:
    from voiceguide.speech.registry import engine_names

    for name in engine_names():
        # One engine is enough: none of them is needed by itself.
        try:
            voices = voices_of(name)
        except EngineError as cause:
            yield _failed(f"engine {name}", cause, needed=False)
            continue
        more = f" and {len(voices) - 1} more" if len(voices) > 1 else ""
        yield Finding(f"engine {name}", True, f"{voices[0].name} ({voices[0].language}){more}", needed=False)


def _voice() -> Iterator[Finding]:
    from voiceguide.speech.registry import AUTO, choose

    chosen = choose(AUTO, "", "en-US")
    chosen.engine.close()
    remedy = f"Install a voice: {install_command('neural')}" if chosen.warning else ""
    yield Finding("voice used", not chosen.warning, f"{chosen.engine.name}, {chosen.voice.name}", remedy)


class _Silence:
    """A tenth of a second of nothing, for speakers to play."""

    def take(self, frames: int) -> bytes:
        return bytes(2 * frames)

    def take_all(self) -> bytes:
        return self.take(4410)


def _speakers() -> Iterator[Finding]:
    from voiceguide.base.units import RATE
    from voiceguide.player.speaker import NO_SPEAKER
    from voiceguide.player.speakers import SPEAKERS, speaker

    for row in SPEAKERS:
        if not row.is_device:
            continue
        # What is needed is the library: without a device, sessions are written to files.
        part = f"speaker {row.name}"
        try:
            device = speaker(row.name)
            try:
                device.open(_Silence(), RATE, 1)
            finally:
                device.stop()
        except MachineError as cause:
            yield _failed(part, cause, needed=row.needed and cause.remedy != NO_SPEAKER)
        else:
            yield Finding(part, True, "plays", needed=row.needed)


def _formats() -> Iterator[Finding]:
    from voiceguide.base.resources import chime_names
    from voiceguide.base.store import Store
    from voiceguide.output.formats import FORMATS, format_for
    from voiceguide.output.options import ExportOptions
    from voiceguide.sound.chimes import chime
    from voiceguide.sound.clip import Placed
    from voiceguide.timeline.model import Chapter, Timeline

    # Nothing but silence would not call on an encoder.
    sound = chime(chime_names()[-1])
    session = Timeline("Test", "en-US", sound.frames, (Chapter(0, "Test"),), events=(), sounds=(Placed(0, sound),))
    for ending in (*FORMATS, _BY_FFMPEG):
        part = f"export {ending}"
        needed = ending in FORMATS and not FORMATS[ending].needs
        if ending == _BY_FFMPEG and shutil.which("ffmpeg") is None:
            what = "files that only ffmpeg writes need it, and it is not installed"
            yield Finding(part, False, what, "Install ffmpeg.", needed)
            continue
        try:
            with naming_libraries(), tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"test{ending}"
                format_for(path).write(session, path, ExportOptions(store=Store(Path(folder))))
        except VoiceguideError as cause:
            yield _failed(part, cause, needed=needed)
        else:
            yield Finding(part, True, "writes", needed=needed)


def _folders() -> Iterator[Finding]:
    from voiceguide.base.paths import cache_folder, data_folder

    yield _writable("cache", cache_folder(), "VOICEGUIDE_CACHE_DIR")
    yield _writable("your folder", data_folder(), "VOICEGUIDE_DATA_DIR")


def _writable(part: str, folder: Path, variable: str) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as cause:
        remedy = f"Set {variable} to a folder you can write to."
        why = reason(folder, cause)
        return Finding(part, False, why if is_nowhere(folder) else f"{folder}: {why}", remedy)
    return Finding(part, True, str(folder))


def _settings() -> Iterator[Finding]:
    from voiceguide.app.kept_values import as_known_here
    from voiceguide.choices.config import config_path, read_config

    path = config_path()
    values, problems = read_config(path)
    faults = [Finding("your defaults", False, f"{each.span}: {each.message}", each.hint) for each in problems]
    for name, value in values.items():
        try:
            as_known_here(name, value, str(values.get("engine", "auto")))
        except VoiceguideError as cause:
            # Without any other of them, a session goes on.
            remedy = f"Forget it: voiceguide config unset {name}"
            faults.append(Finding("your defaults", False, f"{name}: {cause}", remedy, needed=name == "profile"))
    yield from faults
    if values and not faults:
        yield Finding("your defaults", True, f"{len(values)} in {path}")


def _routines() -> Iterator[Finding]:
    from voiceguide.routine.search_path import folders, routines

    searched = folders()
    for folder in map(Path, filter(None, os.environ.get("VOICEGUIDE_ROUTINES", "").split(os.pathsep))):
        if not os.path.isdir(folder):  # noqa: PTH112  # Path.is_dir raises an error for names that are too long
            remedy = "Make it, or take it out of VOICEGUIDE_ROUTINES."
            yield Finding("routines", False, f"{folder} is no folder", remedy, needed=False)
    places = ", ".join(str(folder) for folder in searched if os.path.isdir(folder))  # noqa: PTH112
    yield Finding("routines", True, f"{len(routines())} in {places}")


EXAMINATIONS: dict[str, Callable[[], Iterator[Finding]]] = {
    "voiceguide": _program,
    "engines": _engines,
    "voice used": _voice,
    "speakers": _speakers,
    "export": _formats,
    "folders": _folders,
    "your defaults": _settings,
    "routines": _routines,
}
"""A new part is a function and its name here. An error it raises is a finding of that name."""
