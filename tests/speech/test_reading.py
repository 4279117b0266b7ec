"""Written sentences are prepared as a person would read them aloud."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voiceguide.app.checking import load
from voiceguide.base.paths import shipped
from voiceguide.script.cues import Hold, Pronunciation, Say
from voiceguide.speech.reading import read_aloud

SPOKEN = {
    # Times and measures.
    "Hold for 30s.": "Hold for 30 seconds.",
    "Hold for 1 s.": "Hold for 1 second.",
    "Rest 1m30s, then go on.": "Rest 1 minute 30 seconds, then go on.",
    "Rest for 1.5m.": "Rest for 1.5 minutes.",
    "Rest 90 min. Then go on.": "Rest 90 minutes. Then go on.",
    "It lies 5 m away, 2h30m from here.": "It lies 5 meters away, 2 hours 30 minutes from here.",
    "Press 2cm below the knee.": "Press 2 centimeters below the knee.",
    "It is 1.5 in. wide, 2in deep.": "It is 1.5 inches wide, 2 inches deep.",
    "Press 2 in a row.": "Press 2 in a row.",
    "Lift 5 lbs, 6 ft. up.": "Lift 5 pounds, 6 feet up.",
    "Bend to 90° and hold.": "Bend to 90 degrees and hold.",
    "In water of 20 °C.": "In water of 20 degrees Celsius.",
    "Use 50% of your strength.": "Use 50 percent of your strength.",
    # Ranges and counts.
    "Hold 30-60s.": "Hold 30 to 60 seconds.",
    "Hold 30 – 60 seconds.": "Hold 30 to 60 seconds.",
    "Hold 30s - 1m.": "Hold 30 seconds to 1 minute.",
    "Hold 30s..60s.": "Hold 30 to 60 seconds.",
    "Do it 3x.": "Do it 3 times.",
    "Do 3x10, 2–3x a day.": "Do 3 times 10, 2 to 3 times a day.",
    "Do 2 x 30s per side.": "Do 2 times 30 seconds per side.",
    "Hold 30s/side, 6 breaths/min, 3x/week.": "Hold 30 seconds per side, 6 breaths per minute, 3 times per week.",
    "A well-known, L-shaped point.": "A well-known, L-shaped point.",
    "Call 555-1-23.": "Call 555-1-23.",
    # Fractions.
    "Turn 1/2 way, then ¼.": "Turn one half way, then one quarter.",
    "Use 1½ cups or 2 3/4.": "Use 1 and a half cups or 2 and three quarters.",
    "Open 24/7.": "Open 24/7.",
    # About, at least, more than.
    "Hold ~30s, min. 20 s, max. 40 s.": "Hold about 30 seconds, at least 20 seconds, at most 40 seconds.",
    "Hold <30s or >60s or ≥ 90s.": "Hold less than 30 seconds or more than 60 seconds or at least 90 seconds.",
    "Bend 90° ± 5°.": "Bend 90 degrees plus or minus 5 degrees.",
    # Abbreviations.
    "Use a ball, e.g. a tennis ball.": "Use a ball, for example, a tennis ball.",
    "Press (i.e. push) it.": "Press, that is, push, it.",
    "Relax your neck, arms, etc.": "Relax your neck, arms, et cetera.",
    "Relax your neck, etc. and rest.": "Relax your neck, et cetera and rest.",
    "Rest approx. 5 s, w/ your eyes closed.": "Rest about 5 seconds, with your eyes closed.",
    "Left vs. right & back again.": "Left versus right and back again.",
    "Take no. 5, then #6.": "Take number 5, then number 6.",
    "He said no. Rest.": "He said no. Rest.",
    "Use the left and/or right hand.": "Use the left or right hand.",
    "Use your thumb/index finger.": "Use your thumb or index finger.",
    # Points.
    "Find LI4 and BL-23.": "Find L I 4 and B L 23.",
    "Find BL 40.": "Find B L 40.",
    "REST 30 seconds, DO 3 more.": "REST 30 seconds, DO 3 more.",
    "Between L4/L5, C7 and T12.": "Between L4 or L5, C7 and T12.",
    # Marks that are not spoken.
    "Sit (feet flat).": "Sit, feet flat.",
    "Sit (feet flat), and rest.": "Sit, feet flat, and rest.",
    "Wait—now go -- then — stop - rest.": "Wait, now go, then, stop, rest.",
    "Sit -> stand → rest.": "Sit, stand, rest.",
    "Breathe in… and out...": "Breathe in, and out.",
    "“Sit,” he said, 'and rest'.": "Sit, he said, and rest.",
    "It's the knees’ turn, don't worry.": "It's the knees turn, don't worry.",
    "*Sit* _down_ `now`.": "Sit down now.",
    "Well done 😀❤️!": "Well done!",
    "Sit\u200b\u00a0down \x07now": "Sit down now.",
    "Re\u00adlax your mus\u200bcles\u2060.\ufeff": "Relax your muscles.",
    # Ends.
    "Sit down": "Sit down.",
    "First:": "First.",
    "What?! Now!!": "What?! Now!!",
    "Sit ,down ;; now": "Sit,down; now.",
    # Sentences without words.
    "---": "",
    "…": "",
    "?!": "",
    "😀": "",
    "": "",
}

ELSEWHERE = {
    "Halten Sie 30 s (ca. 5 cm) – dann loslassen": ("de-DE", "Halten Sie 30 s, ca. 5 cm, dann loslassen."),
    "l’épaule « gauche »": ("fr", "l'épaule gauche."),
    "¿Listo? ¡Vamos!": ("es", "¿Listo? ¡Vamos!"),
    "Сядьте — дышите": ("ru", "Сядьте, дышите."),
    "坐下。": ("zh-CN", "坐下。"),
    "बैठो।": ("hi", "बैठो।"),
    "تنفس؟": ("ar", "تنفس؟"),
    "5% e.g. this": ("xx", "5% e.g. this."),
}

LEXICON = (
    Pronunciation("Hegu", "huh goo", "hˌʌɡˈuː"),
    Pronunciation("LI4", "Large Intestine four"),
    Pronunciation("cun", "tsoon", "tsˈʊn"),
    Pronunciation("Lao Gong", "lao gung"),
    Pronunciation("Lao", "wrong"),
    Pronunciation("Gong", "wrong"),
    Pronunciation("→", "then"),
    Pronunciation("Qi\u0300", "chee"),
)

# Each sentence with its respelling and its IPA form.
PRONOUNCED = {
    "Hegu (LI4) is here.": ("huh goo, Large Intestine four, is here.", "[[hˌʌɡˈuː]], Large Intestine four, is here."),
    "Hegu's spot, 1.5 cun up": ("huh goo's spot, 1.5 tsoon up.", "[[hˌʌɡˈuː]]'s spot, 1.5 [[tsˈʊn]] up."),
    "CUN, Cun, HEGU, hegu": ("tsoon, tsoon, HEGU, hegu.", "[[tsˈʊn]], [[tsˈʊn]], HEGU, hegu."),
    "Hegus, LI40, LI4.": ("Hegus, L I 40, Large Intestine four.", "Hegus, L I 40, Large Intestine four."),
    "“Hegu”—Hegu/LI4": (
        "huh goo, huh goo or Large Intestine four.",
        "[[hˌʌɡˈuː]], [[hˌʌɡˈuː]] or Large Intestine four.",
    ),
    "Lao Gong, Gong": ("lao gung, wrong.", "lao gung, wrong."),
    "→": ("then.", "then."),
    "Q\u00ec": ("chee.", "chee."),
    "[[Hegu]] [[x]]": ("huh goo, x.", "[[hˌʌɡˈuː]], x."),
    "\ue000 Hegu \ue001": ("huh goo.", "[[hˌʌɡˈuː]]."),
}


@pytest.mark.parametrize(("written", "spoken"), SPOKEN.items())
def test_english_is_read_as_expected(written: str, spoken: str) -> None:
    assert read_aloud(written, "en-US") == spoken


@pytest.mark.parametrize("written", ELSEWHERE)
def test_other_languages_keep_their_words(written: str) -> None:
    language, spoken = ELSEWHERE[written]
    assert read_aloud(written, language) == spoken


@pytest.mark.parametrize("written", PRONOUNCED)
def test_words_of_the_lexicon_are_replaced(written: str) -> None:
    respelled, ipa = PRONOUNCED[written]
    assert read_aloud(written, "en-US", LEXICON) == respelled
    assert read_aloud(written, "en-US", LEXICON, ipa=True) == ipa


@pytest.mark.parametrize("written", SPOKEN)
def test_a_prepared_sentence_is_not_changed_again(written: str) -> None:
    spoken = read_aloud(written, "en-US")
    assert read_aloud(spoken, "en-US") == spoken


pieces = st.lists(st.sampled_from([*SPOKEN, "Hegu", "[[", "]]", "30", "/", "-", "'", "(", " ", "½"]), max_size=6)


@given(st.text() | pieces.map("".join), st.sampled_from(("en-US", "de-DE", "")), st.booleans())
@example("Hegu" * 50, "en-US", True)
def test_any_text_can_be_spoken(text: str, language: str, ipa: bool) -> None:
    spoken = read_aloud(text, language, LEXICON, ipa=ipa)
    assert spoken == "" or (spoken[-1] in ".!?。！？।؟" and any(map(str.isalnum, spoken)))
    assert spoken == " ".join(spoken.split())
    assert not set(spoken) & set('(){}*_#<>|=\\"“”\n\t\0\ue000')
    if not ipa:
        assert "[" not in spoken


def test_the_shipped_sessions_have_only_characters_that_a_voice_can_read() -> None:
    for path in shipped("routines").glob("sciatica*.yaml"):
        script = load(path).script
        assert script
        inside = [
            each for cue in script.cues for each in ([c for _, c in cue.cues] if isinstance(cue, Hold) else [cue])
        ]
        for cue in inside:
            if isinstance(cue, Say):
                spoken = read_aloud(cue.text, script.language, script.pronunciations)
                assert all(char.isalpha() or char in " ,.;:'?!-" for char in spoken), spoken
