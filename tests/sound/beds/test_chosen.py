"""Which bed a session gets: named, a file, or the routine's own within its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

import voiceguide
from voiceguide.base.errors import FileError, UnknownName
from voiceguide.session import open_as_typed

ROUTINE = "title: T\ndefaults: {{bed: {bed}}}\nsteps: [{{say: One.}}]\n"


def routine(folder: Path, bed: str) -> Path:
    path = folder / "t.yaml"
    path.write_text(ROUTINE.format(bed=bed), encoding="utf-8")
    return path


def test_a_bed_is_part_of_the_timeline(tmp_path: Path) -> None:
    timeline = open_as_typed(routine(tmp_path, "rain"), {"engine": "tone"}).timeline()
    assert timeline.bed is not None
    assert (timeline.events[0].kind, timeline.events[0].text, timeline.events[0].end) == (
        "bed",
        "rain",
        timeline.length,
    )


def test_the_listener_may_have_none(tmp_path: Path) -> None:
    assert open_as_typed(routine(tmp_path, "rain"), {"engine": "tone", "bed": "none"}).timeline().bed is None


@pytest.mark.parametrize("outside", ["../song.wav", "/etc/passwd"])
def test_a_routine_names_no_bed_outside_its_folder(tmp_path: Path, outside: str) -> None:
    with pytest.raises(FileError):
        open_as_typed(routine(tmp_path, outside), {"engine": "tone"})


def test_a_wrong_name_gets_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="rain"):
        voiceguide.open(routine(tmp_path, "rain"), engine="tone", bed="rian").timeline()
