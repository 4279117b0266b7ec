"""The pass that keeps a session within the limits of a routine when the listener chose the holds."""

from __future__ import annotations

from typing import get_args

from voiceguide.base.errors import WrongChoice
from voiceguide.base.units import format_duration
from voiceguide.routine.limits import MAX_CUES, MAX_MS, check_size
from voiceguide.routine.model import Step
from voiceguide.script.draft import Draft


class TooLong(WrongChoice):
    """The holds that the listener chose make the session longer than any routine may be."""


def refuse_excess(draft: Draft) -> Draft:
    """Refuse holds that make the session too long, before its words and silences are created.

    Raises:
        TooLong: the chosen holds make the session too long.
    """
    if draft.choices.hold and check_size(tuple(item for item in draft.items if isinstance(item, get_args(Step)))):
        hold = "..".join(dict.fromkeys(map(format_duration, draft.choices.hold)))
        limit = f"{MAX_MS // 3_600_000} hours or {MAX_CUES:,} sentences and silences"
        raise TooLong(
            f"With holds of {hold} this session has more than {limit}. Give a shorter --hold, or fewer moves."
        )
    return draft
