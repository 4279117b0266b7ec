"""Clips and timelines without any sound, for tests of time alone."""

from __future__ import annotations

from dataclasses import dataclass

from voiceguide.script.cues import Say, Script
from voiceguide.script.text import read_script
from voiceguide.sound.audio import Samples
from voiceguide.timeline.model import Timeline
from voiceguide.timeline.placing import build
from voiceguide.units import RATE


@dataclass(frozen=True, slots=True)
class Blank:
    """A clip of which only the length matters."""

    frames: int
    identity: str = "blank"

    def samples(self) -> Samples:
        raise AssertionError("nothing is to be heard here")


def second_per_word(say: Say) -> Blank:
    """A clip as long in seconds as the sentence has words."""
    return Blank(len(say.text.split()) * RATE)


def script(text: str) -> Script:
    """The script of that text, called `Test`."""
    read, problems = read_script(f"# Test\n{text}", "test.md")
    assert read, problems
    return read


def timeline(text: str) -> Timeline:
    """The timeline of a script whose every word takes a second."""
    return build(script(text), second_per_word)
