"""Who speaks in several sessions: each engine is made once, loads its voices once, and is closed after the last one."""

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
        """What came of each wish; one that failed would fail again, after as long a wait."""

    def choose(self, engine: str, voice: str, language: str) -> EngineVoice:
        """As `registry.choose`; whoever closes the engine it gives only gives it back."""
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
        """The engines themselves."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Let all of them go."""
        for engine in self._engines.values():
            close_engine(engine)
        self._engines.clear()
        self._choices.clear()


class _SharedEngine:
    """An engine that somebody else closes. Its fingerprint is taken once."""

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
        """Give it back."""


class NotCached(EngineError):
    """A phrase is not in the cache, and nobody here can speak it."""


class CacheOnlyEngine:
    """Stands in for an engine where every phrase has been spoken before. Needs nothing of what the engine needs."""

    workers = 1

    def __init__(self, name: str, reads_ipa: bool, fingerprint: str) -> None:
        """Take what is known of the engine, and its fingerprint for the one voice that is asked for."""
        self.name = name
        self.reads_ipa = reads_ipa
        self._fingerprint = fingerprint

    def voices(self) -> tuple[Voice, ...]:
        """None of its own."""
        return ()

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002  # the voice is the one it was made for
        """The engine's."""
        return self._fingerprint

    def speak(self, text: str, voice: Voice, pace: float) -> Audio:  # noqa: ARG002  # it speaks nothing
        """Never speaks.

        Raises:
            NotKept: always.
        """
        raise NotCached(self.name, f"{text[:60]!r} has not been spoken yet.", "Run the command again.")

    def close(self) -> None:
        """Nothing to let go of."""


def cache_only(choice: EngineVoice) -> EngineVoice:
    """The same choice for another process, where only what is in the cache is needed."""
    engine = choice.engine
    return replace(choice, engine=CacheOnlyEngine(engine.name, engine.reads_ipa, engine.fingerprint(choice.voice)))
