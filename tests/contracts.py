"""Tests that every implementation of a protocol must pass. The tests of each implementation inherit them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from tests.fakes import FakeSource
from voiceguide.base.errors import EngineError
from voiceguide.base.units import RATE
from voiceguide.player.speaker import Speaker
from voiceguide.sound.audio import Audio
from voiceguide.speech.engine import CALIBRATION, CALIBRATION_WORDS, WORDS_PER_MINUTE, Engine, Voice

SHORT = "Breathe in."
LONG = "Breathe in, and let your shoulders drop while you slowly breathe out again."


def words_last(audio: Audio) -> float:
    """Seconds from the first to the last sample within 45 dB of the peak."""
    level = np.abs(audio.samples[:, 0])
    loud = np.flatnonzero(level > level.max() * 10 ** (-45 / 20))
    return float(loud[-1] + 1 - loud[0]) / audio.rate


class EngineContract:
    """Inherited by the tests of every engine, which give it an `engine`."""

    varies_by_ms = 0
    """How much the length of the same text may vary; 0 unless the engine has a reason."""

    @pytest.fixture
    def engine(self) -> Iterator[Engine]:
        """A new engine, closed after the test."""
        raise NotImplementedError

    @pytest.fixture
    def voice(self, engine: Engine) -> Voice:
        return engine.voices()[0]

    def test_voices_belong_to_the_engine_and_have_different_names(self, engine: Engine) -> None:
        voices = engine.voices()
        assert voices
        assert {voice.engine for voice in voices} == {engine.name}
        assert len({voice.name for voice in voices}) == len(voices)
        assert all(8_000 <= voice.rate <= 48_000 and voice.language for voice in voices)
        assert engine.voices() == voices
        assert engine.workers >= 1

    def test_speaks_mono_at_the_rate_of_the_voice(self, engine: Engine, voice: Voice) -> None:
        audio = engine.speak(SHORT, voice, 1.0)
        assert audio.rate == voice.rate
        assert audio.channels == 1
        assert audio.samples.dtype == np.float32
        assert np.isfinite(audio.samples).all()
        assert 0.05 < np.abs(audio.samples).max() <= 1.0

    def test_the_same_text_lasts_the_same_and_a_longer_one_longer(self, engine: Engine, voice: Voice) -> None:
        first, again = (engine.speak(SHORT, voice, 1.0) for _ in range(2))
        assert abs(first.frames - again.frames) <= self.varies_by_ms * voice.rate / 1000
        assert words_last(engine.speak(LONG, voice, 1.0)) > 2 * words_last(first)

    def test_keeps_the_pace(self, engine: Engine, voice: Voice) -> None:
        seconds = words_last(engine.speak(CALIBRATION, voice, 1.0))
        assert 60 * CALIBRATION_WORDS / seconds == pytest.approx(WORDS_PER_MINUTE, rel=0.08)
        for pace in (0.8, 1.25):
            assert words_last(engine.speak(CALIBRATION, voice, pace)) == pytest.approx(seconds / pace, rel=0.06)

    def test_two_threads_get_the_same_sound_as_one(self, engine: Engine, voice: Voice) -> None:
        texts = [SHORT, LONG, SHORT, LONG]
        alone = [engine.speak(text, voice, 1.25).frames for text in texts]
        with ThreadPoolExecutor(2) as threads:
            together = list(threads.map(lambda text: engine.speak(text, voice, 1.25).frames, texts))
        assert np.abs(np.subtract(alone, together)).max() <= self.varies_by_ms * voice.rate / 1000

    def test_a_fingerprint_stays(self, engine: Engine, voice: Voice) -> None:
        assert engine.fingerprint(voice)
        assert engine.fingerprint(voice) == engine.fingerprint(voice)

    def test_refuses_a_voice_it_does_not_have(self, engine: Engine, voice: Voice) -> None:
        stranger = replace(voice, name="nobody")
        with pytest.raises(EngineError, match="nobody"):
            engine.speak(SHORT, stranger, 1.0)
        with pytest.raises(EngineError, match="nobody"):
            engine.fingerprint(stranger)

    def test_closes_twice(self, engine: Engine, voice: Voice) -> None:
        engine.speak(SHORT, voice, 1.0)
        engine.close()
        engine.close()

    def test_the_engine_prints_no_output(self, engine: Engine, voice: Voice, capfd: pytest.CaptureFixture[str]) -> None:
        engine.speak(SHORT, voice, 1.0)
        engine.close()
        assert capfd.readouterr() == ("", "")


class SpeakerContract:
    """Inherited by the tests of every speaker, which give it a `speaker`."""

    latency = RATE
    """Frames that a speaker may take before the first is heard."""

    @pytest.fixture
    def speaker(self) -> Iterator[Speaker]:
        """A new speaker, stopped after the test."""
        raise NotImplementedError

    def let_play(self, speaker: Speaker, until: Callable[[], bool]) -> None:  # noqa: ARG002  # for those that do not
        """Wait for something to become true; most speakers play by themselves meanwhile."""
        given_up = time.monotonic() + 20
        while not until():
            assert time.monotonic() < given_up, "nothing happened for 20 seconds"
            time.sleep(0.01)

    def test_plays_as_time_goes_by(self, speaker: Speaker) -> None:
        source = FakeSource(2 * RATE)
        speaker.open(source, RATE, 1)
        assert speaker.position() < RATE
        self.let_play(speaker, lambda: speaker.position() >= RATE)
        assert speaker.position() <= source.taken <= speaker.position() + max(self.latency, RATE // 10)

    def test_takes_nothing_after_it_was_stopped(self, speaker: Speaker) -> None:
        source = FakeSource(RATE)
        speaker.open(source, RATE, 1)
        self.let_play(speaker, lambda: speaker.position() > 0)
        speaker.stop()
        taken = source.taken
        # Long enough for a speaker that goes on to be found out.
        time.sleep(0.3)
        assert source.taken == taken

    def test_stops_twice(self, speaker: Speaker) -> None:
        speaker.open(FakeSource(RATE), RATE, 1)
        speaker.stop()
        speaker.stop()

    def test_stops_before_it_was_opened(self, speaker: Speaker) -> None:
        assert speaker.position() == 0
        speaker.stop()

    def test_the_speaker_prints_no_output(self, speaker: Speaker, capfd: pytest.CaptureFixture[str]) -> None:
        speaker.open(FakeSource(RATE), RATE, 1)
        self.let_play(speaker, lambda: speaker.position() > 0)
        speaker.stop()
        assert capfd.readouterr() == ("", "")
