"""`voiceguide export`: what it prints where, how it ends, and what it leaves when it is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import require_command
from tests.terminals import in_terminal, shown_on_terminal
from voiceguide.base.units import RATE
from voiceguide.cli import run

SHORT = "# Rest\n[chime bell]\nSit down.\n[pause 2s]\nStand up.\n"
LONG = "# Long\nSit down.\n" + "[pause 1h]\n" * 4

on_posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two scripts, to work in."""
    (tmp_path / "rest.md").write_text(SHORT, encoding="utf-8")
    (tmp_path / "long.md").write_text(LONG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


Captured = pytest.CaptureFixture[str]


def test_export_prints_the_new_file_and_nothing_else(here: Path, capfd: Captured) -> None:
    assert run(["export", "rest.md", "--engine", "tone"]) == 0
    out, err = capfd.readouterr()
    assert out == "rest.mp3  0:05  0.1 MB\n"
    assert (here / "rest.mp3").stat().st_size < 150_000
    assert err == ""


def test_a_folder_that_is_there_gets_a_file_of_its_name(here: Path, capfd: Captured) -> None:
    (here / "for the car").mkdir()
    assert run(["export", "rest.md", "--engine", "tone", "-o", "for the car"]) == 0
    assert capfd.readouterr().out.startswith(f"{Path('for the car', 'rest.mp3')}  0:05")
    assert (here / "for the car" / "rest.mp3").is_file()


def test_json_has_the_fields_that_others_build_on(here: Path, capfd: Captured) -> None:
    assert run(["export", "rest.md", "--engine", "tone", "-o", "new name.wav", "--json"]) == 0
    out, err = capfd.readouterr()
    told = json.loads(out)
    assert list(told) == ["path", "seconds", "bytes", "phrases", "synthesised", "cached", "files", "also"]
    assert told["path"] == "new name.wav"
    assert told["bytes"] == (here / "new name.wav").stat().st_size
    with wave.open("new name.wav") as file:
        assert told["seconds"] == round(file.getnframes() / RATE, 6)
    assert told["phrases"] == told["synthesised"] + told["cached"] == 2
    assert err == ""


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["-o", ""], 3, ". is a folder. Name a file in it with -o."),
        (
            ["-o", "song"],
            2,
            (
                "No format is called 'song'. Some there are: .mp3, .wav, .m4b, .m4a, .opus, .flac. "
                "Name a file like song.mp3."
            ),
        ),
        (["-o", "~no-such-user/a.mp3"], 3, "There is no folder ~no-such-user. Make it first, or name another with -o."),
        (["--also", "lrc,cues"], 2, "No extra file is called 'cues'. The nearest: cue."),
        (["--quality", "bad"], 2, "No quality is called 'bad'. Some there are: small, good, best."),
        (
            ["--split", "-o", "a.vtt"],
            2,
            "A .vtt file has no sound to split. Name a sound file, and ask for the others with --also.",
        ),
        (
            ["--split", "--format", "vtt", "-o", "sp"],
            2,
            "A .vtt file has no sound to split. Name a sound file, and ask for the others with --also.",
        ),
        (["--split", "-o", "rest.md"], 3, "rest.md is a file, not a folder. Name a folder with -o."),
        (["-o", "rest.md/a/b.mp3"], 3, "rest.md/a was not written: Not a directory. Name another file with -o."),
        (
            ["--voice", "hun"],
            2,
            "No voice is called 'hun'. The nearest: hum. See them all: voiceguide voices --engine tone",
        ),
    ],
)
def test_failures_are_one_line_and_leave_nothing(
    here: Path, capfd: Captured, arguments: list[str], code: int, line: str
) -> None:
    before = sorted(here.iterdir())
    assert run(["export", "rest.md", "--engine", "tone", *arguments]) == code
    assert capfd.readouterr() == ("", f"voiceguide: {line}\n")
    assert sorted(here.iterdir()) == before


def test_an_ending_that_nothing_can_write_gets_the_nearest(here: Path, capfd: Captured) -> None:
    require_command("ffmpeg", "it is asked whether it knows the ending")
    assert run(["export", "rest.md", "--engine", "tone", "--split", "--format", "mp33", "-o", "sp"]) == 2
    line = "No format is called '.mp33'. The nearest: .mp3. Name a file like rest.mp3."
    assert capfd.readouterr() == ("", f"voiceguide: {line}\n")
    assert not (here / "sp").exists()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only on Linux, where a name can be any bytes")
