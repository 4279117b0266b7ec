"""Speaks the phrases of one session: each distinct one once, several at a time, through the cache."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voiceguide.errors import EngineError
from voiceguide.script.cues import Pronunciation, Say
from voiceguide.sound.clip import Clip
from voiceguide.speech.cache import ClipCache, key_of
from voiceguide.speech.engine import Engine, Voice
from voiceguide.speech.reading import read_aloud
from voiceguide.speech.registry import blaming
from voiceguide.units import RATE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from voiceguide.sound.audio import Audio

FINISHING = "trim -45 dB, pads 10+40 ms, -19 LUFS, limited to -2.5 dBTP by up to 10 dB over 10 ms, fades 8 ms"
"""What `_finished` does to a phrase, as part of its cache key: change it together with the constants it names."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How much a narrator has done."""

    phrases: int
    """Distinct phrases asked for."""
    synthesised: int
    cached: int


class Narrator:
    """One voice for one session. `prepare` starts work in the background, `clip` waits for one phrase."""

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
    ) -> None:
        self.engine = engine
        self.voice = voice
        self.cache = cache
        self._pace = pace
        self._language = language
        self._pronunciations = tuple(pronunciations)
        self._on_progress = on_progress
        self._pool = ThreadPoolExecutor(engine.workers, thread_name_prefix="narrator")
        self._texts: dict[str, str] = {}
        self._futures: dict[str, Future[Clip]] = {}
        self._lock = threading.Lock()
        self._synthesised = self._cached = 0
        self._fingerprint = ""

    def prepare(self, phrases: Iterable[Say]) -> None:
        """Begin speaking these, in this order, so that `clip` need not wait long. Returns at once."""
        for say in phrases:
            self._future(self._read(say))

    def clip(self, say: Say) -> Clip:
        """The finished clip of one phrase. Blocks until it is spoken.

        Raises:
            EngineError: the engine failed, or the text has nothing in it that can be spoken.
        """
        return self._future(self._read(say)).result()

    @property
    def tally(self) -> Tally:
        """How much is done by now."""
        return Tally(len(self._futures), self._synthesised, self._cached)

    def close(self) -> None:
        """Stop: phrases not begun are dropped, the engine is closed, the cache is kept within its size."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.engine.close()
        if self._synthesised:
            self.cache.prune()

    def __enter__(self) -> Narrator:
        """The narrator itself."""
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
            future = self._futures[text] = self._pool.submit(self._speak, text)
        return future

    def _speak(self, text: str) -> Clip:
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
            }
        )
        clip: Clip | None = self.cache.get(key)
        was_cached = clip is not None
        if clip is None:
            clip = self.cache.put(key, self._finished(text))
        with self._lock:
            self._cached += was_cached
            self._synthesised += not was_cached
        if self._on_progress:
            self._on_progress(self.tally)
        return clip

    def _voice_fingerprint(self) -> str:
        with self._lock:
            if not self._fingerprint:
                with blaming(self.engine.name):
                    self._fingerprint = self.engine.fingerprint(self.voice)
        return self._fingerprint

    def _finished(self, text: str) -> npt.NDArray[np.int16]:
        """Spoken, then trimmed, brought to one loudness, resampled and faded: int16 of shape (frames,)."""
        from voiceguide.sound import levels

        # Levelled at the voice's own rate, which is often half of the timeline's, and half the work.
        audio = levels.resampled(levels.levelled(levels.trimmed(self._spoken(text))), RATE)
        return levels.to_int16(levels.faded(audio).samples[:, 0])

    def _spoken(self, text: str) -> Audio:
        import numpy as np

        name = self.engine.name
        with blaming(name):
            spoken = self.engine.speak(text, self.voice, self._pace)
        if not (spoken.channels == 1 and np.isfinite(spoken.samples).all() and spoken.samples.any()):
            what = f"The engine {name} returned no sound for {text[:60]!r}."
            raise EngineError(name, what, "Try another voice: voiceguide voices")
        return spoken
