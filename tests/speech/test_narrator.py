"""Speaking the phrases of a session: once each, in order, through the cache. Failures reach the caller."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from tests.fakes import FakeEngine
from voiceguide.base.errors import EngineError
from voiceguide.base.store import Store, key_of
from voiceguide.base.units import RATE, frames
from voiceguide.script.cues import Pronunciation, Say
from voiceguide.sound import levels
from voiceguide.sound.audio import Audio, mono
from voiceguide.sound.clip import LEAD_MS, TAIL_MS
from voiceguide.speech.cache import CachedClip, ClipCache, UncachedClip
from voiceguide.speech.engine import Voice
from voiceguide.speech.narrator import FINISHING, Narrator, Tally


@pytest.fixture
def cache(tmp_path: Path) -> ClipCache:
    return ClipCache(Store(tmp_path))


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


def narrator(engine: FakeEngine, cache: ClipCache, pace: float = 1.0) -> Narrator:
    return Narrator(engine, FakeEngine.DEFAULT[0], cache, pace=pace)


def texts(engine: FakeEngine) -> list[str]:
    return [spoken.text for spoken in engine.spoken]


def test_each_phrase_is_spoken_once(engine: FakeEngine, cache: ClipCache) -> None:
    says = [Say("Breathe in."), Say("Breathe out."), Say("Breathe in.", "count", "LI4", "left"), Say("Breathe in")]
    with narrator(engine, cache) as speaker:
        speaker.prepare(says)
        clips = [speaker.clip(say) for say in says]
        assert speaker.tally == Tally(phrases=2, synthesised=2, cached=0)
    assert sorted(texts(engine)) == ["Breathe in.", "Breathe out."]
    assert clips[0] is clips[2] is clips[3]
    assert engine.closed


def test_a_phrase_spoken_before_comes_from_the_cache(engine: FakeEngine, cache: ClipCache) -> None:
    with narrator(engine, cache) as speaker:
        first = speaker.clip(Say("Breathe in."))
    other = FakeEngine()
    with narrator(other, cache) as speaker:
        assert speaker.clip(Say("Breathe in.")) == first
        assert speaker.tally == Tally(phrases=1, synthesised=0, cached=1)
    assert not other.spoken


def test_a_change_in_anything_that_shapes_the_sound_speaks_the_phrase_again(cache: ClipCache) -> None:
    class Renewed(FakeEngine):
        def fingerprint(self, voice: Voice) -> str:
            return f"{super().fingerprint(voice)}, renewed"

    anna, berta = FakeEngine.DEFAULT
    huh_goo = (Pronunciation("Hegu", "huh goo"),)
    for number, speaker in enumerate(
        (
            Narrator(FakeEngine(), anna, cache),
            Narrator(FakeEngine(), berta, cache),
            Narrator(FakeEngine(), anna, cache, pace=0.9),
            Narrator(FakeEngine(), anna, cache, pronunciations=huh_goo),
            Narrator(Renewed(), anna, cache),
        )
    ):
        with speaker:
            speaker.clip(Say("Press Hegu."))
            assert speaker.tally.synthesised == 1, f"number {number} got the sound of another narrator"


def test_phrases_are_begun_in_the_order_of_the_session(engine: FakeEngine, cache: ClipCache) -> None:
    engine.workers = 1
    words = [f"Number {chr(number)}." for number in range(ord("a"), ord("z"))]
    with narrator(engine, cache) as speaker:
        speaker.prepare(Say(text) for text in words)
        speaker.clip(Say(words[-1]))
    assert texts(engine) == words


def test_a_failure_reaches_only_the_caller_that_waits_for_the_phrase(cache: ClipCache) -> None:
    engine = FakeEngine(failing={"Two.": "The fake has lost its voice."})
    with narrator(engine, cache) as speaker:
        speaker.prepare([Say("One."), Say("Two."), Say("Three.")])
        assert speaker.clip(Say("One.")).frames
        assert speaker.clip(Say("Three.")).frames
        with pytest.raises(EngineError, match="lost its voice") as caught:
            speaker.clip(Say("Two."))
    assert caught.value.engine == "fake"
    assert engine.closed


def test_an_error_raised_in_a_plug_in_names_the_plug_in(cache: ClipCache) -> None:
    class Careless(FakeEngine):
        def speak(self, text: str, voice: Voice, pace: float) -> Audio:
            return mono(np.zeros(int("many")), super().speak(text, voice, pace).rate)

    with narrator(Careless(), cache) as speaker, pytest.raises(EngineError) as caught:
        speaker.clip(Say("One."))
    assert caught.value.engine == "fake"
    assert "The engine fake failed (ValueError: invalid literal for int() with base 10: 'many')." in str(caught.value)


NOTHING: dict[str, Callable[[], Audio]] = {
    "empty": lambda: mono(np.zeros(0), 16_000),
    "silent": lambda: mono(np.zeros(16_000), 16_000),
    "not a number": lambda: mono(np.full(16_000, np.nan), 16_000),
    "two channels": lambda: Audio(np.ones((16_000, 2), np.float32), 16_000),
}


@pytest.mark.parametrize("nothing", NOTHING.values(), ids=NOTHING)
def test_a_phrase_without_sound_is_an_error_and_is_not_cached(cache: ClipCache, nothing: Callable[[], Audio]) -> None:
    class Mute(FakeEngine):
        def speak(self, text: str, voice: Voice, pace: float) -> Audio:
            super().speak(text, voice, pace)
            return nothing()

    with narrator(Mute(), cache) as speaker, pytest.raises(EngineError, match=r"returned no sound for 'One\.'"):
        speaker.clip(Say("One."))
    with narrator(FakeEngine(), cache) as speaker:
        speaker.clip(Say("One."))
        assert speaker.tally.cached == 0


def test_a_sentence_without_words_is_not_given_to_the_engine(engine: FakeEngine, cache: ClipCache) -> None:
    with narrator(engine, cache) as speaker, pytest.raises(EngineError, match="no words in it"):
        speaker.clip(Say("—"))
    assert not engine.spoken


def test_progress_is_reported_after_each_phrase(engine: FakeEngine, cache: ClipCache) -> None:
    told: list[Tally] = []
    says = [Say("One."), Say("Two."), Say("Three.")]
    with Narrator(engine, FakeEngine.DEFAULT[0], cache, on_progress=told.append) as speaker:
        speaker.prepare(says)
        for say in says:
            speaker.clip(say)
    assert len(told) == 3
    assert max(tally.synthesised for tally in told) == 3


def test_closing_drops_the_phrases_that_have_not_begun(cache: ClipCache) -> None:
    begun, go_on = Event(), Event()

    class Slow(FakeEngine):
        workers = 1

        def speak(self, text: str, voice: Voice, pace: float) -> Audio:
            begun.set()
            assert go_on.wait(30)
            return super().speak(text, voice, pace)

    engine = Slow()
    speaker = narrator(engine, cache)
    speaker.prepare([Say("One."), Say("Two."), Say("Three.")])
    assert begun.wait(30)
    closing = Thread(target=speaker.close)
    closing.start()
    with pytest.raises(CancelledError):
        speaker.clip(Say("Two."))
    go_on.set()
    closing.join(30)
    assert not {"Two.", "Three."} & set(texts(engine))
    assert engine.closed


def test_a_hung_engine_is_named_and_given_up(cache: ClipCache) -> None:
    class Hanging(FakeEngine):
        def speak(self, text: str, voice: Voice, pace: float) -> Audio:
            Event().wait()
            return super().speak(text, voice, pace)

    ticks = iter(range(0, 10_000, 60))
    speaker = Narrator(Hanging(), Hanging().voices()[0], cache, answer_s=100, clock=lambda: float(next(ticks)))
    with pytest.raises(EngineError, match=r"has not answered for 100 s at 'One\.'"):
        speaker.clip(Say("One."))
    speaker.close()


def test_a_phrase_is_trimmed_levelled_and_faded(engine: FakeEngine, cache: ClipCache) -> None:
    with narrator(engine, cache) as speaker:
        clip = speaker.clip(Say("Breathe in, and let your shoulders drop."))
    assert isinstance(clip, CachedClip)
    samples = clip.samples()
    audio = Audio(samples, RATE)
    assert levels.loudness(audio) == pytest.approx(levels.SPEECH_LUFS, abs=0.3)
    assert levels.true_peak(audio) <= levels.PEAK_DBTP + 0.1
    assert samples[0] == samples[-1] == 0
    # The pads have replaced the fake's silence of a tenth of a second at each end.
    loud = np.flatnonzero(np.abs(samples[:, 0]) > 0.01)
    assert loud[0] == pytest.approx(frames(LEAD_MS), abs=frames(2))
    assert clip.frames - loud[-1] == pytest.approx(frames(TAIL_MS), abs=frames(2))


def test_the_text_in_the_key_matches_the_constants() -> None:
    told = (
        f"trim {levels.TRIM_DB:g} dB, pads {LEAD_MS}+{TAIL_MS} ms, {levels.SPEECH_LUFS:g} LUFS, "
        f"limited to {levels.PEAK_DBTP:g} dBTP by up to {levels.MAX_LIMITING_DB:g} dB over {levels.LIMITER_MS} ms, "
        f"fades {levels.FADE_MS} ms"
    )
    assert told == FINISHING


def test_a_session_is_spoken_although_the_cache_cannot_be_written(engine: FakeEngine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = ClipCache(Store(tmp_path / "file"))
    with narrator(engine, cache) as speaker:
        clip = speaker.clip(Say("One."))
        assert isinstance(clip, UncachedClip)
        assert speaker.clip(Say("One.")) is clip
    assert len(engine.spoken) == 1
    assert cache.store.complaint


def test_the_key_of_a_phrase_tells_all_that_shapes_its_sound(engine: FakeEngine, cache: ClipCache) -> None:
    voice = FakeEngine.DEFAULT[0]
    with Narrator(engine, voice, cache, pace=0.9) as speaker:
        clip = speaker.clip(Say("Breathe in."))
    assert clip.identity == key_of(
        {
            "engine": "fake",
            "fingerprint": FakeEngine().fingerprint(voice),
            "voice": voice.name,
            "text": "Breathe in.",
            "pace": 0.9,
            "finishing": "trim -45 dB, pads 10+40 ms, -19 LUFS, limited to -2.5 dBTP by up to 10 dB over 10 ms, "
            "fades 8 ms",
            "rate": 44_100,
        }
    )
