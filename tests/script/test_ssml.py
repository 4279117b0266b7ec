"""SSML for other engines: well-formed, with every word and every silence in it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given

from tests.routines import Authored, read, routines
from voiceguide.script.compiler import compile_routine
from voiceguide.script.cues import END, HALF, START, Anchor, Chime, Hold, Mark, Pause, Say, Script
from voiceguide.script.ssml import MAX_BREAK_MS, print_ssml

NAMESPACE = "{http://www.w3.org/2001/10/synthesis}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("routines")


def test_each_cue_as_ssml() -> None:
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
        '<break time="10000ms"/>',
        '<break time="10000ms"/>',
        '<break time="5000ms"/>',
        '<mark name="chime bowl"/>',
        '<mark name="chime bell"/>',
        '<break time="10000ms"/>',
        "<s>Halfway.</s>",
        '<break time="5000ms"/>',
        '<break time="1000ms"/>',
        '<break time="4000ms"/>',
        "<s>X</s>",
        "</speak>",
    ]


@given(authored=routines)
def test_nothing_is_lost(folder: Path, authored: Authored) -> None:
    script = compile_routine(read(folder, authored)).script
    root = ElementTree.fromstring(print_ssml(script).encode())
    inside = [each for cue in script.cues for each in ([c for _, c in cue.cues] if isinstance(cue, Hold) else [cue])]
    breaks = [int(each.attrib["time"].removesuffix("ms")) for each in root.iter(f"{NAMESPACE}break")]
    silence = sum(cue.ms for cue in script.cues if isinstance(cue, Hold | Pause))
    assert [each.text for each in root.iter(f"{NAMESPACE}s")] == [each.text for each in inside if isinstance(each, Say)]
    # A silence inside a hold is a part of it, unless there is more of it than hold.
    assert sum(breaks) >= silence
    if not any(isinstance(inner, Pause) for cue in script.cues if isinstance(cue, Hold) for _, inner in cue.cues):
        assert sum(breaks) == silence
    assert all(0 < each <= MAX_BREAK_MS for each in breaks)
