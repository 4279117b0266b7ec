"""SSML for other engines: well-formed, with every word and every silence in it."""

from __future__ import annotations

import subprocess
import wave
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given

from tests.conftest import require_command
from tests.routines import Authored, read, routines
from voiceguide.script.compiler import compile_routine
from voiceguide.script.cues import END, HALF, START, Anchor, Chime, Hold, Mark, Pause, Say, Script
from voiceguide.script.ssml import MAX_BREAK_MS, print_ssml

NAMESPACE = "{http://www.w3.org/2001/10/synthesis}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("routines")


def test_each_cue_becomes_ssml() -> None:
    hold = Hold(
        20_000,
        ((HALF, Say("Halfway.")), (START, Chime("bell")), (Anchor(Fraction(1), -5_000), Pause(1_000)), (END, Say("X"))),
    )
    script = Script("T", "en-US", (Mark("A & B"), Say('Sit <"down">.'), Pause(25_000), Chime("bowl"), hold))
    assert print_ssml(script).splitlines() == [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-US">',
        '<mark name="A &amp; B"/>',
        '<s>Sit &lt;"down"&gt;.</s>',
        '<mark name="silence"/><break time="10000ms"/>',
        '<mark name="silence"/><break time="10000ms"/>',
        '<mark name="silence"/><break time="5000ms"/>',
        '<mark name="chime bowl"/>',
        '<mark name="chime bell"/>',
        '<mark name="silence"/><break time="10000ms"/>',
        "<s>Halfway.</s>",
        '<mark name="silence"/><break time="5000ms"/>',
        '<mark name="silence"/><break time="1000ms"/>',
        '<mark name="silence"/><break time="4000ms"/>',
        "<s>X</s>",
        "</speak>",
    ]


def spoken_by_espeak(ssml: str, folder: Path) -> float:
    """Return the seconds of sound that eSpeak NG makes from a document."""
    espeak = require_command("espeak-ng")
    subprocess.run([espeak, "-m", "--stdin", "-w", str(folder / "a.wav")], input=ssml, text=True, check=True)
    with wave.open(str(folder / "a.wav")) as file:
        # eSpeak NG writes the header before it knows the length.
        return len(file.readframes(2**31 - 1)) / 2 / int(file.getframerate())


def test_espeak_keeps_every_silence(tmp_path: Path) -> None:
    hold = Hold(40_000, ((HALF, Say("Halfway.")), (Anchor(Fraction(1), -15_000), Pause(2_000))))
    cues = (Pause(25_000), Say("Sit."), Pause(1_000), Pause(12_000), Say("Stand."), hold, Chime("bowl"))
    words = tuple(Say(text) for text in ("Sit.", "Stand.", "Halfway."))
    document, alone = (print_ssml(Script("T", "en-US", some)) for some in (cues, words))
    silence = spoken_by_espeak(document, tmp_path) - spoken_by_espeak(alone, tmp_path)
    # The silence includes eSpeak NG's own pause of up to 0.6 s after each sentence.
    assert 78 - 0.6 * len(words) <= silence <= 78.1


@given(authored=routines)
def test_no_word_and_no_silence_is_lost(folder: Path, authored: Authored) -> None:
    script = compile_routine(read(folder, authored)).script
    root = ElementTree.fromstring(print_ssml(script).encode())
    inside = [each for cue in script.cues for each in ([c for _, c in cue.cues] if isinstance(cue, Hold) else [cue])]
    breaks = [int(each.attrib["time"].removesuffix("ms")) for each in root.iter(f"{NAMESPACE}break")]
    silence = sum(cue.ms for cue in script.cues if isinstance(cue, Hold | Pause))
    assert [each.text for each in root.iter(f"{NAMESPACE}s")] == [each.text for each in inside if isinstance(each, Say)]
    # A pause inside a hold is part of the hold, unless the pauses are longer than the hold.
    assert sum(breaks) >= silence
    if not any(isinstance(inner, Pause) for cue in script.cues if isinstance(cue, Hold) for _, inner in cue.cues):
        assert sum(breaks) == silence
    assert all(0 < each <= MAX_BREAK_MS for each in breaks)
