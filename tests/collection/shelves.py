"""Shelves of short routines, and what is made of them."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import voiceguide
from voiceguide.app.exporting import Exported
from voiceguide.base.atomic import DiskFull
from voiceguide.base.units import RATE
from voiceguide.choices.model import Choices
from voiceguide.collection.file_kind import FileKind
from voiceguide.collection.update import Report, export_all
from voiceguide.session import Session

REST = "# Rest\n[chime bell]\nSit down.\n[pause 2s]\nStand up.\n"
WALK = "# Walk\nStand up.\n[pause 1s]\nWalk on.\n"
SLEEP = "# Sleep\nLie down.\n[pause 3s]\nGood night.\n"


def shelf(folder: Path) -> Path:
    """A folder with three scripts, and two in place of those that are shipped."""
    folder.mkdir()
    for name, text in (("rest", REST), ("walk", WALK), ("sleep", SLEEP)):
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    for name in ("sciatica", "sciatica-short"):
        (folder / f"{name}.md").write_text(f"# {name}\nSit down.\n", encoding="utf-8")
    return folder


def sound_file(path: Path, every: int = 100) -> Path:
    """Two seconds of something to lie under a session."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(
            b"".join((3000 * (-1) ** (at // every)).to_bytes(2, "little", signed=True) for at in range(2 * RATE))
        )
    return path


def update(
    names: list[Path] | None, folder: Path, form: FileKind | None = None, *, prune: bool = False, **choices: Any
) -> Report:
    """Bring `folder` up to date, with a hum for a voice."""
    wanted = {"engine": "tone", **choices}
    return export_all(names, folder, lambda path: voiceguide.open(path, **wanted), form=form, prune=prune)


def made(report: Report) -> list[str]:
    """The names of what was made."""
    return [each.name for each in report.sessions if each.made]


def contents(folder: Path) -> dict[str, bytes]:
    """What is in each file of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


class Crowded(Session):
    """One that has no room on the disk at first, as another's unfinished file takes it all."""

    def export(self, path: str | Path, *rest: Any, **options: Any) -> Exported:
        """Fail the first time."""
        try:
            self.path.with_suffix(".tried").touch(exist_ok=False)
        except FileExistsError:
            return super().export(path, *rest, **options)
        raise DiskFull(Path(path), "The disk is full", "Free some space.")


def crowded(path: str) -> Session:
    """Open a script as such a session."""
    return Crowded(Path(path), voiceguide.open(path).script, Choices(engine="tone"))
