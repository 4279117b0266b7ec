"""Scripts as SSML, for other speech engines. Pauses are breaks; a hold is a break with its words inside."""

from __future__ import annotations

from itertools import groupby
from typing import assert_never
from xml.sax.saxutils import escape, quoteattr

from voiceguide.script.cues import Anchor, Chime, Cue, Hold, Inner, Mark, Pause, Say, Script, Swell

MAX_BREAK_MS = 10_000
"""Longest break written. A longer pause becomes several breaks, because engines shorten long ones."""


def print_ssml(script: Script) -> str:
    """Return the script as an SSML 1.1 document.

    SSML has no fixed lengths, so words inside a hold make it longer. Chimes and chapters become marks.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang={quoteattr(script.language)}>',
    ]
    for cue in script.cues:
        lines += _cue(cue)
    return "\n".join([*lines, "</speak>"]) + "\n"


def _cue(cue: Cue | Inner) -> list[str]:
    match cue:
        case Swell(breath):
            return [f'<mark name="breathe {breath}"/>']
        case Say(text):
            return [f"<s>{escape(text)}</s>"]
        case Pause(ms):
            return _breaks(ms)
        case Chime(name):
            return [f"<mark name={quoteattr(f'chime {name}')}/>"]
        case Mark(title):
            return [f"<mark name={quoteattr(title)}/>"]
        case Hold():
            return _hold(cue)
        case _:
            assert_never(cue)


def _hold(hold: Hold) -> list[str]:
    def moment(pair: tuple[Anchor, Inner]) -> int:
        return pair[0].at(hold.ms, pair[0].offset_ms)

    lines: list[str] = []
    now = 0
    for at, pairs in groupby(sorted(hold.cues, key=moment), key=moment):
        lines += _breaks(at - now)
        now = at
        for _, cue in pairs:
            lines += _cue(cue)
            now += cue.ms if isinstance(cue, Pause) else 0
    return lines + _breaks(hold.ms - now)


def _breaks(ms: int) -> list[str]:
    whole, rest = divmod(max(ms, 0), MAX_BREAK_MS)
    # Each break follows a mark because eSpeak NG drops breaks at the start, and all but one of several in a row.
    return [f'<mark name="silence"/><break time="{part}ms"/>' for part in [MAX_BREAK_MS] * whole + [rest] * (rest > 0)]
