"""The installed engines, and the choice of an engine and a voice for a session."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import TypeAlias

from voiceguide.base.errors import EngineError, UnknownName
from voiceguide.base.libraries import broken_library
from voiceguide.base.log import suppressed
from voiceguide.base.source import known_as
from voiceguide.base.threads import DaemonThreads
from voiceguide.speech.engine import Engine, Voice
from voiceguide.speech.plugins import INSTEAD, PATIENCE_S, PluginEngine

log = logging.getLogger(__name__)

GROUP = "voiceguide.engines"
AUTO = "auto"
PREFERRED = ("piper", "system", "tone")
"""Engines that `auto` tries, in this order."""

CLOSE_S = 2.0
"""Seconds that closing an engine may take."""


@dataclass(frozen=True, slots=True)
class EngineVoice:
    """An engine and one of its voices."""

    engine: Engine
    voice: Voice
    warning: str = ""
    """Reason why the voice is only a fallback; empty if it is not."""


VoiceChooser: TypeAlias = Callable[[str, str, str], EngineVoice]
"""Chooses an engine and a voice by their names and the language, as `choose` does."""


def engine_names() -> tuple[str, ...]:
    """Return the names of all installed engines: the built-in ones in order of preference, then the others."""
    found = set(_entries())
    return (*(name for name in PREFERRED if name in found), *sorted(found - set(PREFERRED)))


def load(name: str, patience: float = PATIENCE_S) -> Engine:
    """Make the engine called `name`. A plug-in engine has `patience` seconds for that: see `PluginEngine`.

    Raises:
        UnknownName: no engine has this name.
        EngineError: the engine cannot be loaded.
    """
    entries = _entries()
    name = require_engine(name)
    if name not in entries:
        raise UnknownName("engine", name, entries)
    entry = entries[name]
    with plugin_errors(name):
        # The program's own engines limit their time themselves, and need no thread for it.
        own = entry.module.split(".")[0] == __name__.split(".")[0]
        engine: Engine = entry.load()() if own else PluginEngine(name, lambda: entry.load()(), patience)
    return engine


def require_engine(name: str) -> str:
    """Return the exact spelling of an engine's name, or of `auto`.

    Raises:
        UnknownName: no engine has this name. The exception holds the nearest names.
    """
    known = (AUTO, *engine_names())
    found = known_as(name, known)
    if found is None:
        raise UnknownName("engine", name, known)
    return found


@contextmanager
def plugin_errors(name: str) -> Iterator[None]:
    """Turn any exception of a plug-in into an EngineError that names the plug-in."""
    try:
        yield
    except EngineError:
        raise
    except (Exception, SystemExit) as cause:
        reason = " ".join(f"{type(cause).__name__}: {cause}".split())[:160]
        what = f"The engine {name} failed ({reason})."
        library = broken_library(cause)
        if library:
            raise EngineError(name, f"{what} {library.what}", f"{library.remedy} {INSTEAD}") from cause
        raise EngineError(name, what, INSTEAD) from cause


def choose(engine: str, voice: str, language: str) -> EngineVoice:
    """Choose the engine and voice for a session.

    Args:
        engine: a name, or `auto` for the best one that has a voice in `language`.
        voice: a voice's name, or empty for the engine's preferred one.
        language: BCP 47 tag of the language.

    Raises:
        UnknownName: the engine or the voice is unknown.
        EngineError: the engine asked for does not work here.
    """
    begun = time.monotonic()
    if require_engine(engine) != AUTO:
        chosen, why = _with_voice(load(engine), voice, language), "it was asked for"
    else:
        chosen, why = _best(voice, language), f"called {voice}" if voice else "the first that can"
    took = time.monotonic() - begun
    names = chosen.engine.name, chosen.voice.name, language
    log.info("engine %s with the voice %s reads %s: %s (%.2f s)", *names, why, took)
    return chosen


def _best(voice: str, language: str) -> EngineVoice:
    """The engine and voice for `auto`. Raises as `choose`."""
    reasons: list[str] = []
    seen: list[str] = []
    for name in engine_names():
        # A plug-in is only used if the listener names it or one of its voices.
        if name not in PREFERRED and not voice:
            continue
        try:
            made = load(name)
            voices = _voices(made)
        except EngineError as cause:
            log.info("engine %s is passed over: %s", name, cause)
            reasons.append(str(cause))
            continue
        seen += [each.name for each in voices]
        matching = _called(voices, voice) if voice else _speaking(voices, language)
        if not matching:
            wanted = f"is called {voice}" if voice else f"speaks {language}"
            log.info("engine %s is passed over: none of its %d voices %s", name, len(voices), wanted)
            close_engine(made)
            continue
        # A voice that the listener named needs no warning about a fallback.
        warning = _fallback_warning(name, reasons, language) if name == "tone" and not voice else ""
        return EngineVoice(made, matching[0], warning)
    if voice:
        raise UnknownName("voice", voice, seen, "See them all: voiceguide voices")
    raise EngineError(AUTO, "No speech engine works here.", "See why: voiceguide doctor")


def close_engine(engine: Engine) -> None:
    """Close an engine, which also stops phrases being spoken. If it hangs, it is left running in its thread."""

    def close() -> None:
        # Errors on close are harmless now, because the session is done.
        failing = f"the engine {engine.name} failed as it was closed"
        with suppressed(EngineError, log=__name__, what=failing), plugin_errors(engine.name):
            engine.close()

    closing: DaemonThreads[None] = DaemonThreads(1, "closing")
    with suppressed(NotYet, log=__name__, what=f"the engine {engine.name} does not close, and is left behind"):
        closing.submit(close).result(CLOSE_S)
    closing.stop()


def _fallback_warning(name: str, reasons: list[str], language: str) -> str:
    why = " ".join(reasons) or f"No voice here speaks {language}."
    return f"{why} The engine {name} hums in place of words."


def _with_voice(engine: Engine, name: str, language: str) -> EngineVoice:
    voices = _voices(engine)
    if name:
        if same := _called(voices, name):
            return EngineVoice(engine, same[0])
        advice = f"See them all: voiceguide voices --engine {engine.name}"
        raise UnknownName("voice", name, [voice.name for voice in voices], advice)
    matching = _speaking(voices, language)
    if matching:
        return EngineVoice(engine, matching[0])
    return EngineVoice(engine, voices[0], f"No voice of {engine.name} speaks {language}; {voices[0].name} reads it.")


def _called(voices: tuple[Voice, ...], name: str) -> list[Voice]:
    """Return the voices with this name, in any capitals."""
    known = known_as(name, [voice.name for voice in voices])
    return [voice for voice in voices if voice.name == known]


def _voices(engine: Engine) -> tuple[Voice, ...]:
    """Return the voices of an engine, at least one."""
    with plugin_errors(engine.name):
        voices = engine.voices()
    if not voices:
        raise EngineError(engine.name, f"The engine {engine.name} has no voice.", "See why: voiceguide doctor")
    return voices


def _speaking(voices: tuple[Voice, ...], language: str) -> list[Voice]:
    """Return the voices of a language, those of the same region first. A voice with the language `mul` speaks all."""
    wanted = language.lower()
    base = wanted.split("-")[0]
    same = [voice for voice in voices if voice.language.lower().split("-")[0] in (base, "mul")]
    return sorted(same, key=lambda voice: voice.language.lower() != wanted)


def _entries() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}
