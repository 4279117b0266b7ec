"""The common form of all files in a collection."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from voiceguide.app.exporting import OneFile
from voiceguide.output.formats import DEFAULT_ENDING, format_for, sidecar_endings
from voiceguide.output.names import safe_name
from voiceguide.output.options import Quality


@dataclass(frozen=True)
class FileKind:
    """Format and quality of the files, and the extra files beside each."""

    ending: str = DEFAULT_ENDING
    quality: Quality = "good"
    also: tuple[str, ...] = ()
    """Names from `formats.SIDECARS`."""

    def require(self) -> None:
        """Check that such files can be written here.

        Raises:
            UnknownName: the format or an extra file is unknown.
            MachineError: a needed package is not installed.
        """
        sidecar_endings(self.also)
        format_for(Path(f"any{self.ending}"))

    def file(self, folder: Path, routine: Path) -> Path:
        """Return the path of a routine's file: the routine's name, changed if some disks do not allow it."""
        return folder / f"{safe_name(routine.stem) or '_'}{self.ending}"

    def with_sidecars(self, path: Path) -> OneFile:
        """Return the file at `path` with its extra files."""
        return OneFile(path, format_for(path), sidecar_endings(self.also))

    @cached_property
    def encoder(self) -> str:
        """Name, version and settings of the encoder."""
        return format_for(Path(f"any{self.ending}")).signature()
