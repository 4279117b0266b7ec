"""What every file of a collection is to be like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from voiceguide.exporting import OneFile
from voiceguide.output.formats import DEFAULT_ENDING, format_for, side_endings
from voiceguide.output.names import safe_name
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
        """The file of a routine, called as that is, as far as every disk can have such a name."""
        return folder / f"{safe_name(routine.stem) or '_'}{self.ending}"

    def with_beside(self, path: Path) -> OneFile:
        """The file at `path`, and what is to lie beside it."""
        return OneFile(path, format_for(path), side_endings(self.also))

    @cached_property
    def encoder(self) -> str:
        """What encodes them, and in which version."""
        return format_for(Path(f"any{self.ending}")).signature()
