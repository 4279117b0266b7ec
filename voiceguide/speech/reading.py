"""Prepares a written sentence for reading aloud: brackets, units, ranges, dashes and quotes become words or pauses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from voiceguide.script.cues import Pronunciation

_ASIDE = 0xE000
"""First of the private-use characters that stand for words of the lexicon."""

_SET_ASIDE = "\ue000-\uf8ff"

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
    "km": ("kilometer", "kilometers"),
    "ml": ("milliliter", "milliliters"),
    "g": ("gram", "grams"),
    "kg": ("kilogram", "kilograms"),
    "lb": ("pound", "pounds"),
    "lbs": ("pound", "pounds"),
    "in": ("inch", "inches"),
    "ft": ("foot", "feet"),
}
_METERS = ("meter", "meters")
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_NUMBER = r"(\d+(?:\.\d+)?)"
_ENGLISH: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), spoken)
    for pattern, spoken in (
        (r"\be\.\s?g\.,?", "for example,"),
        (r"\bi\.\s?e\.,?", "that is,"),
        (r"\betc\.(?=\s*\S)", "et cetera"),
        (r"\betc\.", "et cetera."),
        (r"\bincl\.", "including"),
        (r"\bvs\.?(?=\s)", "versus"),
        (r"\bapprox\.?(?=\s)", "about"),
        (r"(?:\bca?\.|[~≈])\s*(?=\d)", "about "),
        (r"\bno\.\s?(?=\d)|#(?=\d)", "number "),
        (r"(?:\bmin\.|≥)\s*(?=\d)", "at least "),
        (r"(?:\bmax\.|≤)\s*(?=\d)", "at most "),
        (r"<\s*(?=\d)", "less than "),
        (r"(?<!-)>\s*(?=\d)", "more than "),
        (r"±\s*(?=\d)", "plus or minus "),
        (r"\bw/\s?", "with "),
        (r"\s*&\s*", " and "),
        (r"(?<=\d)\s*%", " percent"),
        (r"(?<=\d)\s*°\s?C\b", " degrees Celsius"),
        (r"(?<=\d)\s*°\s?F\b", " degrees Fahrenheit"),
        (r"(?<=\d)\s*°", " degrees"),
        (r"/(?=(?:side|leg|arm|set|second|minute|hour|day|week)\b)", " per "),
        (r"/min\b\.?", " per minute"),
        (r"(?<=\d)\s*[x×]\s*(?=\d)", " times "),
        (r"(?<=\d)\s*[x×](?!\w)", " times"),
        (r"(?<=\d)\s?½|(?<=\d)\s1/2\b", " and a half"),
        (r"(?<=\d)\s?¼|(?<=\d)\s1/4\b", " and a quarter"),
        (r"(?<=\d)\s?¾|(?<=\d)\s3/4\b", " and three quarters"),
        (r"½|(?<![\d/])1/2\b(?!/)", "one half"),
        (r"¼|(?<![\d/])1/4\b(?!/)", "one quarter"),
        (r"¾|(?<![\d/])3/4\b(?!/)", "three quarters"),
        (r"\band/or\b", "or"),
        (rf"(?<=[a-z{_SET_ASIDE}])/(?=[a-z\d{_SET_ASIDE}])|(?<=[a-z]\d)/(?=[a-z]\d)", " or "),
        (r"\s*(?:-+>|→|⇒)\s*", ", "),
    )
)
_COMPOUND = re.compile(r"(?<=\d)(h|m)(?=\d+(?:m|s)\b)")
_DASH = r"\s*(?:–|—|-|\.\.)\s*"
_UNIT_RANGE = re.compile(rf"(?<![\w.-]){_NUMBER}(\s?(?:{_UNIT})){_DASH}{_NUMBER}(\s?(?:{_UNIT}))\b")
_RANGE = re.compile(rf"(?<![\w.-]){_NUMBER}{_DASH}{_NUMBER}(?=\s?(?:{_UNIT})\b|(?![\w-]))")
_MEASURE = re.compile(rf"(?<![\w.]){_NUMBER}(\s?)({_UNIT})\b(\.(?=\s+[a-z]))?")
# In "REST 30 seconds" REST is a word, but "BL 40" is a point: only a meridian's name may have a space after it.
_CODE = re.compile(r"\b(?:([A-Z]{2,3})-?|(BL|CV|GB|GV|HT|KI|LI|LR|LU|LV|PC|SI|SJ|SP|ST|TE)\s)(\d{1,3})\b")

_NO_TEXT = ("Cc", "Cs", "Co")
"""Control characters, and codes without a meaning. A space takes their place."""

_INVISIBLE = ("Cf",)
"""Soft hyphens, joiners, zero-width spaces and the like: they stand within words, which must not be cut there."""

_PICTURES = ("So", "Sk")

_SPEAKABLE = re.compile(r"[^\W_]")
_STOPS = tuple(".!?。！？।؟")


def read_aloud(text: str, language: str, pronunciations: Iterable[Pronunciation] = (), *, ipa: bool = False) -> str:
    """Return the sentence in the form that an engine needs.

    Args:
        text: one sentence as the author wrote it.
        language: BCP 47 tag. The rules for abbreviations, units and ranges apply only to English.
        pronunciations: words that have their own pronunciation.
        ipa: if True, words with IPA become `[[ipa]]` instead of a respelling.

    Returns:
        The text to speak, ending in punctuation; empty if the sentence has no words (a line of dashes, an emoji).
    """
    # First, each word of the lexicon is replaced by a private-use character, so that no rule below changes it.
    said: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        each = by_word.get(match[0]) or by_word[match[0].lower()]
        said.append(f"[[{each.ipa}]]" if ipa and each.ipa else each.say)
        return chr(_ASIDE + len(said) - 1)

    text = _without(_NO_TEXT, _composed(_without(_INVISIBLE, text, "")))
    text = text.replace("[[", "[").replace("]]", "]")
    known = tuple(pronunciations)
    if known:
        by_word = {_composed(_without(_INVISIBLE, each.word, "")): each for each in known}
        text = _words_of(tuple(by_word)).sub(set_aside, text)
    if language.lower().startswith("en"):
        text = _english(text)
    text = _punctuation(text)
    if not said and not _SPEAKABLE.search(text):
        return ""
    spoken = text.translate({_ASIDE + index: words for index, words in enumerate(said)})
    return spoken if spoken.endswith(_STOPS) else f"{spoken.rstrip(' ,;:')}."


def _without(categories: tuple[str, ...], text: str, instead: str = " ") -> str:
    return "".join(instead if unicodedata.category(char) in categories else char for char in text)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=8)
def _words_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for any of these words as a whole, longest first. Lower-case words match in any case."""
    longest_first = sorted(filter(None, words), key=len, reverse=True)
    patterns = (f"(?i:{re.escape(word)})" if word == word.lower() else re.escape(word) for word in longest_first)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})(?![^\W_])")


