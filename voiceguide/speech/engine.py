"""The boundary to speech engines. An engine is a class named by an entry point in the group `voiceguide.engines`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from voiceguide.sound.audio import Audio

WORDS_PER_MINUTE = 195
"""What every engine is calibrated to at pace 1.0, measured on `CALIBRATION` alone. Its words are short and its only
pause is a comma: the instructions of a session, spoken at the same speed with a breath after each sentence, come to
the 110-130 words a minute of guided practice."""

CALIBRATION = "Find the middle of the crease at the back of your left knee, and rest your thumb there."
"""The sentence engines are calibrated on: 18 words of ordinary instruction."""

CALIBRATION_WORDS = len(CALIBRATION.split())

MOST_WORKERS = 64
"""Phrases that may be spoken at once: each has a thread of its own."""

LOWEST_RATE, HIGHEST_RATE = 4_000, 192_000
"""Sample rates that a voice may have, in Hz."""

LONGEST_PHRASE_S = 600
"""A phrase has 1,000 characters at most, which take two minutes at half the pace; more than this is no phrase."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of one engine."""

    engine: str
    name: str
    """On one line, of characters that can be printed."""
    language: str
    """BCP 47, such as `en-US`."""
    rate: int
    """Sample rate of what the engine returns, in Hz: a whole number from `LOWEST_RATE` to `HIGHEST_RATE`."""


class Engine(Protocol):
    """Turns text into speech. Made without arguments; making one loads nothing heavy.

    `speak` is called from several threads at once and may block for as long as synthesis takes; an engine that
    calls something which can hang limits the time itself. One from another package is given up after 20 s of loading
    or of any other answer, which may come from another thread each time. No method writes to standard output or error.
    """

    name: str
    reads_ipa: bool
    """Whether `[[ipa]]` inside a text is spoken as phonemes. Other engines are given a respelling instead."""
    workers: int
    """How many phrases are worth speaking at once on this machine: 1 to `MOST_WORKERS`."""

    def voices(self) -> tuple[Voice, ...]:
        """The voices installed here, the preferred one first.

        Raises:
            EngineError: the engine cannot work here; its remedy says what to install.
        """
        ...

    def fingerprint(self, voice: Voice) -> str:
        """A text that changes whenever the samples for the same text and pace could: versions, voice file's hash.

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
            pace: 1.0 speaks `WORDS_PER_MINUTE`; 0.8 takes 1/0.8 as long.

        Returns:
            Mono, float32 of shape (frames, 1), all of them numbers, at `voice.rate`, and no longer than
            `LONGEST_PHRASE_S`; silence at the ends is left on.

        Raises:
            EngineError: it hung, died, or returned nothing.
        """
        ...

    def close(self) -> None:
        """Let go of workers and models. May be called twice."""
        ...
