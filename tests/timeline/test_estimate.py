"""How long a session will be is known before anything is spoken."""

from __future__ import annotations

import pytest

import voiceguide
from voiceguide.base.units import frames, seconds
from voiceguide.script.cues import START, Chime, Hold, Mark, Pause, Say, Script
from voiceguide.speech.tempo import spoken_ms
from voiceguide.timeline.estimate import estimate

SENTENCE = Say("Find the middle of the crease at the back of your left knee.")


def test_silences_and_holds_are_exact_and_words_are_guessed() -> None:
    script = Script("T", "en-US", (SENTENCE, Pause(3_000), Hold(20_000, ((START, Say("Press.")),))))
    assert estimate(script).length == frames(spoken_ms(SENTENCE.text) + 50) + frames(3_000) + frames(20_000)


def test_only_the_words_are_slower_at_a_slower_pace() -> None:
    script = Script("T", "en-US", (SENTENCE, Pause(3_000)))
    length, slower = (estimate(script, pace).length - frames(3_050) for pace in (1.0, 0.5))
    assert slower == pytest.approx(2 * length, rel=0.001)


def test_the_same_sentence_has_one_clip() -> None:
    sounds = estimate(Script("T", "en-US", (SENTENCE, Mark("Again"), Chime("bell"), SENTENCE))).sounds
    assert sounds[0].clip is sounds[-1].clip


def test_an_estimated_clip_is_never_played() -> None:
    (placed,) = estimate(Script("T", "en-US", (SENTENCE,))).sounds
    with pytest.raises(AssertionError, match="never played"):
        placed.clip.samples()


@pytest.mark.parametrize("name", ["sciatica", "sciatica-short"])
def test_an_estimate_is_as_long_as_the_hum(name: str) -> None:
    session = voiceguide.open(name, engine="tone")
    assert seconds(session.estimate().length) == pytest.approx(seconds(session.timeline().length), rel=0.02)