def _english(text: str) -> str:
    text = _COMPOUND.sub(r"\1 ", text)
    for pattern, spoken in _ENGLISH:
        text = pattern.sub(spoken, text)
    text = _UNIT_RANGE.sub(_unit_range, text)
    text = _RANGE.sub(r"\1 to \2", text)
    text = _MEASURE.sub(_measure, text)
    return _CODE.sub(lambda match: f"{' '.join(match[1] or match[2])} {match[3]}", text)


def _unit_range(match: re.Match[str]) -> str:
    low, low_unit, high, high_unit = match.groups()
    return f"{low} to {high}{high_unit}" if low_unit == high_unit else f"{low}{low_unit} to {high}{high_unit}"


def _measure(match: re.Match[str]) -> str:
    number, space, unit, stop = match.groups()
    # "in" is a word in "press 2 in a row", but a unit in "2in" and in "2 in. wide".
    if unit == "in" and space and not stop:
        return match[0]
    # "2 m" with a space is a length; "2m" is a time, as this program writes it.
    one, many = _METERS if unit == "m" and space else _UNITS[unit]
    return f"{number} {one if number == '1' else many}"


def _punctuation(text: str) -> str:
    """Replace marks that are not spoken by pauses, as a person does who reads aloud."""
    text = re.sub(r"[(\[{]\s*", ", ", _without(_PICTURES, text))
    text = re.sub(r"\s*[)\]}]", ", ", text)
    text = re.sub(r"\s*(?:—|\s–|\s-{1,2}(?=\s)|--)\s*", ", ", text)
    text = re.sub(r"…|\.\.\.", ", ", text)
    text = text.replace("’", "'").replace("‘", "'")
    text = re.sub(r"[\"“”„«»*_#~^<>|=`\\\ufe0e\ufe0f]", " ", text)
    text = re.sub(rf"(?<![\w{_SET_ASIDE}])'|'(?![\w{_SET_ASIDE}])", " ", text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    text = re.sub(r"[,;:]+(?=[,;:.!?])", "", text)
    text = re.sub(r"([.!?])[,;:]+", r"\1", text)
    return re.sub(r"^[,;:.\s]+", "", text).strip()
