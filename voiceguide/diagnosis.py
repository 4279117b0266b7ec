"""What works on this machine, part by part."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from voiceguide import __version__
from voiceguide.errors import MachineError, VoiceguideError


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
    """Try every part for real: load engines, open the speaker, write to the folders."""
    return [finding for examine in EXAMINATIONS for finding in examine()]


def _program() -> Iterator[Finding]:
    yield Finding("voiceguide", True, f"{__version__} on Python {platform.python_version()}, {platform.system()}")


def _engines() -> Iterator[Finding]:
    from voiceguide.speech.registry import PREFERRED, choose, engine_names, load

    for name in engine_names():
        try:
            engine = load(name)
            voices = engine.voices()
            engine.close()
        except MachineError as cause:
            # One working engine is enough, which the last finding here tells.
            yield Finding(f"engine {name}", False, cause.what, cause.remedy, needed=False)
            continue
        voice = f"{voices[0].name} ({voices[0].language})"
        more = f" and {len(voices) - 1} more" if len(voices) > 1 else ""
        yield Finding(f"engine {name}", True, voice + more, needed=name in PREFERRED)
    try:
        chosen = choose("auto", "", "en-US")
        chosen.engine.close()
        works = chosen.engine.name != "tone"
        detail = f"{chosen.engine.name}, {chosen.voice.name}"
        remedy = "" if works else "pip install 'voiceguide[neural]'"
        yield Finding("voice used", works, detail, remedy)
    except VoiceguideError as cause:
        yield Finding("voice used", False, str(cause), "pip install 'voiceguide[neural]'")


def _speakers() -> Iterator[Finding]:
    from voiceguide.player.speaker import speaker
    from voiceguide.units import RATE

    class Silence:
        def take(self, frames: int) -> bytes:
            return bytes(2 * frames)

        def take_all(self) -> bytes:
            return bytes(2 * RATE // 100)

    for name, needed in (("miniaudio", True), ("simpleaudio", False)):
        try:
            device = speaker(name)
            device.open(Silence(), RATE, 1)
            device.stop()
            yield Finding(f"speaker {name}", True, "plays", needed=needed)
        except MachineError as cause:
            yield Finding(f"speaker {name}", False, cause.what, cause.remedy, needed=needed)


def _formats() -> Iterator[Finding]:
    from voiceguide.output.formats import WRITERS

    libraries = {".mp3": "lameenc", ".wav": ""}
    for ending in WRITERS:
        library = libraries.get(ending, "")
        works = not library or find_spec(library) is not None
        yield Finding(f"export {ending}", works, library or "built in", "" if works else f"pip install {library}")


def _folders() -> Iterator[Finding]:
    from voiceguide.routine.shelf import data_folder, folders, routines
    from voiceguide.speech.cache import cache_folder

    yield _writable("cache", cache_folder(), "VOICEGUIDE_CACHE_DIR")
    yield _writable("your folder", data_folder(), "VOICEGUIDE_DATA_DIR")
    places = ", ".join(str(folder) for folder in folders() if folder.is_dir())
    count = len(routines())
    yield Finding("routines", count > 0, f"{count} in {places}", "" if count else "Install voiceguide again.")


def _writable(part: str, folder: Path, variable: str) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as cause:
        remedy = f"Set {variable} to a folder you can write to."
        return Finding(part, False, f"{folder}: {cause.strerror or cause}", remedy)
    return Finding(part, True, str(folder))


EXAMINATIONS: tuple[Callable[[], Iterator[Finding]], ...] = (_program, _engines, _speakers, _formats, _folders)
"""A new part is a function and its name here."""
