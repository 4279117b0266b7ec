"""Which engines there are, and which engine and voice a session takes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from voiceguide.base.errors import EngineError, UnknownName
from voiceguide.speech.registry import GROUP, PREFERRED, choose, engine_names, load

PLUG_INS = """
from tests.fakes import FakeEngine
from voiceguide.speech.engine import Voice

class Choir(FakeEngine):
    name = "choir"
    def __init__(self):
        super().__init__((
            Voice("choir", "alto", "en-GB", 16000),
            Voice("choir", "bass", "en-US", 16000),
            Voice("choir", "cantor", "de-DE", 16000),
        ))

class Deaf(FakeEngine):
    name = "deaf"
    def voices(self):
        return ()

class Rude(FakeEngine):
    name = "rude"
    def voices(self):
        raise RuntimeError("no\\nmanners")

class Sick(FakeEngine):
    def __init__(self):
        raise OSError("libsick.so: cannot open shared object file")
"""

ENTRY_POINTS = f"""
[{GROUP}]
choir = own_plug_ins:Choir
deaf = own_plug_ins:Deaf
rude = own_plug_ins:Rude
sick = own_plug_ins:Sick
gone = own_plug_ins_that_are_gone:Gone
"""


@pytest.fixture(autouse=True)
def plug_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of engines, installed for one test."""
    (tmp_path / "own_plug_ins.py").write_text(PLUG_INS)
    metadata = tmp_path / "own_plug_ins-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: own-plug-ins\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "own_plug_ins", raising=False)


def test_the_engines_of_the_program_come_first() -> None:
    assert engine_names() == (*PREFERRED, "choir", "deaf", "gone", "rude", "sick")


def test_an_unknown_engine_gets_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        load("chior")
    assert caught.value.near[0] == "choir"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("sick", "OSError: libsick.so: cannot open shared object file"),
        ("gone", "ModuleNotFoundError: No module named 'own_plug_ins_that_are_gone'"),
        ("rude", "RuntimeError: no manners"),
    ],
)
def test_a_broken_plug_in_is_named_with_its_reason(name: str, reason: str) -> None:
    with pytest.raises(EngineError) as caught:
        choose(name, "", "en-US")
    assert caught.value.engine == name
    assert f"The engine {name} failed ({reason})." in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_engine_without_voices_is_named() -> None:
    with pytest.raises(EngineError, match="The engine deaf has no voice"):
        choose("deaf", "", "en-US")


@pytest.mark.parametrize(
    ("language", "voice", "warned"),
    [
        ("en-US", "bass", False),
        ("en-us", "bass", False),
        ("en-GB", "alto", False),
        ("en-AU", "alto", False),
        ("de-AT", "cantor", False),
        ("fr-FR", "alto", True),
    ],
)
def test_a_voice_is_taken_by_its_region_then_its_language(language: str, voice: str, warned: bool) -> None:
    choice = choose("choir", "", language)
    assert choice.voice.name == voice
    assert choice.warning == (f"No voice of choir speaks {language}; {voice} reads it." if warned else "")


def test_a_named_voice_is_used_for_any_language() -> None:
    assert choose("choir", "cantor", "en-US").voice.name == "cantor"
    with pytest.raises(UnknownName) as caught:
        choose("choir", "alt", "en-US")
    assert (caught.value.kind, caught.value.near[0]) == ("voice", "alto")


def test_left_to_itself_it_finds_the_engine_of_a_voice_in_a_plug_in_too() -> None:
    choice = choose("auto", "cantor", "en-US")
    assert (choice.engine.name, choice.warning) == ("choir", "")
    hum = choose("auto", "hum", "en-US")
    assert (hum.engine.name, hum.warning) == ("tone", "")


def test_a_voice_no_engine_has_gets_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        choose("auto", "cantoor", "en-US")
    assert caught.value.near[0] == "cantor"


def test_left_to_itself_it_takes_no_plug_in_for_its_language_and_says_that_it_hums() -> None:
    choice = choose("auto", "", "x-klingon")
    assert choice.engine.name == "tone"
    assert "The engine tone hums in place of words." in choice.warning
