"""Engines as other packages bring them."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from voiceguide.speech.registry import GROUP

_NUMBERS = count()


def install(folder: Path, name: str, code: str) -> None:
    """Install the class `Engine` of `code` as the engine `name`, for programs with `folder` on their path."""
    # Python keeps modules by their name, from one test to the next.
    module = f"plug_in_{name}_{next(_NUMBERS)}"
    folder.mkdir(exist_ok=True)
    (folder / f"{module}.py").write_text(code, encoding="utf-8")
    metadata = folder / f"{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {module}:Engine\n", encoding="utf-8")
