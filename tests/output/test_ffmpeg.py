"""Files that only ffmpeg writes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import require_command
from tests.disks import with_small_disk
from tests.output.sessions import TITLE, export_options, ffprobe, mixed, session
from voiceguide.base.errors import MachineError
from voiceguide.output.ffmpeg import write, writes
from voiceguide.output.formats import ANY_OTHER
from voiceguide.output.options import About
from voiceguide.sound.levels import to_int16

on_posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that all temporary files go to."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def decoded(path: Path) -> npt.NDArray[np.float32]:
    """A file as ffmpeg decodes it, shape (frames,)."""
    command = [require_command("ffmpeg"), "-v", "error", "-i", f"file:{path}", "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<f4")


def run(*arguments: str, folder: Path, **variables: Any) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder, without pydub, and with every warning shown."""
    code = "import sys; from voiceguide.cli import main; sys.modules['pydub'] = None"
    environment = {**os.environ, **variables}
    command = [sys.executable, "-W", "default", "-c", f"{code}; main(sys.argv[1:])", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def breaking_ffmpeg(folder: Path, end: str) -> Path:
    """A folder with an ffmpeg that does what it is tried for, and later something else."""
    tool = folder / "tools" / "ffmpeg"
    tool.parent.mkdir()
    real = require_command("ffmpeg")
    tool.write_text(f'#!/bin/sh\ncase "$*" in *trial.*) exec {real} "$@";; esac\n{end}\n', encoding="utf-8")
    tool.chmod(0o755)
    return tool.parent


@pytest.mark.parametrize("name", ["a.aiff", "a.caf", "-i.au", "http:a b.w64"])
def test_a_lossless_file_holds_every_sample(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_command("ffmpeg")
    monkeypatch.chdir(tmp_path)
    assert writes(Path(name))
    write(session(), Path(name), export_options(Path(name)))
    assert np.array_equal(decoded(tmp_path / name) * 32768, to_int16(mixed(session())))


@pytest.mark.parametrize(("ending", "lag"), [("ogg", 0), ("ac3", 256), ("mp2", 481), ("mka", 0)])
def test_other_decoders_read_the_timeline_from_a_lossy_file(ending: str, lag: int, tmp_path: Path) -> None:
    require_command("ffmpeg")
    path = tmp_path / f"session.{ending}"
    assert writes(path)
    write(session(), path, export_options(path))
    heard, meant = decoded(path)[lag:], mixed(session())
    assert 0 <= len(heard) + lag - len(meant) < 2 * 1536
    noise = heard[: len(meant)] - meant[: len(heard)]
    assert 10 * np.log10(np.mean(meant**2) / np.mean(noise**2)) > 15


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    require_command("ffmpeg")
    path = tmp_path / "session.mka"
    about = About(artist="A = B", album="Two; words", comment="-i /etc/hosts", track=3, tracks=12)
    write(session(), path, replace(export_options(path), about=about))
    tags = {name.lower(): value for name, value in ffprobe(path)["format"]["tags"].items()}
    wanted = {"title": TITLE, "artist": "A = B", "album": "Two; words", "comment": "-i /etc/hosts", "genre": "Speech"}
    assert tags.items() >= wanted.items()
    assert tags["part_number" if "part_number" in tags else "track"] == "3/12"


def test_the_same_session_makes_the_same_file_and_a_better_one_a_larger(tmp_path: Path) -> None:
    require_command("ffmpeg")
    paths = [tmp_path / name for name in ("first.ogg", "second.ogg", "best.ogg")]
    for path in paths:
        write(session(), path, export_options(path, "best" if path.stem == "best" else "good"))
    first, second, best = (path.read_bytes() for path in paths)
    assert first == second
    assert len(best) > 1.2 * len(first)


@pytest.mark.parametrize(
    "name", ["a.nothing", "a.txt", "a.png", "a.m3u8", "a.amr", "a.", "song", "a.o/g", "a.%d", "a.ö", "a.o\0g"]
)
def test_an_ending_without_a_single_sound_file_is_no_format(name: str) -> None:
    require_command("ffmpeg")
    assert not writes(Path(name))


def test_its_signature_tells_which_ffmpeg_it_was() -> None:
    require_command("ffmpeg")
    assert re.match(r"ffmpeg version \S+, .*96k", ANY_OTHER.signature())


def test_no_temporary_file_is_left(tmp_path: Path, temporary: Path) -> None:
    require_command("ffmpeg")
    told: list[int] = []
    path = tmp_path / "session.tta"
    assert writes(path)
    write(session(), path, replace(export_options(path), on_progress=told.append))
    assert told[-1] == session().length
    assert not [*temporary.iterdir()]


@on_posix
def test_where_ffmpeg_fails_the_old_file_stays_and_nothing_is_left(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "session.tta"
    path.write_bytes(b"old")
    tools = breaking_ffmpeg(tmp_path, "exit 7")
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(
        MachineError, match=r"session\.tta was not written: ffmpeg failed \(.*\)\. Export it as \.mp3\."
    ):
        write(session(), path, export_options(path))
    assert path.read_bytes() == b"old"
    assert not [*temporary.iterdir()]


@on_posix
@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("echo First. >&2; echo 'No luck.' >&2; cat > /dev/null; exit 7", "No luck."),
        ("echo 'No luck.' >&2; exit 0", "No luck."),
        ("cat > /dev/null; exit 7", "exit code 7"),
    ],
)
def test_the_reason_is_what_ffmpeg_said_last(
    end: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{breaking_ffmpeg(tmp_path, end)}{os.pathsep}{os.environ['PATH']}")
    path = tmp_path / "session.tta"
    with pytest.raises(MachineError) as caught:
        write(session(), path, export_options(path))
    assert str(caught.value) == f"{path} was not written: ffmpeg failed ({reason}). Export it as .mp3."
    assert not path.exists()


@on_posix
def test_where_the_session_fails_ffmpeg_is_ended(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = breaking_ffmpeg(tmp_path, f"echo $$ > '{tmp_path}/begun'\nexec cat > /dev/null")
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    os.mkfifo(tmp_path / "begun")
    running: list[int] = []

    def fail(_: int) -> None:
        running.append(int((tmp_path / "begun").read_text()))
        raise ZeroDivisionError

    path = tmp_path / "session.tta"
    with pytest.raises(ZeroDivisionError):
        write(session(), path, replace(export_options(path), on_progress=fail))
    with pytest.raises(ProcessLookupError):
        os.kill(running[0], 0)
    assert not [*temporary.iterdir()]
    assert not path.exists()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a script."""
    (tmp_path / "rest.md").write_text("# Rest\n[chime bell]\nSit down.\n", encoding="utf-8")
    return tmp_path


def test_the_program_writes_it_without_pydub_and_without_a_word_too_many(here: Path) -> None:
    require_command("ffmpeg")
    done = run("export", "rest.md", "-o", "rest.ogg", "--engine", "tone", folder=here)
    assert (done.returncode, done.stdout.partition(" ")[0], done.stderr) == (0, "rest.ogg", "")


@on_posix
@pytest.mark.parametrize("end", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_stopped_while_ffmpeg_runs_it_leaves_neither_files_nor_ffmpeg(here: Path, temporary: Path, end: str) -> None:
    os.mkfifo(here / "begun")
    # What it says first is more than a pipe holds: when it goes on, somebody is listening to it.
    tools = breaking_ffmpeg(here, f"head -c 1000000 /dev/zero\necho $$ > '{here}/begun'\nexec sleep 100")
    environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "TMPDIR": str(temporary)}
    command = [sys.executable, "-m", "voiceguide", "export", "rest.md", "-o", "rest.ogg", "--engine", "tone"]
    with subprocess.Popen(command, cwd=here, env=environment, stderr=subprocess.PIPE, text=True) as process:
        ffmpeg = int((here / "begun").read_text())
        process.send_signal(signal.Signals[end])
        _, err = process.communicate()
    assert (process.returncode, err.strip()) == (130, "voiceguide: stopped.")
    with pytest.raises(ProcessLookupError):
        os.kill(ffmpeg, 0)
    assert not [*temporary.iterdir()]
    assert not [*here.glob("*.ogg"), *here.glob(".*.part")]


def test_without_ffmpeg_nothing_is_spoken_for_nothing(here: Path) -> None:
    cache = {"VOICEGUIDE_CACHE_DIR": str(here / "cache")}
    assert run("export", "rest.md", "-o", "rest.ogg", "--engine", "tone", folder=here, PATH="", **cache).returncode == 3
    assert not (here / "cache").exists()


def test_without_ffmpeg_one_line_says_so(here: Path) -> None:
    done = run("export", "rest.md", "-o", "rest.ogg", "--engine", "tone", folder=here, PATH="")
    assert (done.returncode, done.stdout) == (3, "")
    what = "rest.ogg was not written: only ffmpeg may know .ogg, and it is not installed."
    assert done.stderr == f"voiceguide: {what} Install ffmpeg, or name a file like rest.mp3.\n"


def test_a_temporary_folder_without_room_is_reported_before_it_is_full(here: Path) -> None:
    require_command("ffmpeg")
    small = here / "small"
    small.mkdir()
    code = f"import tempfile; tempfile.tempdir = {str(small)!r}; from voiceguide.cli import main; main()"
    arguments = ["export", "rest.md", "-o", "rest.ogg", "--engine", "tone"]
    (here / "rest.md").write_text("# Rest\n[pause 10s]\n", encoding="utf-8")
    command = ["env", f"--chdir={here}", sys.executable, "-c", code, *arguments]
    done = with_small_disk(small, 1000, command)
    assert done.returncode == 3
    what = f"rest.ogg was not written: {small}, the folder for temporary files, needs 2 MB of room."
    assert done.stderr == f"voiceguide: {what} Make room there, or export it as .mp3.\n"
    assert not (here / "rest.ogg").exists()
