"""Speaks the phrases of a session: each distinct phrase once, several at a time, through the cache."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voiceguide.base.errors import EngineError
from voiceguide.base.store import key_of
from voiceguide.base.threads import DaemonThreads
from voiceguide.base.units import RATE
from voiceguide.script.cues import Pronunciation, Say
from voiceguide.sound.clip import Clip
from voiceguide.speech.cache import ClipCache
from voiceguide.speech.engine import Engine, Voice
from voiceguide.speech.reading import read_aloud
from voiceguide.speech.registry import CLOSE_S, close_engine, plugin_errors

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from voiceguide.sound.audio import Audio, Samples

log = logging.getLogger(__name__)

FINISHING = "trim -45 dB, pads 10+40 ms, -19 LUFS, limited to -2.5 dBTP by up to 10 dB over 10 ms, fades 8 ms"
"""Description of `_finished` in the cache key. Change it together with the constants that it names."""


ANSWER_S = 120.0
"""Seconds after which an engine that still works on one phrase counts as hung."""

SLICE_S = 0.25


@dataclass(frozen=True, slots=True)
class Tally:
    """Progress of a narrator."""

    phrases: int
    """Number of distinct phrases asked for."""
    synthesised: int
    cached: int


class Narrator:
    """Speaks a session in one voice. `prepare` starts work in the background; `clip` waits for one phrase."""

    def __init__(
        self,
        engine: Engine,
        voice: Voice,
        cache: ClipCache,
        *,
        pace: float = 1.0,
        language: str = "en-US",
        pronunciations: Iterable[Pronunciation] = (),
        on_progress: Callable[[Tally], None] | None = None,
        answer_s: float = ANSWER_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the engine, the voice and how to speak. `answer_s`: seconds that one phrase may take, by `clock`."""
        self.engine = engine
        self.voice = voice
        self.cache = cache
        self._pace = pace
        self._language = language
        self._pronunciations = tuple(pronunciations)
        self._on_progress = on_progress
        self._answer_s = answer_s
        self._clock = clock
        self._begun: dict[str, float] = {}
        self._threads: DaemonThreads[Clip] = DaemonThreads(engine.workers, "narrator")
        self._texts: dict[str, str] = {}
        self._futures: dict[str, Future[Clip]] = {}
        self._lock = threading.Lock()
        self._synthesised = self._cached = 0
        self._fingerprint = ""

    def prepare(self, phrases: Iterable[Say]) -> None:
        """Start to speak these phrases in this order, so that `clip` waits less. Returns at once."""
        for say in phrases:
            self._future(self._read(say))

    def clip(self, say: Say) -> Clip:
        """Return the finished clip of a phrase. Blocks until the phrase is spoken.

        Raises:
            EngineError: the engine failed or did not answer, or the text has no words.
        """
        text = self._read(say)
        future = self._future(text)
        while True:
            # Short waits, because Windows does not notice Ctrl-C during a wait without a time limit.
            with suppress(NotYet):
                return future.result(SLICE_S)
            begun = self._begun.get(text)
            if not future.done() and begun is not None and self._clock() - begun > self._answer_s:
                name = self.engine.name
                what = f"The engine {name} has not answered for {self._answer_s:.0f} s at {text[:60]!r}."
                raise EngineError(name, what, "Try another: voiceguide voices")

    @property
    def tally(self) -> Tally:
        """Progress so far."""
        return Tally(len(self._futures), self._synthesised, self._cached)

    def close(self) -> None:
        """Drop the phrases that have not begun, and close the engine.

        Closing the engine ends the running phrases. A thread that still hangs after `CLOSE_S` is left to itself.
        """
        self._threads.stop()
        close_engine(self.engine)
        if not self._threads.join(CLOSE_S):
            log.debug("a thread hangs in the engine %s, and is left behind", self.engine.name)
        if self._futures:
            counts = self._synthesised, self._cached, len(self._futures)
            log.info("%s %s: %d spoken and %d from the cache of %d phrases", self.engine.name, self.voice.name, *counts)

    def __enter__(self) -> Narrator:
        """Return the narrator itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _read(self, say: Say) -> str:
        text = self._texts.get(say.text)
        if text is None:
            text = read_aloud(say.text, self._language, self._pronunciations, ipa=self.engine.reads_ipa)
            self._texts[say.text] = text
        return text

    def _future(self, text: str) -> Future[Clip]:
        future = self._futures.get(text)
        if future is None:
            future = self._futures[text] = self._threads.submit(lambda: self._speak(text))
        return future

    def _speak(self, text: str) -> Clip:
        self._begun[text] = self._clock()
        if not text:
            what = "A sentence has no words in it."
            raise EngineError(self.engine.name, what, "Find it: voiceguide check FILE")
        key = key_of(
            {
                "engine": self.engine.name,
                "fingerprint": self._voice_fingerprint(),
                "voice": self.voice.name,
                "text": text,
                "pace": self._pace,
                "finishing": FINISHING,
                "rate": RATE,
            }
        )
        clip: Clip | None = self.cache.get(key)
        was_cached = clip is not None
        if clip is None:
            clip = self.cache.put(key, self._finished(text))
        took = self._clock() - self._begun[text]
        log.debug("%s in %.3f s: %.60r", "from the cache" if was_cached else "spoken", took, text)
        with self._lock:
            self._cached += was_cached
            self._synthesised += not was_cached
        if self._on_progress:
            self._on_progress(self.tally)
        return clip

    def _voice_fingerprint(self) -> str:
        with self._lock:
            if not self._fingerprint:
                with plugin_errors(self.engine.name):
                    self._fingerprint = str(self.engine.fingerprint(self.voice))
        return self._fingerprint

    def _finished(self, text: str) -> npt.NDArray[np.int16]:
        """Spoken, then trimmed, brought to one loudness, resampled and faded: int16 of shape (frames,)."""
        spoken = self._spoken(text)
        # After speaking: where nothing may be spoken, numpy is not needed either.
        from voiceguide.sound import levels

        # Levelled at the voice's own rate, which is often half of the timeline's, and half the work.
        audio = levels.resampled(levels.levelled(levels.trimmed(spoken)), RATE)
        return levels.to_int16(levels.faded(audio).samples[:, 0])

    def _spoken(self, text: str) -> Audio:
        name = self.engine.name
        with plugin_errors(name):
            # `object`, because a plug-in may return anything.
            spoken: object = self.engine.speak(text, self.voice, self._pace)
        from voiceguide.sound.audio import Audio

        if not (isinstance(spoken, Audio) and spoken.rate > 0 and spoken.channels == 1 and _is_sound(spoken.samples)):
            what = f"The engine {name} returned no sound for {text[:60]!r}."
            raise EngineError(name, what, "Try another voice: voiceguide voices")
        return spoken


def _is_sound(samples: Samples) -> bool:
    import numpy as np

    return bool(np.isfinite(samples).all() and samples.any())
