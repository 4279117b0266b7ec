"""Engines from other packages: given a limited time to answer, and what they answer is checked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING, TypeVar

from voiceguide.errors import EngineError
from voiceguide.speech.crew import Crew
from voiceguide.speech.engine import Engine, Voice

if TYPE_CHECKING:
    from voiceguide.sound.audio import Audio

PATIENCE_S = 20.0
"""An engine that takes longer to load, to name its voices or to tell a fingerprint has hung: some import a lot."""

INSTEAD = "Update or remove its package, or try another: voiceguide voices"
"""What to do about an engine that does not work."""

T = TypeVar("T")


class Guarded:
    """An engine that cannot hang the program, nor give it anything but what the contract says.

    Whatever else it raises passes through. Who has something spoken or closes it limits the time for that.
    """

    def __init__(self, name: str, make: Callable[[], Engine], patience: float = PATIENCE_S) -> None:
        """Load and make it.

        Args:
            name: what the listener knows it by.
            make: loads its package and makes it.
            patience: seconds it may take to load, and for each answer that is not sound.

        Raises:
            EngineError: it took longer.
            TypeError: it is no such engine.
        """
        self.name = name
        self._patience = patience

        def loaded() -> tuple[Engine, object, object]:
            made = make()
            return made, made.reads_ipa, made.workers

        self._engine, reads_ipa, workers = self._in_time("to load", loaded)
        if not isinstance(reads_ipa, bool):
            raise TypeError(f"its reads_ipa is {_shown(reads_ipa)}, not a bool")
        if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
            raise TypeError(f"its workers are {_shown(workers)}, not an int of 1 or more")
        self.reads_ipa = reads_ipa
        self.workers = workers

    def voices(self) -> tuple[Voice, ...]:
        """See `Engine.voices`."""
        found: object = self._in_time("to name its voices", self._engine.voices)
        if not isinstance(found, tuple):
            raise TypeError(f"voices() gave {_shown(found)}, not a tuple")
        for voice in found:
            if not (isinstance(voice, Voice) and _sound(voice)):
                raise TypeError(f"voices() gave {_shown(voice)} for a Voice")
        return found

    def fingerprint(self, voice: Voice) -> str:
        """See `Engine.fingerprint`."""
        told: object = self._in_time("to tell a voice's fingerprint", lambda: self._engine.fingerprint(voice))
        if not isinstance(told, str):
            raise TypeError(f"fingerprint() gave {_shown(told)}, not a str")
        return told

    def speak(self, text: str, voice: Voice, pace: float) -> Audio:
        """See `Engine.speak`."""
        return self._engine.speak(text, voice, pace)

    def close(self) -> None:
        """See `Engine.close`."""
        self._engine.close()

    def _in_time(self, what: str, job: Callable[[], T]) -> T:
        """What `job` returns, or raises.

        Raises:
            EngineError: it took too long, and goes on in a thread that is left behind.
        """
        crew: Crew[T] = Crew(1, f"engine {self.name}")
        future = crew.submit(job)
        try:
            return future.result(self._patience)
        except NotYet:
            if future.done():
                # The engine's own, not ours.
                raise
            took = f"The engine {self.name} takes longer than {self._patience:g} s {what}."
            raise EngineError(self.name, took, INSTEAD) from None
        finally:
            crew.stop()


def _sound(voice: Voice) -> bool:
    """Whether its fields are what they should be."""
    texts: tuple[object, ...] = (voice.engine, voice.name, voice.language)
    rate: object = voice.rate
    return all(isinstance(text, str) for text in texts) and isinstance(rate, int) and rate > 0


def _shown(value: object) -> str:
    """A value in an error message, however odd it is."""
    return repr(value)[:80] if isinstance(value, str | int | float | Voice | None) else f"a {type(value).__name__}"
