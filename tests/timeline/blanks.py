"""Clips and timelines without sound, for tests of times."""

from __future__ import annotations

from dataclasses import dataclass

from voiceguide.base.units import RATE
from voiceguide.script.cues import Say, Script
from voiceguide.script.text import read_script
from voiceguide.sound.audio import Samples
from voiceguide.timeline.model import Timeline
from voiceguide.timeline.placing import build


@dataclass(frozen=True, slots=True)
class Blank:
    """A clip that has a length but no samples."""

    frames: int
    identity: str = "blank"

    def samples(self) -> Samples:
        raise AssertionError("a blank clip has no samples")


def second_per_word(say: Say) -> Blank:
    """Return a clip of one second for each word of the sentence."""
    return Blank(len(say.text.split()) * RATE)


def script(text: str) -> Script:
    """Return the script of this text, titled `Test`."""
    read, problems = read_script(f"# Test\n{text}", "test.md")
    assert read, problems
    return read


def timeline(text: str) -> Timeline:
    """Return the timeline of this script, in which every word takes a second."""
    return build(script(text), second_per_word)
