"""Engines from other packages that hang or return wrong values."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.contracts import EngineContract
from tests.fakes import FakeEngine
from tests.plugins import install
from voiceguide.base.errors import EngineError
from voiceguide.sound.audio import Audio
from voiceguide.speech.engine import Engine, Voice
from voiceguide.speech.plugins import PluginEngine
from voiceguide.speech.registry import choose, load

ANNA = FakeEngine.DEFAULT[0]


class TestGuarded(EngineContract):
    @pytest.fixture
    def engine(self) -> Iterator[Engine]:
        engine = PluginEngine("fake", FakeEngine)
        yield engine
        engine.close()


@pytest.fixture
def asleep() -> Iterator[Callable[[], object]]:
    """Something that does not come back before the test is over."""
    over = threading.Event()
    yield over.wait
    over.set()


def test_an_engine_that_hangs_while_it_is_made_is_given_up(asleep: Callable[[], object]) -> None:
    class Snail(FakeEngine):
        def __init__(self) -> None:
            asleep()

    with pytest.raises(EngineError, match=r"^The engine snail takes longer than 0\.05 s to load\. Update or remove"):
        PluginEngine("snail", Snail, 0.05)


def test_an_engine_that_hangs_over_an_answer_is_given_up(asleep: Callable[[], object]) -> None:
    class Snail(FakeEngine):
        def voices(self) -> tuple[Voice, ...]:
            asleep()
            return ()

        def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002  # the contract's signature
            asleep()
            return ""

    snail = PluginEngine("snail", Snail, 0.05)
    with pytest.raises(EngineError, match=r"takes longer than 0\.05 s to name its voices"):
        snail.voices()
    with pytest.raises(EngineError, match=r"takes longer than 0\.05 s to tell a voice's fingerprint"):
        snail.fingerprint(ANNA)


def test_an_exception_of_the_engine_passes_through() -> None:
    class Rude(FakeEngine):
        def voices(self) -> tuple[Voice, ...]:
            raise TimeoutError("no time for you")

    with pytest.raises(TimeoutError, match="no time for you"):
        PluginEngine("rude", Rude).voices()
    with pytest.raises(EngineError, match="no voice 'nobody'"):
        PluginEngine("fake", FakeEngine).fingerprint(Voice("fake", "nobody", "en-US", 16_000))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("workers = 0", "its workers are 0, not an int from 1 to 64"),
        ("workers = 100_000", "its workers are 100000, not an int from 1 to 64"),
        ("workers = 2.0", "its workers are 2.0, not an int from 1 to 64"),
        ("workers = True", "its workers are True, not an int from 1 to 64"),
        ("workers = '2'", "its workers are '2', not an int from 1 to 64"),
        ("reads_ipa = None", "its reads_ipa is None, not a bool"),
        ("def voices(self): return [*self._voices]", "voices() gave a list, not a tuple"),
        ("def voices(self): return ('anna',)", "voices() gave 'anna' for a Voice"),
        ("def voices(self): return (Voice('wrong', 'anna', 'en', None),)", "voices() gave Voice("),
        ("def voices(self): return (Voice('wrong', 'anna', 'en', 0),)", "voices() gave Voice("),
        ("def voices(self): return (Voice('wrong', b'anna', 'en', 8000),)", "whose texts are not lines"),
        ("def voices(self): return (Voice('wrong', 'an\\nna', 'en', 8000),)", "whose texts are not lines"),
        ("def voices(self): return (Voice('wrong', '', 'en', 8000),)", "whose texts are not lines"),
        ("def voices(self): return (Voice('wrong', '\\udcff', 'en', 8000),)", "whose texts are not lines"),
        ("def voices(self): return (Voice('wrong', 'anna', 'en', 22050.5),)", "not an int from 4000 to 192000"),
        ("def voices(self): return (Voice('wrong', 'anna', 'en', -1),)", "not an int from 4000 to 192000"),
        ("def voices(self): return (Voice('wrong', 'anna', 'en', True),)", "not an int from 4000 to 192000"),
        ("def voices(self): return (Voice('wrong', 'anna', 'en', 10**9),)", "not an int from 4000 to 192000"),
        ("__slots__ = ()\n    workers = property(lambda self: self.nothing)", "has no attribute 'nothing'"),
    ],
)
def test_an_engine_that_breaks_the_contract_is_named_with_its_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, told: str
) -> None:
    code = "from tests.fakes import FakeEngine\nfrom voiceguide.speech.engine import Voice\n"
    install(tmp_path, "wrong", f"{code}class Engine(FakeEngine):\n    {wrong}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(EngineError) as caught:
        choose("wrong", "", "en-US")
    assert caught.value.engine == "wrong"
    assert told in caught.value.what


def test_a_fingerprint_is_text() -> None:
    class Odd(FakeEngine):
        def fingerprint(self, voice: Voice) -> str:
            return voice  # type: ignore[return-value]

    with pytest.raises(TypeError, match=r"fingerprint\(\) gave Voice\(.*, not a str"):
        PluginEngine("odd", Odd).fingerprint(ANNA)


SOUND = np.ones((800, 1), np.float32)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, "speak() gave None, not an Audio"),
        (SOUND, "speak() gave a ndarray, not an Audio"),
        (Audio(SOUND, 22050.5), "speak() gave a rate of 22050.5, not the voice's 16000"),  # type: ignore[arg-type]
        (Audio(SOUND, True), "speak() gave a rate of True, not the voice's 16000"),
        (Audio(SOUND, 0), "speak() gave a rate of 0, not the voice's 16000"),
        (Audio(SOUND, -16_000), "speak() gave a rate of -16000, not the voice's 16000"),
        (Audio(SOUND, 10**9), "speak() gave a rate of 1000000000, not the voice's 16000"),
        (Audio(np.ones((800, 2), np.float32), 16_000), "speak() gave samples of shape (800, 2), not (frames, 1)"),
        (Audio(SOUND * np.float32("nan"), 16_000), "speak() gave samples that are no numbers"),
        (Audio(SOUND * np.float32("inf"), 16_000), "speak() gave samples that are no numbers"),
        # 10 GB, which are a view of one sample.
        (Audio(np.broadcast_to(np.float32(1), (2_500_000_000, 1)), 16_000), "speak() gave 156250 s for a phrase of 3"),
    ],
    ids=str,
)
def test_sound_that_breaks_the_contract_is_refused(given: object, told: str) -> None:
    class Odd(FakeEngine):
        def speak(self, text: str, voice: Voice, pace: float) -> Audio:  # noqa: ARG002  # the contract's signature
            return given  # type: ignore[return-value]  # that is what is refused

    with pytest.raises(TypeError) as caught:
        PluginEngine("odd", Odd).speak("Yes", ANNA, 1.0)
    assert str(caught.value).startswith(told)


def test_a_plug_in_that_hangs_while_it_is_imported_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "snail", "import threading\nthreading.Event().wait(5)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(EngineError, match=r"The engine snail takes longer than 0\.05 s to load"):
        load("snail", 0.05)


def test_the_engines_of_the_program_need_no_guard() -> None:
    assert not isinstance(load("tone"), PluginEngine)
