"""Functions that the engines share, and two engines that need no package: the fake of the tests, and the hum."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest

from tests.contracts import LONG, SHORT, EngineContract
from tests.fakes import FakeEngine
from voiceguide.base.errors import EngineError
from voiceguide.base.units import RATE, frames
from voiceguide.speech.engine import Engine, Voice
from voiceguide.speech.engines import language_tag
from voiceguide.speech.engines.tone import Tone, _hum
from voiceguide.speech.tempo import spoken_ms


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en-us", "en-US"),
        ("en_GB", "en-GB"),
        ("cmn-latn-pinyin", "cmn-Latn-pinyin"),
        ("es-419", "es-419"),
        ("en-gb-x-rp", "en-GB-x-rp"),
        ("Unknown Locale: 1033", "und"),
        ("", "und"),
    ],
)
def test_language_names_become_tags(written: str, tag: str) -> None:
    assert language_tag(written) == tag


class TestFake(EngineContract):
    @pytest.fixture
    def engine(self) -> Engine:
        return FakeEngine()

    def test_the_fake_is_strict(self) -> None:
        engine = FakeEngine(failing={"Fail.": "It cannot say that."})
        voice = engine.voices()[0]
        with pytest.raises(EngineError, match="cannot say that"):
            engine.speak("Fail.", voice, 1.0)
        with pytest.raises(AssertionError, match="nothing"):
            engine.speak(" ", voice, 1.0)
        assert [spoken.text for spoken in engine.spoken] == ["Fail."]
        engine.close()
        with pytest.raises(AssertionError, match="closed"):
            engine.speak(SHORT, voice, 1.0)


class TestTone(EngineContract):
    @pytest.fixture
    def engine(self) -> Engine:
        return Tone()

    def test_the_hum_lasts_as_long_as_the_words_would(self, engine: Engine, voice: Voice) -> None:
        assert engine.speak(LONG, voice, 0.9).frames == frames(spoken_ms(LONG, 0.9))
        assert engine.speak("—", voice, 1.0).frames > 0

    def test_the_hum_starts_and_ends_without_a_click(self, engine: Engine, voice: Voice) -> None:
        samples = engine.speak(LONG, voice, 1.0).samples[:, 0]
        assert np.abs(np.diff(samples, prepend=0.0, append=0.0)).max() < 0.02

    def test_the_hum_has_the_same_bytes_on_every_machine(self) -> None:
        samples = _hum(RATE, 1.0).samples[:, 0]
        whole = (samples * 32768).astype("<i2")
        assert np.array_equal(whole / np.float32(32768), samples)
        assert hashlib.sha256(whole.tobytes()).hexdigest()[:16] == "d23845c5e76312a4"
        # Only the table of sines depends on the machine. No entry is so close to a half that an error in the last
        # digits of a sine would change its rounding.
        table = [16384 * math.sin(2 * math.pi * step / 4096) for step in range(4096)]
        assert min(abs(entry % 1 - 0.5) for entry in table) > 1e-6
