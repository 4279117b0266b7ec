"""The listener's choices for one session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

SLOWEST, FASTEST = 0.5, 2.0

QUIETEST_BED_DB, LOUDEST_BED_DB = -40.0, -10.0
"""Range of a bed's level, in dB relative to speech. If a bed were louder, its peaks (-12 dBFS at `LOUDEST_BED_DB`, and
6 dB less while it is ducked) and those of speech could add up to more than full scale."""

USUAL_BED_DB = -18.0

SHORTEST_HOLD_MS, LONGEST_SESSION_MS = 1, 12 * 3_600_000
"""Shortest hold and longest session, in milliseconds, that an author or a listener may choose."""

Detail = Literal["full", "brief", "cues"]
"""How much is said about a move: where, how and why; one short line; or only its name and side."""

DetailChoice = Literal["auto", "full", "brief", "cues"]
"""A detail, or `auto`, which depends on how often the routine was done."""

MoveOrder = Literal["routine", "side", "posture"]
"""Order of the moves: as written, by side of the body, or by posture."""

LESS_DETAIL: tuple[Detail, ...] = get_args(Detail)
"""The details, from most to least said."""


@dataclass(frozen=True, slots=True)
class Choices:
    """A listener's choices for one session. Every field has a value that means "as the routine says"."""

    engine: str = "auto"
    """A speech engine's name, or `auto` for the best one on this machine."""
    voice: str = ""
    """A voice's name; empty for the engine's preferred voice in the routine's language."""
    pace: float = 1.0
    """Speed of speech: 0.8 is slower. Holds and pauses keep their length."""
    only: tuple[str, ...] = ()
    """Moves to keep, by key or name; empty for all."""
    skip: tuple[str, ...] = ()
    """Moves to leave out."""
    sore: tuple[str, ...] = ()
    """Moves that come first and get the long end of their hold range."""
    order: MoveOrder = "routine"
    hold: tuple[int, int] | None = None
    """Shortest and longest hold of every move, in milliseconds, in place of their own."""
    length_ms: int | None = None
    """Length of the session in milliseconds; None for the length that results from the routine."""
    detail: DetailChoice = "auto"
    profiles: tuple[str, ...] = ()
    """Conditions of the listener, such as `pregnant`. Moves with a caution for one of them are changed or left out."""
    bed: str = ""
    """The sound under the voice, by name or path; empty for none."""
    bed_level_db: float = USUAL_BED_DB
    """Level of the bed relative to the voice, in dB."""

    def __post_init__(self) -> None:
        """Refuse values that no session can follow.

        Raises:
            TypeError: a field has a value of a wrong type.
            ValueError: a number is outside its range, or a word is not among those of its field.
        """
        for field in ("only", "skip", "sore", "profiles"):
            names = getattr(self, field)
            if isinstance(names, str):
                raise TypeError(f"{field} takes several names: ({names!r},) for one, not {names!r}")
            object.__setattr__(self, field, tuple(names))
        for field in ("pace", "bed_level_db"):
            if not isinstance(getattr(self, field), int | float) or isinstance(getattr(self, field), bool):
                raise TypeError(f"{field} must be a number, not {getattr(self, field)!r}")
        self._require_times()
        if not SLOWEST <= self.pace <= FASTEST:
            raise ValueError(f"pace must be from {SLOWEST} to {FASTEST}, not {self.pace}")
        if not QUIETEST_BED_DB <= self.bed_level_db <= LOUDEST_BED_DB:
            allowed_db = f"{QUIETEST_BED_DB} to {LOUDEST_BED_DB}"
            raise ValueError(f"bed_level_db must be from {allowed_db}, not {self.bed_level_db}")
        for field, allowed in (("detail", get_args(DetailChoice)), ("order", get_args(MoveOrder))):
            if getattr(self, field) not in allowed:
                raise ValueError(f"{field} must be one of {', '.join(allowed)}, not {getattr(self, field)!r}")

    def _require_times(self) -> None:
        # Annotated as object, because programs without a type checker may pass any value.
        hold: object = self.hold
        if hold is not None:
            if not (isinstance(hold, tuple) and len(hold) == 2 and all(map(_is_whole, hold))):
                raise TypeError(f"hold takes a shortest and a longest, in milliseconds, not {hold!r}")
            low, high = hold
            if not SHORTEST_HOLD_MS <= low <= high <= LONGEST_SESSION_MS:
                allowed = f"{SHORTEST_HOLD_MS} ms to {LONGEST_SESSION_MS} ms, the shorter first"
                raise ValueError(f"hold must be from {allowed}, not {hold}")
        if self.length_ms is not None:
            if not _is_whole(self.length_ms):
                raise TypeError(f"length_ms must be whole milliseconds, not {self.length_ms!r}")
            if self.length_ms < 1:
                raise ValueError(f"length_ms must be 1 or more, not {self.length_ms}")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
