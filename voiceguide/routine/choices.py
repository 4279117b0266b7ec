"""What the listener asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

SLOWEST, FASTEST = 0.5, 2.0
QUIETEST_BED_DB, LOUDEST_BED_DB = -40.0, -6.0

Detail = Literal["full", "brief", "cues"]
"""How much is said of a move: where, how and why; one short line; or its name and side alone."""

DetailWish = Literal["auto", "full", "brief", "cues"]
"""`auto` goes by how often the routine was done."""

Order = Literal["routine", "side", "posture"]
"""As written; one side of the body after the other; one posture after the other."""

LESS_DETAIL: tuple[Detail, ...] = get_args(Detail)
"""From most to least said."""


@dataclass(frozen=True, slots=True)
class Choices:
    """A listener's wishes for one session. Every field has a value that means "as the routine has it"."""

    engine: str = "auto"
    """A speech engine's name, or `auto` for the best one here."""
    voice: str = ""
    """A voice's name; empty for the engine's preferred one in the routine's language."""
    pace: float = 1.0
    """Of speech: 0.8 is slower. Holds and pauses keep their length."""
    only: tuple[str, ...] = ()
    """Moves to keep, by key or name; empty for all."""
    skip: tuple[str, ...] = ()
    """Moves to leave out."""
    sore: tuple[str, ...] = ()
    """Moves that come first and get the long end of their hold range."""
    order: Order = "routine"
    hold: tuple[int, int] | None = None
    """Shortest and longest hold of every move, in milliseconds, in place of their own."""
    length_ms: int | None = None
    """How long the session should be; None for as long as it comes."""
    detail: DetailWish = "auto"
    profiles: tuple[str, ...] = ()
    """Whose body it is: `pregnant`, for example. Moves with a caution for one of them change or go."""
    bed: str = ""
    """The sound under the voice, by name or path; empty for none."""
    bed_level_db: float = -18.0
    """How far the bed lies under the voice, in dB."""

    def __post_init__(self) -> None:
        """Refuse what no session could follow.

        Raises:
            TypeError: a field is given a value of another kind.
            ValueError: `pace` or `bed_level_db` is outside its range, or a word is none of its field's.
        """
        for field in ("only", "skip", "sore", "profiles"):
            names = getattr(self, field)
            if isinstance(names, str):
                raise TypeError(f"{field} takes several names: ({names!r},) for one, not {names!r}")
            object.__setattr__(self, field, tuple(names))
        for field in ("pace", "bed_level_db"):
            if not isinstance(getattr(self, field), int | float):
                raise TypeError(f"{field} must be a number, not {getattr(self, field)!r}")
        if isinstance(self.hold, int | float | str):
            raise TypeError(f"hold takes a shortest and a longest, in milliseconds, not {self.hold!r}")
        if not SLOWEST <= self.pace <= FASTEST:
            raise ValueError(f"pace must be from {SLOWEST} to {FASTEST}, not {self.pace}")
        if not QUIETEST_BED_DB <= self.bed_level_db <= LOUDEST_BED_DB:
            allowed_db = f"{QUIETEST_BED_DB} to {LOUDEST_BED_DB}"
            raise ValueError(f"bed_level_db must be from {allowed_db}, not {self.bed_level_db}")
        for field, allowed in (("detail", get_args(DetailWish)), ("order", get_args(Order))):
            if getattr(self, field) not in allowed:
                raise ValueError(f"{field} must be one of {', '.join(allowed)}, not {getattr(self, field)!r}")
