"""What every file of a collection is to be like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from voiceguide.output.formats import DEFAULT_ENDING, format_for, side_endings
from voiceguide.output.order import Quality


@dataclass(frozen=True)
class Form:
    """Format, quality, and what lies beside each file."""

    ending: str = DEFAULT_ENDING
    quality: Quality = "good"
    also: tuple[str, ...] = ()
    """Names from `formats.SIDES`."""

    def require(self) -> None:
        """Make sure that such files can be written here.

        Raises:
            UnknownName: no such format, or no such extra file.
            MachineError: what it needs is not installed.
        """
        side_endings(self.also)
        format_for(Path(f"any{self.ending}"))

    def file(self, folder: Path, routine: Path) -> Path:
        """The file of a routine."""
        return folder / f"{routine.stem}{self.ending}"

    @cached_property
    def encoder(self) -> str:
        """What encodes them, and in which version."""
        return format_for(Path(f"any{self.ending}")).signature()
