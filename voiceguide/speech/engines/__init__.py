"""Speech engines, one module each, and the functions that they share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from voiceguide.base.errors import EngineError
from voiceguide.speech.engine import CALIBRATION_WORDS, WORDS_PER_MINUTE, Voice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voiceguide.sound.audio import Audio

CALIBRATION_SECONDS = 60 * CALIBRATION_WORDS / WORDS_PER_MINUTE
"""Seconds that `CALIBRATION` takes at pace 1.0, without the silence at its ends."""

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")


def language_tag(written: str) -> str:
    """Return an engine's language name (`en-us`, `en_GB`, `cmn-latn-pinyin`) as a BCP 47 tag; `und` for none."""
    if not _TAG.fullmatch(written):
        return "und"
    language, *rest = re.split("[-_]", written.lower())
    parts = [language]
    for part in rest:
        private = "x" in parts
        region, script = len(part) == 2 and not private, len(part) == 4 and part.isalpha() and not private
        parts.append(part.upper() if region else part.title() if script else part)
    return "-".join(parts)


def english_first(language: str) -> tuple[bool, bool, str]:
    """Return a sort key for language tags: `en-US`, then other English, then the rest by name."""
    return language != "en-US", language.split("-")[0] != "en", language


def own_voice(voice: Voice, known: Iterable[Voice], engine: str) -> None:
    """Check that `voice` is one of `known`.

    Raises:
        EngineError: the voice was removed, or belongs to another engine.
    """
    if voice not in known:
        what = f"The engine {engine} has no voice {voice.name!r}."
        raise EngineError(engine, what, f"See those it has: voiceguide voices --engine {engine}")


def speech_seconds(audio: Audio) -> float:
    """Return the length of the words in `audio` in seconds, without the silence at its ends."""
    from voiceguide.base.units import frames
    from voiceguide.sound import levels
    from voiceguide.sound.clip import LEAD_MS, TAIL_MS

    padded = levels.trimmed(audio).frames
    return (padded - frames(LEAD_MS, audio.rate) - frames(TAIL_MS, audio.rate)) / audio.rate
