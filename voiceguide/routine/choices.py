"""What the listener asked for."""

from __future__ import annotations

from dataclasses import dataclass

SLOWEST, FASTEST = 0.5, 2.0


@dataclass(frozen=True, slots=True)
class Choices:
    """A listener's wishes for one session. Every field has a value that means "as the routine has it"."""

    engine: str = "auto"
    """A speech engine's name, or `auto` for the best one here."""
    voice: str = ""
    """A voice's name; empty for the engine's preferred one in the routine's language."""
    pace: float = 1.0
    """Of speech: 0.8 is slower. Holds and pauses keep their length."""

    def __post_init__(self) -> None:
        """Refuse a pace nobody could follow.

        Raises:
            ValueError: `pace` is outside 0.5 to 2.
        """
        if not SLOWEST <= self.pace <= FASTEST:
            raise ValueError(f"pace must be from {SLOWEST} to {FASTEST}, not {self.pace}")
