"""Engines from other packages that hang, or answer what they should not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contracts import EngineContract
from tests.fakes import FakeEngine
from tests.plugins import install
from voiceguide.errors import EngineError
from voiceguide.speech.engine import Engine, Voice
from voiceguide.speech.guarded import Guarded
from voiceguide.speech.registry import choose, load

ANNA = FakeEngine.DEFAULT[0]


class TestGuarded(EngineContract):
    @pytest.fixture
    def engine(self) -> Iterator[Engine]:
        engine = Guarded("fake", FakeEngine)
        yield engine
        engine.close()


@pytest.fixture
def asleep() -> Iterator[Callable[[], object]]:
    """Something that does not come back before the test is over."""
    over = threading.Event()
    yield over.wait
    over.set()


def test_one_that_hangs_while_it_is_made_is_given_up(asleep: Callable[[], object]) -> None:
    class Snail(FakeEngine):
        def __init__(self) -> None:
            asleep()

    with pytest.raises(EngineError, match=r"^The engine snail takes longer than 0\.05 s to load\. Update or remove"):
        Guarded("snail", Snail, 0.05)


def test_one_that_hangs_over_an_answer_is_given_up(asleep: Callable[[], object]) -> None:
    class Snail(FakeEngine):
        def voices(self) -> tuple[Voice, ...]:
            asleep()
            return ()

        def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002  # the contract's signature
            asleep()
            return ""

    snail = Guarded("snail", Snail, 0.05)
    with pytest.raises(EngineError, match=r"takes longer than 0\.05 s to name its voices"):
        snail.voices()
    with pytest.raises(EngineError, match=r"takes longer than 0\.05 s to tell a voice's fingerprint"):
        snail.fingerprint(ANNA)


def test_what_it_raises_itself_passes_through() -> None:
    class Rude(FakeEngine):
        def voices(self) -> tuple[Voice, ...]:
            raise TimeoutError("no time for you")

    with pytest.raises(TimeoutError, match="no time for you"):
        Guarded("rude", Rude).voices()
    with pytest.raises(EngineError, match="no voice 'nobody'"):
        Guarded("fake", FakeEngine).fingerprint(Voice("fake", "nobody", "en-US", 16_000))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("workers = 0", "its workers are 0, not an int of 1 or more"),
        ("workers = True", "its workers are True, not an int of 1 or more"),
        ("workers = '2'", "its workers are '2', not an int of 1 or more"),
        ("reads_ipa = None", "its reads_ipa is None, not a bool"),
        ("def voices(self): return [*self._voices]", "voices() gave a list, not a tuple"),
        ("def voices(self): return ('anna',)", "voices() gave 'anna' for a Voice"),
        ("def voices(self): return (Voice('wrong', 'anna', 'en', None),)", "voices() gave Voice("),
        ("def voices(self): return (Voice('wrong', 'anna', 'en', 0),)", "voices() gave Voice("),
        ("def voices(self): return (Voice('wrong', b'anna', 'en', 1),)", "voices() gave Voice("),
        ("__slots__ = ()\n    workers = property(lambda self: self.nothing)", "has no attribute 'nothing'"),
    ],
)
def test_one_that_is_none_is_named_with_what_is_wrong(
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
        Guarded("odd", Odd).fingerprint(ANNA)


def test_a_plug_in_that_hangs_while_it_is_imported_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "snail", "import threading\nthreading.Event().wait(5)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(EngineError, match=r"The engine snail takes longer than 0\.05 s to load"):
        load("snail", 0.05)


def test_the_engines_of_the_program_need_no_guard() -> None:
    assert not isinstance(load("tone"), Guarded)
