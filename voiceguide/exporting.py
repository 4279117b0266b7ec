"""Where an export goes: settled, and found writable, before anything is spoken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.output.formats import Format, format_for
from voiceguide.output.order import Order
from voiceguide.output.replacing import require_place
from voiceguide.timeline.model import Timeline
from voiceguide.units import seconds

if TYPE_CHECKING:
    from voiceguide.speech.narrator import Tally
    from voiceguide.timeline.placing import Arrival


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export is, from 0 to 1 for each of its two parts."""

    spoken: float
    written: float


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export made."""

    path: Path
    seconds: float
    bytes: int
    phrases: int
    """Distinct phrases of the session."""
    synthesised: int
    """Of these, how many were spoken now."""
    cached: int
    """Of these, how many were in the cache."""


@dataclass(frozen=True, slots=True)
class Destination:
    """The file an export is to become."""

    path: Path
    kind: Format

    def ahead(self, arrivals: Iterable[Arrival], order: Order) -> Iterable[Arrival]:
        """Do what can be done while the session is still being spoken. See `formats.Ahead`."""
        return self.kind.ahead(arrivals, order)

    def write(self, timeline: Timeline, order: Order, tally: Tally) -> Exported:
        """Write the session whose phrases were counted in `tally`.

        Raises:
            FileError: a file cannot be written.
        """
        self.kind.write(timeline, self.path, order)
        return Exported(
            path=self.path,
            seconds=seconds(timeline.length, timeline.rate),
            bytes=self.path.stat().st_size,
            phrases=tally.phrases,
            synthesised=tally.synthesised,
            cached=tally.cached,
        )


def destination(path: Path) -> Destination:
    """Where an export to `path` goes.

    Raises:
        UnknownName: no format has that ending.
        FileError: the file cannot be put there.
    """
    require_place(path)
    return Destination(path, format_for(path))
