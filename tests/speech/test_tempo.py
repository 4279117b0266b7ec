"""The estimated length of a text, compared with the speech of Piper."""

from __future__ import annotations

import pytest

from voiceguide.speech.engine import CALIBRATION, CALIBRATION_WORDS, WORDS_PER_MINUTE
from voiceguide.speech.tempo import spoken_ms

CALIBRATION_MS = 60_000 * CALIBRATION_WORDS / WORDS_PER_MINUTE

# Length of each sentence spoken by en_US-joe-medium at a length scale of 1.6, as a share of `CALIBRATION`.
SPOKEN = """
0.707 Sit comfortably, with both feet flat on the floor.
0.818 Let your shoulders drop, and breathe in slowly through your nose.
0.691 Find the soft spot between your thumb and index finger.
0.876 Press gently until you feel a dull ache, never a sharp pain.
0.528 Hold this position for thirty seconds.
0.113 Halfway.
0.305 Five seconds left.
0.279 Now change sides.
0.769 Place the tips of your fingers in the hollow behind your ankle bone.
0.885 Keep the pressure steady, and let each breath become a little longer.
0.729 Stop at once if the pain becomes sharper or spreads.
0.954 This point is traditionally used for lower back discomfort and stiffness.
1.426 If you are new to acupressure, or your symptoms are severe, talk to a qualified professional first.
0.661 Slide your thumb upward along the outer edge of your shin.
0.360 Release the pressure slowly.
0.947 Interlace your fingers behind your head, and gently open your elbows.
0.794 Do not press on swollen, inflamed or injured skin.
0.992 Thank you for practising today; drink a glass of water before you continue.
0.381 Breathe in. And breathe out.
0.674 Hold for 45 seconds, then rest for 10.
1.005 It is traditionally used for lower back and leg pain, including sciatica.
0.861 Find the middle of your left calf, where the muscle's two halves meet.
1.200 See a doctor at once for numbness around the groin or buttocks, or new bladder or bowel trouble.
0.358 Press for 30 seconds.
"""


def lines() -> list[tuple[str, float]]:
    pairs = (line.split(maxsplit=1) for line in SPOKEN.strip().splitlines())
    return [(text, float(share)) for share, text in pairs]


@pytest.mark.parametrize(("text", "share"), lines(), ids=[text for text, _ in lines()])
def test_the_estimate_of_a_sentence_is_within_a_quarter(text: str, share: float) -> None:
    assert spoken_ms(text) == pytest.approx(share * CALIBRATION_MS, rel=0.25)


def test_the_sum_of_all_estimates_is_within_five_percent() -> None:
    measured = sum(share * CALIBRATION_MS for _, share in lines())
    assert sum(spoken_ms(text) for text, _ in lines()) == pytest.approx(measured, rel=0.05)


def test_most_estimates_are_within_fifteen_percent() -> None:
    off = [text for text, share in lines() if abs(spoken_ms(text) / (share * CALIBRATION_MS) - 1) > 0.15]
    assert len(off) <= len(lines()) // 8


def test_half_the_pace_takes_twice_as_long() -> None:
    assert spoken_ms(CALIBRATION, 0.5) == pytest.approx(2 * spoken_ms(CALIBRATION), abs=1)


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [
        ("a foot", "forefingers"),
        ("Press now.", "Press, now."),
        ("Press now then let go.", "Press now. Then let go."),
        ("Hold for 5 seconds.", "Hold for 45 seconds."),
        ("Find it.", "Find GV20."),
        ("Naïve", "Naïveté and more"),
        ("头", "头顶百会"),
        ("[[weɪ]]", "[[weɪ dʒˈɒŋ]]"),
    ],
)
def test_a_longer_text_takes_longer(shorter: str, longer: str) -> None:
    assert 0 < spoken_ms(shorter) < spoken_ms(longer)


@pytest.mark.parametrize("text", ["", "—", "...", " "])
def test_a_text_without_words_takes_no_time(text: str) -> None:
    assert spoken_ms(text) == 0