@pytest.mark.parametrize("name", ["sp ace 🎧.mp3", "bad\udcff.mp3"])
def test_any_name_can_be_shown(here: Path, capfd: Captured, name: str) -> None:
    for option in ([], ["--json"]):
        assert run(["export", "rest.md", "--engine", "tone", "-o", name, *option]) == 0
        assert (here / name).exists()
        assert name.replace("\udcff", "\ufffd") in capfd.readouterr().out


def test_sidecars_are_printed_line_by_line(here: Path, capfd: Captured) -> None:
    assert run(["export", "rest.md", "--engine", "tone", "--also", "LRC, chapters"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[1:] == ["rest.lrc", "rest.chapters.json"]
    assert all((here / line).exists() for line in lines[1:])
    assert run(["export", "rest.md", "--engine", "tone", "-o", "words.srt", "--also", "vtt", "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert (told["path"], told["also"]) == ("words.srt", ["words.vtt"])


def test_split_makes_a_folder_called_like_the_session(here: Path, capfd: Captured) -> None:
    (here / "two.md").write_text("# Two\n## One\nSit down.\n## Other\n[pause 2s]\n", encoding="utf-8")
    assert run(["export", "two.md", "--engine", "tone", "--split"]) == 0
    out, err = capfd.readouterr()
    playlist = str(Path("two", "two.m3u"))
    assert out.startswith(f"{playlist}  0:03  ")
    assert out.endswith(" MB  2 files\n")
    assert err == ""
    assert run(["export", "two.md", "--engine", "tone", "--split", "-o", "two.wav", "--also", "lrc", "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["path"] == playlist
    assert told["files"] == [str(Path("two", name)) for name in ("01 One.wav", "02 Other.wav")]
    assert told["also"] == [str(Path("two", name)) for name in ("01 One.lrc", "02 Other.lrc")]
    assert told["bytes"] == sum((here / name).stat().st_size for name in told["files"])


@pytest.mark.parametrize(("kind", "ending"), [("wav", ".wav"), (".MP3", ".mp3")])
def test_a_format_is_that_of_the_parts(here: Path, kind: str, ending: str) -> None:
    for _ in range(2):
        # Then the folder is there, too.
        assert run(["export", "rest.md", "--engine", "tone", "--split", "--format", kind, "-o", "s.p"]) == 0
        assert sorted(path.name for path in (here / "s.p").iterdir()) == [f"01 Rest{ending}", "rest.m3u"]


def test_a_folder_of_another_session_is_refused(here: Path, capfd: Captured) -> None:
    (here / "two.md").write_text(SHORT, encoding="utf-8")
    assert run(["export", "rest.md", "--engine", "tone", "--split", "-o", "sp"]) == 0
    before = {path: path.read_bytes() for path in (here / "sp").iterdir()}
    capfd.readouterr()
    assert run(["export", "two.md", "--engine", "tone", "--split", "-o", "sp"]) == 3
    line = "sp holds another session in parts (rest.m3u). Name another folder with -o."
    assert capfd.readouterr() == ("", f"voiceguide: {line}\n")
    assert {path: path.read_bytes() for path in (here / "sp").iterdir()} == before


def test_quality_is_size_against_sound(here: Path) -> None:
    sizes = []
    for quality in ("small", "good", "best"):
        assert run(["export", "rest.md", "--engine", "tone", "--quality", quality]) == 0
        sizes.append((here / "rest.mp3").stat().st_size)
    assert sizes == sorted(set(sizes))


def test_mistakes_are_reported_once(here: Path, capfd: Captured) -> None:
    words = " ".join(["breathe"] * 30)
    (here / "tight.md").write_text(f'# Tight\n[hold 2s | "{words}." at start]\n', encoding="utf-8")
    assert run(["export", "tight.md", "--engine", "tone"]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("tight.md:2:12: error: ")
    assert err.count("but its 2s hold") == 1


def test_a_warning_is_shown_before_the_session_is_spoken(here: Path, capfd: Captured) -> None:
    # The hum takes as long as the estimate, so that what may not fit does not.
    words = " ".join(["breathe"] * 7)
    (here / "close.md").write_text(f'# Close\n[hold 3.3s | "{words}." at start]\n', encoding="utf-8")
    assert run(["export", "close.md", "--engine", "tone"]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert [line.split()[1] for line in err.splitlines() if line.startswith("close.md:2:14: ")] == [
        "warning:",
        "error:",
    ]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "voiceguide", "export", *arguments, "--engine", "tone"]


@on_posix
def test_progress_is_shown_on_a_terminal_alone() -> None:
    out, shown = shown_on_terminal(command("rest.md", "--json"), 80)
    assert b"Writing" in shown
    assert json.loads(out)["path"] == "rest.mp3"


@on_posix
def test_a_terminal_that_knows_no_escape_codes_gets_none(here: Path) -> None:
    terminal = in_terminal(command("rest.md"), here, TERM="dumb")
    try:
        code, shown = terminal.end()
    finally:
        terminal.close()
    assert (code, "\x1b" in shown, shown.count("\n")) == (0, False, 1)


@on_posix
@pytest.mark.parametrize("end", ["SIGINT", "SIGHUP", "SIGKILL"])
@pytest.mark.parametrize("name", ["long.mp3", "long.wav"])
def test_stopped_in_the_middle_the_old_file_stays(here: Path, name: str, end: str) -> None:
    (here / name).write_bytes(b"old")
    process = subprocess.Popen(
        # Under a bed, no encoded pieces can be copied, so that the export takes longer.
        command("long.md", "-o", name, "--bed", "brown"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: any(part.stat().st_size > 100_000 for part in here.glob(".*.part")))
    process.send_signal(signal.Signals[end])
    out, err = process.communicate(timeout=60)
    assert (here / name).read_bytes() == b"old"
    assert out == ""
    if end != "SIGKILL":
        assert process.returncode == 130
        assert err.strip() == "voiceguide: stopped."
        assert not list(here.glob(".*"))


@on_posix
def test_a_hangup_that_nohup_lets_it_ignore_does_not_end_it(here: Path) -> None:
    ignoring = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", ignoring, *command("long.md", "-o", "long.wav", "--bed", "brown")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    wait_until(lambda: any(part.stat().st_size > 100_000 for part in here.glob(".*.part")))
    process.send_signal(signal.SIGHUP)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert (here / "long.wav").exists()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_missing_folders_are_made_and_stay_only_with_something_in_them(here: Path, capfd: Captured) -> None:
    assert run(["export", "rest.md", "--engine", "tone", "-o", "a/b/x.mp3", "--also", "all"]) == 0
    assert len([*(here / "a" / "b").iterdir()]) == 7
    assert run(["export", "rest.md", "--engine", "tone", "--split", "-o", "c/d"]) == 0
    assert (here / "c" / "d" / "rest.m3u").is_file()
    assert run(["export", "rest.md", "--engine", "tone", "--format", "wav", "-o", "e/f"]) == 0
    assert (here / "e" / "f" / "rest.wav").is_file()
    capfd.readouterr()
    for more in (["-o", "g/h/x.mp3"], ["-o", "g/h", "--split"]):
        assert run(["export", "rest.md", "--engine", "tone", "--voice", "none", *more]) == 2
    assert not (here / "g").exists()


def test_choices_are_in_the_name_and_the_title(here: Path, capfd: Captured) -> None:
    assert run(["export", "rest.md", "--engine", "tone", "--pace", "0.9", "--also", "lrc"]) == 0
    assert capfd.readouterr().out.split()[0] == "rest-pace90.mp3"
    assert "[ti:Rest, pace 90 %]" in (here / "rest-pace90.lrc").read_text(encoding="utf-8")
    assert run(["export", "rest.md", "--engine", "tone", "--pace", "0.9", "--split"]) == 0
    assert sorted(path.name for path in (here / "rest-pace90").iterdir()) == ["01 Rest.mp3", "rest-pace90.m3u"]


def test_replacing_another_session_is_reported_in_one_line(capfd: Captured) -> None:
    assert run(["export", "rest.md", "--engine", "tone"]) == 0
    capfd.readouterr()
    assert run(["export", "rest.md", "--engine", "tone", "--pace", "0.9", "-o", "rest.mp3"]) == 0
    line = "voiceguide: rest.mp3 held another session (rest), and was replaced.\n"
    assert capfd.readouterr().err == line


def test_a_folder_keeps_the_names_of_its_routines(here: Path, capfd: Captured) -> None:
    for pace in ("0.9", "1.1"):
        arguments = ["export", "rest.md", "--engine", "tone", "--format", "mp3", "-o", "kept", "--pace", pace]
        assert run(arguments) == 0
        assert sorted(path.name for path in (here / "kept").iterdir()) == ["rest.mp3", "voiceguide.json"]
    assert "replaced" not in capfd.readouterr().err
