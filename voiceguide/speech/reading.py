"""How a written sentence is read aloud: what a person makes of brackets, units, ranges, dashes and quotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from voiceguide.script.cues import Pronunciation

_UNITS = {
    "s": ("second", "seconds"),
    "sec": ("second", "seconds"),
    "secs": ("second", "seconds"),
    "m": ("minute", "minutes"),
    "min": ("minute", "minutes"),
    "mins": ("minute", "minutes"),
    "h": ("hour", "hours"),
    "hr": ("hour", "hours"),
    "hrs": ("hour", "hours"),
    "mm": ("millimeter", "millimeters"),
    "cm": ("centimeter", "centimeters"),
    "kg": ("kilogram", "kilograms"),
    "lb": ("pound", "pounds"),
    "in": ("inch", "inches"),
    "ft": ("foot", "feet"),
}
_ENGLISH: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), spoken)
    for pattern, spoken in (
        (r"\be\.\s?g\.,?", "for example,"),
        (r"\bi\.\s?e\.,?", "that is,"),
        (r"\betc\.", "et cetera"),
        (r"\bapprox\.", "about"),
        (r"\bvs\.?(?=\s)", "versus"),
        (r"\bw/\s?", "with "),
        (r"\s*&\s*", " and "),
        (r"(?<=\d)\s*%", " percent"),
        (r"(?<=\d)\s*°", " degrees"),
        (r"(?<=\d)\s*[x×](?!\w)", " times"),  # the multiplication sign is what authors type
        (r"\b1/2\b|½", "one half"),
        (r"\b1/4\b|¼", "one quarter"),
        (r"\b3/4\b|¾", "three quarters"),
        (r"(?<=[a-z])/(?=[a-z])", " or "),
    )
)
_NUMBER = r"(\d+(?:\.\d+)?)"
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_RANGE = re.compile(rf"(?<![\w.-]){_NUMBER}\s*(?:–|—|-|\.\.)\s*{_NUMBER}(?=\s?(?:{_UNIT})\b|(?![\w-]))")
_MEASURE = re.compile(rf"(?<![\w.]){_NUMBER}(\s?)({_UNIT})\b(\.(?=\s+[a-z]))?")
_COMPOUND = re.compile(r"(?<=\d)(h|m)(?=\d+(?:m|s)\b)")
_CODE = re.compile(r"\b([A-Z]{2,3})[- ]?(\d{1,3})\b")
_ASIDE = 0xE000
"""First character of the private use area."""

_SPEAKABLE = re.compile(r"[^\W_]")


def read_aloud(text: str, language: str, pronunciations: Iterable[Pronunciation] = (), *, ipa: bool = False) -> str:
    """The sentence as an engine should be given it.

    Args:
        text: one sentence as its author wrote it.
        language: BCP 47; the rules for abbreviations, units and ranges are for English.
        pronunciations: words said in their own way.
        ipa: whether those with IPA become `[[ipa]]` rather than a respelling.

    Returns:
        The text to speak, ending in punctuation; empty where nothing can be spoken (a line of dashes, an emoji).
    """
    # Words of the lexicon are set aside first, as single characters of the private use area, so that no rule
    # below can take them apart.
    said: list[str] = []

    text = unicodedata.normalize("NFC", text).replace("[[", "[").replace("]]", "]")
    for each in sorted(pronunciations, key=lambda p: -len(p.word)):
        flags = re.IGNORECASE if each.word == each.word.lower() else re.NOFLAG
        whole_word = rf"(?<![^\W_]){re.escape(each.word)}(?![^\W_])"
        text, count = re.subn(whole_word, chr(_ASIDE + len(said)), text, flags=flags)
        if count:
            said.append(f"[[{each.ipa}]]" if ipa and each.ipa else each.say)
    if language.lower().startswith("en"):
        text = _english(text)
    text = _punctuation(text)
    if not said and not _SPEAKABLE.search(text):
        return ""
    spoken = text.translate({_ASIDE + index: words for index, words in enumerate(said)})
    return spoken if spoken.endswith((".", "!", "?")) else f"{spoken.rstrip(' ,;:')}."


def _english(text: str) -> str:
    for pattern, spoken in _ENGLISH:
        text = pattern.sub(spoken, text)
    text = _RANGE.sub(r"\1 to \2", text)
    text = _COMPOUND.sub(r"\1 ", text)
    text = _MEASURE.sub(_measure, text)
    return _CODE.sub(lambda match: f"{' '.join(match[1])} {match[2]}", text)


def _measure(match: re.Match[str]) -> str:
    number, space, unit = match[1], match[2], match[3]
    # "press 2 in a row" is a word, "2in" and "2 cm" are measures.
    if unit == "in" and space:
        return match[0]
    one, many = _UNITS[unit]
    return f"{number} {one if number == '1' else many}"


def _punctuation(text: str) -> str:
    """Marks that are seen but not said become the pause a reader makes of them."""
    text = re.sub(r"[(\[{]\s*", ", ", text)
    text = re.sub(r"\s*[)\]}]", ", ", text)
    text = re.sub(r"\s*(?:—|\s–|\s-{1,2}(?=\s)|--)\s*", ", ", text)
    text = re.sub(r"…|\.\.\.", ", ", text)
    text = text.replace("’", "'").replace("‘", "'")
    text = re.sub(r"[\"“”„«»*_#~^<>|=`\\]", " ", text)
    text = re.sub(r"(?<!\w)'|'(?!\w)", " ", text)
    text = "".join(" " if unicodedata.category(char) in ("So", "Sk", "Cc", "Cf", "Cs") else char for char in text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    text = re.sub(r"[,;:]+(?=[,;:.!?])", "", text)
    text = re.sub(r"([.!?])[,;:]+", r"\1", text)
    return re.sub(r"^[,;:.\s]+", "", text).strip()
