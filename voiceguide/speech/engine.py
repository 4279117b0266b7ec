"""The boundary to speech engines. An entry point in the group `voiceguide.engines` names the class of an engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from voiceguide.sound.audio import Audio

WORDS_PER_MINUTE = 195
"""Speed of every engine at pace 1.0, measured on `CALIBRATION`. That sentence has short words and only one comma. A
session at the same speed, with a breath after each sentence, has the 110-130 words a minute of guided practice."""

CALIBRATION = "Find the middle of the crease at the back of your left knee, and rest your thumb there."
"""Sentence on which engines are calibrated: 18 words of ordinary instruction."""

CALIBRATION_WORDS = len(CALIBRATION.split())

MOST_WORKERS = 64
"""Phrases that may be spoken at once: each has a thread of its own."""

LOWEST_RATE, HIGHEST_RATE = 4_000, 192_000
"""Sample rates that a voice may have, in Hz."""

LONGEST_PHRASE_S = 600
"""A phrase has 1,000 characters at most, which take two minutes at half the pace; more than this is no phrase."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of an engine."""

    engine: str
    name: str
    """On one line, of characters that can be printed."""
    language: str
    """BCP 47 tag, such as `en-US`."""
    rate: int
    """Sample rate of what the engine returns, in Hz: a whole number from `LOWEST_RATE` to `HIGHEST_RATE`."""


class Engine(Protocol):
    """Turns text into speech. The constructor takes no arguments and loads nothing large.

    Several threads call `speak` at once, and it may block during synthesis. An engine that can hang must limit the time
    itself. The program gives up an engine from another package after 20 s in the constructor or in any method but
    `speak`, and may call each method from another thread. No method writes to standard output or error.
    """

    name: str
    reads_ipa: bool
    """True if the engine speaks `[[ipa]]` inside a text as phonemes. Other engines get a respelling instead."""
    workers: int
    """How many phrases are worth speaking at once on this machine: 1 to `MOST_WORKERS`."""

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices installed here, the preferred voice first.

        Raises:
            EngineError: the engine cannot work here. The remedy says what to install.
        """
        ...

    def fingerprint(self, voice: Voice) -> str:
        """Return a text that changes whenever the samples of a phrase could change: versions, the voice file's hash.

        It is on one line, of characters that can be printed, and not empty.

        Raises:
            EngineError: the voice is not installed.
        """
        ...

    def speak(self, text: str, voice: Voice, pace: float) -> Audio:
        """Speak one phrase.

        Args:
            text: one phrase, ready to be read aloud; never empty.
            voice: one of `voices()`.
            pace: relative speed. 1.0 is `WORDS_PER_MINUTE`; 0.8 takes 1/0.8 as long.

        Returns:
            Mono, float32 of shape (frames, 1), all of them numbers, at `voice.rate`, and no longer than
            `LONGEST_PHRASE_S`; silence at the ends is left on.

        Raises:
            EngineError: the engine hung, died, or returned no sound.
        """
        ...

    def close(self) -> None:
        """Free workers and models. May be called twice."""
        ...
