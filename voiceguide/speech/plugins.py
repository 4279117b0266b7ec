"""Engines from other packages. Their time to answer is limited, and their answers are checked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING, TypeVar

from voiceguide.base.errors import EngineError
from voiceguide.base.threads import DaemonThreads
from voiceguide.speech.engine import (
    HIGHEST_RATE,
    LONGEST_PHRASE_S,
    LOWEST_RATE,
    MOST_WORKERS,
    Engine,
    Voice,
)

if TYPE_CHECKING:
    from voiceguide.sound.audio import Audio

PATIENCE_S = 20.0
"""Seconds an engine may take to load, list its voices or give a fingerprint. Some import large libraries."""

INSTEAD = "Update or remove its package, or try another: voiceguide voices"
"""Remedy for an engine that does not work."""

T = TypeVar("T")


class PluginEngine:
    """Wraps a plug-in engine so that it cannot hang the program or return values of a wrong kind.

    Exceptions of the plug-in pass through. The caller limits the time of `speak` and `close`.
    """

    def __init__(self, name: str, make: Callable[[], Engine], patience: float = PATIENCE_S) -> None:
        """Load and make the engine.

        Args:
            name: name of the engine, as the listener knows it.
            make: loads the package and makes the engine.
            patience: seconds for loading, and for each answer that is not sound.

        Raises:
            EngineError: loading took longer than `patience`.
            TypeError: the object is not an engine as the contract demands.
        """
        self.name = name
        self._patience = patience

        def loaded() -> tuple[Engine, object, object]:
            made = make()
            return made, made.reads_ipa, made.workers

        self._engine, reads_ipa, workers = self._in_time("to load", loaded)
        if not isinstance(reads_ipa, bool):
            raise TypeError(f"its reads_ipa is {_shown(reads_ipa)}, not a bool")
        if not _is_within(workers, 1, MOST_WORKERS):
            raise TypeError(f"its workers are {_shown(workers)}, not an int from 1 to {MOST_WORKERS}")
        assert isinstance(workers, int)
        self.reads_ipa = reads_ipa
        self.workers = workers

    def voices(self) -> tuple[Voice, ...]:
        """See `Engine.voices`."""
        found: object = self._in_time("to name its voices", self._engine.voices)
        if not isinstance(found, tuple):
            raise TypeError(f"voices() gave {_shown(found)}, not a tuple")
        for voice in found:
            if not isinstance(voice, Voice):
                raise TypeError(f"voices() gave {_shown(voice)} for a Voice")
            if not all(map(_is_line, (voice.engine, voice.name, voice.language))):
                raise TypeError(f"voices() gave {_shown(voice)}, whose texts are not lines that can be printed")
            if not _is_within(voice.rate, LOWEST_RATE, HIGHEST_RATE):
                told = f"whose rate is not an int from {LOWEST_RATE} to {HIGHEST_RATE}"
                raise TypeError(f"voices() gave {_shown(voice)}, {told}")
        return found

    def fingerprint(self, voice: Voice) -> str:
        """See `Engine.fingerprint`."""
        told: object = self._in_time("to tell a voice's fingerprint", lambda: self._engine.fingerprint(voice))
        if not isinstance(told, str) or not _is_line(told):
            raise TypeError(f"fingerprint() gave {_shown(told)}, not a str that can be printed")
        return told

    def speak(self, text: str, voice: Voice, pace: float) -> Audio:
        """See `Engine.speak`. The cheapest properties of the result are checked first."""
        import numpy as np

        from voiceguide.sound.audio import Audio

        spoken: object = self._engine.speak(text, voice, pace)
        if not isinstance(spoken, Audio):
            raise TypeError(f"speak() gave {_shown(spoken)}, not an Audio")
        samples: object = spoken.samples
        if not isinstance(samples, np.ndarray) or samples.dtype != np.float32:
            raise TypeError(f"speak() gave {_shown(samples)} for samples, not an array of float32")
        if samples.ndim != 2 or samples.shape[1] != 1:
            raise TypeError(f"speak() gave samples of shape {samples.shape}, not (frames, 1)")
        if not _is_within(spoken.rate, voice.rate, voice.rate):
            raise TypeError(f"speak() gave a rate of {_shown(spoken.rate)}, not the voice's {voice.rate}")
        if len(samples) > LONGEST_PHRASE_S * voice.rate:
            raise TypeError(f"speak() gave {len(samples) / voice.rate:.0f} s for a phrase of {len(text)} characters")
        if not np.isfinite(samples).all():
            raise TypeError("speak() gave samples that are no numbers")
        return spoken

    def close(self) -> None:
        """See `Engine.close`."""
        self._engine.close()

    def _in_time(self, what: str, job: Callable[[], T]) -> T:
        """Return the result of `job`, or raise its exception.

        Raises:
            EngineError: the job took too long. It is left running in its thread.
        """
        threads: DaemonThreads[T] = DaemonThreads(1, f"engine {self.name}")
        future = threads.submit(job)
        try:
            return future.result(self._patience)
        except NotYet:
            if future.done():
                # The engine raised this TimeoutError; it is not our time limit.
                raise
            took = f"The engine {self.name} takes longer than {self._patience:g} s {what}."
            raise EngineError(self.name, took, INSTEAD) from None
        finally:
            threads.stop()


def _is_within(value: object, low: int, high: int) -> bool:
    """Whether a value is a whole number in this range. A bool is refused, though it is an int in Python."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_line(value: object) -> bool:
    return isinstance(value, str) and value != "" and value.isprintable()


def _shown(value: object) -> str:
    """Return a short text for a value in an error message. The `repr` of unknown types is not called."""
    return repr(value)[:80] if isinstance(value, str | int | float | Voice | None) else f"a {type(value).__name__}"
