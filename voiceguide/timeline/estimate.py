"""A Timeline without a voice: how long a session will be, and whether its words fit, before anything is spoken."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from voiceguide.base.units import frames
from voiceguide.script.cues import Script
from voiceguide.sound.clip import LEAD_MS, TAIL_MS
from voiceguide.speech.tempo import spoken_ms
from voiceguide.timeline.model import Timeline
from voiceguide.timeline.placing import build

if TYPE_CHECKING:
    from voiceguide.sound.audio import Samples


@dataclass(frozen=True, slots=True)
class _Unspoken:
    """A clip of which only the length is guessed."""

    frames: int
    identity: str = "unspoken"

    def samples(self) -> Samples:
        raise AssertionError("an estimated timeline is never played")


def estimate(script: Script, pace: float = 1.0) -> Timeline:
    """The script placed by the likely length of its words. Its sounds cannot be played."""

    @cache
    def clip(text: str) -> _Unspoken:
        return _Unspoken(frames(spoken_ms(text, pace) + LEAD_MS + TAIL_MS))

    return build(script, lambda say: clip(say.text))
