"""The folder of a worker with the system's speech: its path is short, and it does not outlive its run for long."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import voiceguide
from tests.conftest import require_module
from voiceguide.speech.engines.system_folder import make_folder, readable_by_espeak

posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX")


def long_folder(base: Path, count: int) -> Path:
    """A folder whose path has `count` bytes."""
    path = base
    while (missing := count - len(os.fsencode(path)) - 1) > 0:
        # No name of one byte is left over for the last folder.
        path /= "x" * (missing if missing <= 100 else 50)
    path.mkdir(parents=True)
    assert len(os.fsencode(path)) == count
    return path


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, which `tempfile` otherwise remembers."""
    folder = tmp_path / "t"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path is short, unlike that of the tests' own."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@posix
def test_a_path_of_159_bytes_stays_and_one_of_160_is_shortened(short: Path) -> None:
    fits, too_long = long_folder(short / "a", 159), long_folder(short / "b", 160)
    assert readable_by_espeak(fits, short) == fits
    link = readable_by_espeak(too_long, short)
    assert link.parent == short
    assert link.readlink() == too_long


@posix
def test_bytes_are_counted_and_not_letters(short: Path) -> None:
    data = long_folder(short, 120) / ("ü" * 20)
    data.mkdir()
    assert len(str(data)) < 160
    assert readable_by_espeak(data, short).parent == short


@posix
def test_where_no_short_path_can_be_had_it_is_said(short: Path) -> None:
    data = long_folder(short, 200)
    with pytest.raises(ValueError, match=r"paths of at most 159 bytes.*set TMPDIR to a folder with a short path"):
        readable_by_espeak(data, data)


@posix
def test_a_long_folder_for_temporary_files_is_not_used(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(long_folder(short, 180)))
    folder = make_folder()
    try:
        assert len(os.fsencode(folder)) < 130
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        folder.rmdir()


@posix
def test_folders_of_killed_runs_are_removed_after_a_day_and_no_links_are_followed(temporary: Path) -> None:
    data = temporary / "data"
    data.mkdir()
    (data / "phontab").touch()
    folders = [temporary / f"voiceguide-system-{name}" for name in ("new", "old", "future", "linked")]
    *real, linked = folders
    for folder in real:
        folder.mkdir()
        (folder / "espeak-ng-data").symlink_to(data)
    linked.symlink_to(data)
    (temporary / "voiceguide-other").mkdir()
    for folder, age in zip(folders[1:], (-90_000, 90_000_000, -90_000), strict=True):
        then = time.time() + age
        os.utime(folder, (then, then), follow_symlinks=False)
    made = make_folder()
    assert sorted(path.name for path in temporary.iterdir()) == sorted(
        [made.name, "data", "voiceguide-other", "voiceguide-system-linked", "voiceguide-system-new"]
    )
    assert (data / "phontab").exists()


SPEAK = """
import os
import espeakng_loader
from contextlib import closing
from voiceguide.speech.engines.system import System
with closing(System()) as engine:
    frames = engine.speak("Breathe in.", engine.voices()[0], 1.0).frames
print(len(os.fsencode(espeakng_loader.get_data_path())) >= 160, frames > 5000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux: others have other voices")
@pytest.mark.parametrize("name", ["long" * 40, os.fsdecode(b"no \xff text ") + "ü" * 40])
def test_the_system_speaks_from_a_long_path(tmp_path: Path, name: str) -> None:
    require_module("pyttsx3")
    require_module("espeakng_loader")
    import espeakng_loader

    place, temporary = tmp_path / name, tmp_path / "temporary"
    temporary.mkdir()
    shutil.copytree(Path(espeakng_loader.__file__).parent, place / "espeakng_loader")
    paths = os.pathsep.join([str(place), str(Path(voiceguide.__file__).parents[1])])
    environment = {**os.environ, "PYTHONPATH": paths, "TMPDIR": str(temporary)}
    ran = subprocess.run([sys.executable, "-c", SPEAK], capture_output=True, text=True, env=environment, timeout=100)
    assert (ran.stdout, ran.stderr) == ("True True\n", "")
    assert list(temporary.iterdir()) == []
