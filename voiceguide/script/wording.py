"""The sentences that the program itself adds to a session. One class per language."""

# ruff: noqa: D102  # `Wording` has the docstrings for every language

from __future__ import annotations

from typing import Protocol

from voiceguide.script.cues import Breath, Side


class Wording(Protocol):
    """The sentences a session needs besides those of its author."""

    def side(self, side: Side) -> str:
        """Return the word for a side, as written before a noun: `left`."""
        ...

    def heading(self, name: str, part: str, side: Side) -> str:
        """Return the title of a chapter: `Weizhong, left knee`."""
        ...

    def arrive(self, heading: str, place: int, of: int) -> str:
        """Return the sentence said when a move begins; `place` counts from 1."""
        ...

    def again(self, heading: str) -> str:
        """Return the sentence said when the second side of a move begins, but not directly after the first."""
        ...

    def other_side(self, part: str, side: Side) -> str:
        """Return the sentence said when the second side begins directly after the first."""
        ...

    def left_out(self, name: str) -> str:
        """Said before the first move, when a move is not done and its cautions say nothing that is true of that."""
        ...

    def bell(self) -> str:
        """Return the sentence said once, before the first hold."""
        ...

    def release(self) -> str:
        """Return the sentence said after a hold."""
        ...

    def halfway(self) -> str:
        """Return the sentence said in the middle of a hold."""
        ...

    def left(self, ms: int) -> str:
        """Return the sentence said when `ms` milliseconds of a hold are left."""
        ...

    def press(self) -> str:
        """Return the sentence said in a rhythm for each press."""
        ...

    def ease(self) -> str:
        """Return the sentence said in a rhythm for each release."""
        ...

    def breathe(self, way: Breath, first: bool) -> str:
        """Return the sentence said for one breath; `way` is `in`, `hold` or `out`."""
        ...

    def quiet(self, ms: int | None) -> str:
        """Return the sentence said before a silence of over a minute; `ms` is None if its length is not decided yet."""
        ...

    def long_hold(self, ms: int | None) -> str:
        """Return the sentence said before a hold with a silence of over a minute; `ms` is as for `quiet`."""
        ...


_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def english_number(number: int) -> str:
    """Return a whole number in words if it is below a thousand, else in digits."""
    if number >= 1000:
        return str(number)
    if number >= 100:
        rest = f" and {english_number(number % 100)}" if number % 100 else ""
        return f"{_ONES[number // 100]} hundred{rest}"
    if number >= 20:
        return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    return _ONES[number]


def english_time(ms: int) -> str:
    """Return a duration in words, rounded to the second: `one minute and thirty seconds`."""

    def count(number: int, unit: str) -> str:
        return f"{english_number(number)} {unit}{'' if number == 1 else 's'}"

    minutes, seconds = divmod((ms + 500) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [count(n, unit) for n, unit in ((hours, "hour"), (minutes, "minute"), (seconds, "second")) if n]
    *before, last = parts or [count(0, "second")]
    return f"{', '.join(before)} and {last}" if before else last


class English:
    """The English `Wording`."""

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
    """Return the languages that have a `Wording`."""
    return tuple(_BY_LANGUAGE)


def wording(language: str) -> Wording:
    """Return the `Wording` of a language tag, or English if there is none (`check` warns about it)."""
    return _BY_LANGUAGE.get(language.split("-")[0].lower(), _BY_LANGUAGE["en"])
