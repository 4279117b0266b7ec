"""Engines shared by sessions, and the engine that only reads the cache."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from tests.plugins import install
from voiceguide.base.errors import EngineError
from voiceguide.base.store import Store
from voiceguide.script.cues import Say
from voiceguide.speech.cache import ClipCache
from voiceguide.speech.narrator import Narrator
from voiceguide.speech.registry import EngineVoice
from voiceguide.speech.shared_engines import NotCached, SharedEngines, cache_only

ENGINE = """
from tests.fakes import FakeEngine

class Engine(FakeEngine):
    name = "shared"
"""


@pytest.fixture(autouse=True)
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "plugins", "shared", ENGINE)
    monkeypatch.syspath_prepend(str(tmp_path / "plugins"))


def speak(choice: EngineVoice, folder: Path, text: str) -> None:
    with Narrator(choice.engine, choice.voice, ClipCache(Store(folder))) as narrator:
        narrator.clip(Say(text))


def test_an_engine_is_closed_when_all_have_spoken(tmp_path: Path) -> None:
    cast = SharedEngines()
    english, german = (cast.choose("shared", "", language) for language in ("en-US", "de-DE"))
    assert (english.voice.name, german.voice.name) == ("anna", "berta")
    # Were it closed in between, the fake would complain.
    for number in range(3):
        speak(english, tmp_path, f"Number {number}.")
        speak(german, tmp_path, f"Number {number}.")
    cast.close()
    with pytest.raises(EngineError, match="after it was closed"):
        speak(english, tmp_path, "Too late.")


FAILING = """
from pathlib import Path
from tests.fakes import FakeEngine

class Engine(FakeEngine):
    name = "failing"

    def __init__(self):
        with Path(__file__).with_suffix(".tried").open("a") as file:
            file.write("once more")
        raise OSError("no voice box")
"""


def test_an_engine_that_fails_is_not_waited_for_again(tmp_path: Path) -> None:
    install(tmp_path / "plugins", "failing", FAILING)
    cast = SharedEngines()
    for _ in range(3):
        with pytest.raises(EngineError, match="no voice box"):
            cast.choose("failing", "", "en-US")
    (tried,) = (tmp_path / "plugins").glob("*.tried")
    assert tried.read_text(encoding="utf-8") == "once more"
    cast.close()


def test_a_cache_only_engine_has_phrases_spoken_in_another_process(tmp_path: Path) -> None:
    cast = SharedEngines()
    choice = cast.choose("shared", "", "en-US")
    speak(choice, tmp_path, "Breathe in.")
    cast.close()
    other: EngineVoice = pickle.loads(pickle.dumps(cache_only(cast.choose("shared", "", "en-US"))))
    speak(other, tmp_path, "Breathe in.")
    with pytest.raises(NotCached):
        speak(other, tmp_path, "Breathe out.")
    cast.close()
