"""Engines shared by several sessions. Each is made once, loads its voices once, and is closed after the last one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

from voiceguide.base.errors import EngineError, VoiceguideError
from voiceguide.speech.engine import Engine, Voice
from voiceguide.speech.registry import EngineVoice, choose, close_engine, plugin_errors

if TYPE_CHECKING:
    from voiceguide.sound.audio import Audio


class SharedEngines:
    """Engines that are lent to one session after the other."""

    def __init__(self) -> None:
        self._engines: dict[str, Engine] = {}
        self._choices: dict[tuple[str, str, str], EngineVoice | VoiceguideError] = {}
        """Result of each choice made so far. Failures are kept, because a new try would wait as long and fail."""

    def choose(self, engine: str, voice: str, language: str) -> EngineVoice:
        """Do the same as `registry.choose`. Closing the returned engine leaves the shared engine open."""
        wanted = (engine, voice, language)
        if wanted not in self._choices:
            try:
                self._choices[wanted] = self._chosen(*wanted)
            except VoiceguideError as failure:
                self._choices[wanted] = failure
        found = self._choices[wanted]
        if isinstance(found, VoiceguideError):
            raise found
        return found

    def _chosen(self, engine: str, voice: str, language: str) -> EngineVoice:
        chosen = choose(engine, voice, language)
        if chosen.engine.name in self._engines:
            close_engine(chosen.engine)
        kept = self._engines.setdefault(chosen.engine.name, chosen.engine)
        return replace(chosen, engine=_SharedEngine(kept))

    def __enter__(self) -> Self:
        """Return the shared engines."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Close all engines."""
        for engine in self._engines.values():
            close_engine(engine)
        self._engines.clear()
        self._choices.clear()


class _SharedEngine:
    """An engine that `SharedEngines` closes. The fingerprint of each voice is computed once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name = engine.name
        self.reads_ipa = engine.reads_ipa
        self.workers = engine.workers
        self._fingerprints: dict[str, str] = {}

    def voices(self) -> tuple[Voice, ...]:
        """See `Engine.voices`."""
        return self._engine.voices()

    def fingerprint(self, voice: Voice) -> str:
        """See `Engine.fingerprint`."""
        if voice.name not in self._fingerprints:
            with plugin_errors(self.name):
                self._fingerprints[voice.name] = str(self._engine.fingerprint(voice))
        return self._fingerprints[voice.name]

    def speak(self, text: str, voice: Voice, pace: float) -> Audio:
        """See `Engine.speak`."""
        return self._engine.speak(text, voice, pace)

    def close(self) -> None:
        """Do nothing: `SharedEngines` closes the engine."""


class NotCached(EngineError):
    """A phrase is not in the cache, and this process cannot speak it."""


class CacheOnlyEngine:
    """Replaces an engine when every phrase is in the cache. Needs none of the engine's libraries."""

    workers = 1

    def __init__(self, name: str, reads_ipa: bool, fingerprint: str) -> None:
        """Take the properties of the engine, and its fingerprint for the one voice that is used."""
        self.name = name
        self.reads_ipa = reads_ipa
        self._fingerprint = fingerprint

    def voices(self) -> tuple[Voice, ...]:
        """Return no voices."""
        return ()

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002  # the voice is the one it was made for
        """Return the fingerprint of the engine."""
        return self._fingerprint

    def speak(self, text: str, voice: Voice, pace: float) -> Audio:  # noqa: ARG002  # it speaks nothing
        """Refuse to speak.

        Raises:
            NotCached: always.
        """
        raise NotCached(self.name, f"{text[:60]!r} has not been spoken yet.", "Run the command again.")

    def close(self) -> None:
        """Do nothing."""


def cache_only(choice: EngineVoice) -> EngineVoice:
    """Return the same engine and voice for a process that only reads the cache."""
    engine = choice.engine
    return replace(choice, engine=CacheOnlyEngine(engine.name, engine.reads_ipa, engine.fingerprint(choice.voice)))
