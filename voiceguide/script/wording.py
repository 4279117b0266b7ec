"""The program's own words: everything said that no author wrote. One class per language."""

# ruff: noqa: D102  # `Wording` documents what the languages do

from __future__ import annotations

from typing import Protocol

from voiceguide.script.cues import Breath, Side


class Wording(Protocol):
    """The sentences a session needs beside its author's."""

    def side(self, side: Side) -> str:
        """The side as it stands before a noun: `left`."""
        ...

    def heading(self, name: str, part: str, side: Side) -> str:
        """Name of a chapter: `Weizhong, left knee`."""
        ...

    def arrive(self, heading: str, place: int, of: int) -> str:
        """Said when a move begins; `place` counts from 1."""
        ...

    def again(self, heading: str) -> str:
        """Said when the second side of a move begins long after its first."""
        ...

    def other_side(self, part: str, side: Side) -> str:
        """Said when the second side begins."""
        ...

    def left_out(self, name: str) -> str:
        """Said before the first move, when a move is not done and its cautions say nothing that is true of that."""
        ...

    def bell(self) -> str:
        """Said once, before the first hold."""
        ...

    def release(self) -> str:
        """Said after a hold."""
        ...

    def halfway(self) -> str:
        """Said in the middle of a hold."""
        ...

    def left(self, ms: int) -> str:
        """Said when `ms` of a hold are left."""
        ...

    def press(self) -> str:
        """Said in a rhythm, when to press."""
        ...

    def ease(self) -> str:
        """Said in a rhythm, when to let go."""
        ...

    def breathe(self, way: Breath, first: bool) -> str:
        """Said for one breath; `way` is `in`, `hold` or `out`."""
        ...

    def quiet(self, ms: int | None) -> str:
        """Said before a silence longer than a minute; None where its length is not settled yet."""
        ...

    def long_hold(self, ms: int | None) -> str:
        """Said before a hold with a silence longer than a minute in it; None as for `quiet`."""
        ...


_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def english_number(number: int) -> str:
    """A whole number below a thousand in words; larger ones stay in digits."""
    if number >= 1000:
        return str(number)
    if number >= 100:
        rest = f" and {english_number(number % 100)}" if number % 100 else ""
        return f"{_ONES[number // 100]} hundred{rest}"
    if number >= 20:
        return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    return _ONES[number]


def english_time(ms: int) -> str:
    """A duration in words, to the second: `one minute and thirty seconds`."""

    def count(number: int, unit: str) -> str:
        return f"{english_number(number)} {unit}{'' if number == 1 else 's'}"

    minutes, seconds = divmod((ms + 500) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [count(n, unit) for n, unit in ((hours, "hour"), (minutes, "minute"), (seconds, "second")) if n]
    *before, last = parts or [count(0, "second")]
    return f"{', '.join(before)} and {last}" if before else last


class English:
    """`Wording` in English."""

    def side(self, side: Side) -> str:
        return side

    def heading(self, name: str, part: str, side: Side) -> str:
        if side in ("left", "right"):
            return f"{name}, {side} {part or 'side'}"
        return f"{name}, {part}" if part else name

    def arrive(self, heading: str, place: int, of: int) -> str:
        if of == 1:
            return f"{heading}."
        if place == 1:
            return f"First of {english_number(of)}: {heading}."
        if place == of:
            return f"Next, the last one: {heading}."
        return f"Next, {english_number(place)} of {english_number(of)}: {heading}."

    def again(self, heading: str) -> str:
        return f"Again, {heading}."

    def other_side(self, part: str, side: Side) -> str:
        return f"Now the {side} {part or 'side'}."

    def left_out(self, name: str) -> str:
        return f"{name} is left out."

    def bell(self) -> str:
        return "Start at the bell, and go on until it rings again."

    def release(self) -> str:
        return "Gently release."

    def halfway(self) -> str:
        return "Halfway."

    def left(self, ms: int) -> str:
        return f"{english_time(ms).capitalize()}."

    def press(self) -> str:
        return "Press."

    def ease(self) -> str:
        return "Ease."

    def breathe(self, way: Breath, first: bool) -> str:
        if way == "hold":
            return "Hold."
        return f"Breathe {way}." if first else f"{way.capitalize()}."

    def quiet(self, ms: int | None) -> str:
        return "Now a long silence." if ms is None else f"Now {english_time(ms)} of silence."

    def long_hold(self, ms: int | None) -> str:
        return f"This one lasts {'long' if ms is None else english_time(ms)}, mostly in silence."


_BY_LANGUAGE: dict[str, Wording] = {"en": English()}


def languages() -> tuple[str, ...]:
    """The languages the program has words in."""
    return tuple(_BY_LANGUAGE)


def wording(language: str) -> Wording:
    """The words for a language tag; English where there are none (the checker warns of it)."""
    return _BY_LANGUAGE.get(language.split("-")[0].lower(), _BY_LANGUAGE["en"])
