"""The command line as a whole: exit codes, one line for each failure, help, and output that goes astray."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from voiceguide import __version__
from voiceguide.cli import commands, run

Captured = pytest.CaptureFixture[str]

on_posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX")

NAMES = ["list", "show", "play", "export", "compile", "check", "voices", "history", "config", "doctor"]


def shell(line: str, folder: Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    """A line of a shell, in which $vg is the program. `more` goes into its environment."""
    # A function, since the path of Python may have a space in it.
    script = 'vg() { "$PYTHON" -m voiceguide "$@"; }\n' + line.replace("$vg", "vg")
    environment = {**os.environ, **more, "PYTHON": sys.executable}
    return subprocess.run(["bash", "-c", script], cwd=folder, env=environment, capture_output=True, check=False)


def test_version(capsys: Captured) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"voiceguide, version {__version__}\n"


def test_the_commands_are_listed_in_the_order_of_their_use() -> None:
    assert commands.list_commands(click.Context(commands)) == NAMES


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("name", ["", *NAMES])
def test_help_fits_and_has_examples(capsys: Captured, monkeypatch: pytest.MonkeyPatch, name: str, columns: int) -> None:
    # click takes two columns off, and makes nothing narrower than 50.
    monkeypatch.setenv("COLUMNS", str(columns))
    assert run([*filter(None, [name]), "--help"]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    examples = lines.index("  Examples:")
    assert lines[examples + 1].startswith("    voiceguide ")
    assert not [line for line in lines[1:] if line.endswith("...")]
    assert max(map(len, lines)) <= 80
    width = max(columns, 50)
    assert [line for line in lines if len(line) > width and "voiceguide " not in line] == []


def test_without_a_command_it_helps(capsys: Captured) -> None:
    assert run([]) == 2
    assert "Commands:\n  list " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["plya"], "There is no command `plya`: did you mean `play`?"),
        (["exprot", "sciatica"], "There is no command `exprot`: did you mean `export`?"),
        (["sciatica"], "There is no command `sciatica`: did you mean `voiceguide play sciatica`?"),
        (["xyzzy"], "There is no command `xyzzy`: one of: check, compile, "),
        (["--hlep"], "'--hlep'. Did you mean '--help'?"),
        (["play", "sciatica", "--minuts", "1"], "'--minuts'. Did you mean '--minutes'?"),
    ],
)
def test_wrong_use_gets_a_hint(capsys: Captured, arguments: list[str], hint: str) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert hint in err


def test_a_file_in_place_of_a_command(capsys: Captured, tmp_path: Path) -> None:
    path = tmp_path / "mine.md"
    path.write_text("# Mine\nSit down.\n", encoding="utf-8")
    assert run([str(path)]) == 2
    assert f"did you mean `voiceguide play {path}`?" in capsys.readouterr().err


def test_the_mistakes_of_an_author_are_code_1(capsys: Captured, tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("# Bad\n[pause 9]\n[chime gong]\n", encoding="utf-8")
    assert run(["show", str(tmp_path / "bad.md")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count(": error: ") >= 1


def test_unknown_names_give_exit_code_2(capsys: Captured) -> None:
    assert run(["show", "siatica"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("voiceguide: No routine is called 'siatica'. The nearest: sciatica")
    assert err.count("\n") == 1


@on_posix
@pytest.mark.parametrize("what", ["list", "list --json", "show sciatica", "--help", "compile sciatica"])
def test_a_reader_that_goes_away_is_no_failure(tmp_path: Path, what: str) -> None:
    done = shell(f"$vg {what} | head -0; echo ${{PIPESTATUS[0]}}", tmp_path)
    assert (done.stdout, done.stderr) == (b"0\n", b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only on Linux: it has a full disk to write to")
@pytest.mark.parametrize("what", ["list", "--help", "show sciatica --json", "compile sciatica"])
def test_a_full_disk_is_one_line(tmp_path: Path, what: str) -> None:
    done = shell(f"$vg {what} > /dev/full", tmp_path)
    assert done.returncode == 3
    assert done.stderr == b"voiceguide: The output cannot be written (No space left on device).\n"


@on_posix
def test_without_a_standard_output_or_error_it_works_on(tmp_path: Path) -> None:
    assert shell("$vg list >&-", tmp_path).returncode == 0
    assert b"sciatica" in shell("$vg list 2>&-", tmp_path).stdout
    assert shell("$vg plya 2>&-", tmp_path).returncode == 2
    (tmp_path / "tiny.md").write_text("# Tiny\n[pause 0.1s]\n", encoding="utf-8")
    done = shell("$vg play tiny.md --engine tone --speaker null --json 2>&-", tmp_path)
    assert json.loads(done.stdout)["complete"]


@on_posix
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full"])
@pytest.mark.parametrize("what", ["export tiny.md -o tiny.mp3", "export tiny.md -o . --format mp3"])
def test_without_some_standard_streams_it_writes_the_file(tmp_path: Path, closed: str, what: str) -> None:
    if "/dev/full" in closed and not Path("/dev/full").exists():
        pytest.skip("only on Linux: it has a full disk to write to")
    (tmp_path / "tiny.md").write_text("# Tiny\nSit.\n", encoding="utf-8")
    assert shell(f"$vg {what} --engine tone {closed}", tmp_path).returncode == 0
    data = (tmp_path / "tiny.mp3").read_bytes()
    assert data.startswith(b"ID3")
    # The exit code is that of the failure, too.
    assert shell(f"$vg show nothing.md {closed}", tmp_path).returncode == 2
    assert shell(f"$vg play tiny.md --engine tone --speaker null {closed}", tmp_path).returncode == 0


@on_posix
def test_no_file_gets_the_number_of_a_stream_that_is_closed(tmp_path: Path) -> None:
    """What a library prints would be written into it."""
    code = (
        "import os, sys\n"
        "from voiceguide.cli import main\n"
        "try:\n"
        "    main(['--version'])\n"
        "finally:\n"
        "    with open('told', 'w') as told:\n"
        "        print([os.readlink(f'/proc/self/fd/{number}') for number in range(3)], told.fileno() > 2, file=told)\n"
    )
    if not Path("/proc/self/fd").exists():
        pytest.skip("only on Linux: it shows what a number stands for")
    (tmp_path / "try.py").write_text(code, encoding="utf-8")
    shell('"$python" try.py <&- >&- 2>&-', tmp_path, python=sys.executable)
    assert (tmp_path / "told").read_text() == f"{[os.devnull] * 3} True\n"


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (["help"], ["--help"]),
        (["help", "play"], ["play", "--help"]),
        (["help", "config", "set"], ["config", "set", "--help"]),
        (["help", "help"], ["--help"]),
    ],
)
def test_help_is_a_word_too(capsys: Captured, short: list[str], long: list[str]) -> None:
    assert run(short) == run(long) == 0
    text = capsys.readouterr().out
    assert text[: len(text) // 2] == text[len(text) // 2 :]


def test_help_for_a_command_there_is_not(capsys: Captured) -> None:
    assert run(["help", "plya"]) == 2
    assert "did you mean `play`?" in capsys.readouterr().err


# A title that Latin-1 cannot spell, and a dash of our own.
FOREIGN = "# 膝 – Knie\nSit down.\n"


@on_posix
@pytest.mark.parametrize(
    ("surroundings", "title"),
    [
        ({}, "膝 – Knie"),
        ({"LC_ALL": "C"}, "膝 – Knie"),
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "膝 – Knie"),
        ({"PYTHONIOENCODING": "latin-1"}, "? ? Knie"),
    ],
)
def test_encodings_that_lack_a_character(tmp_path: Path, surroundings: dict[str, str], title: str) -> None:
    (tmp_path / "knee.md").write_text(FOREIGN, encoding="utf-8")
    done = shell("$vg show knee.md", tmp_path, **surroundings)
    assert done.stderr == b""
    assert done.stdout.decode().splitlines()[0] == title
    # JSON keeps every character in any encoding.
    done = shell("$vg show knee.md --json", tmp_path, **surroundings)
    assert json.loads(done.stdout)["title"] == "膝 – Knie"


def test_redirected_output_is_utf_8_on_windows_too(tmp_path: Path) -> None:
    """There Python would write what the machine's country had before: here it is told that this is such a machine."""
    (tmp_path / "knee.md").write_text(FOREIGN, encoding="utf-8")
    code = (
        "import io, sys\n"
        "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='cp1252')\n"
        "from voiceguide.cli import main\n"
        "main(['compile', 'knee.md'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.decode("utf-8").splitlines() == FOREIGN.splitlines()


@on_posix
def test_ascii_alone_is_no_reason_to_crash(tmp_path: Path) -> None:
    (tmp_path / "knee.md").write_text(FOREIGN, encoding="utf-8")
    for what in ("show knee.md", "play knee.md --engine tone --speaker null", "show nee.md", "doctor"):
        done = shell(f"$vg {what}", tmp_path, PYTHONIOENCODING="ascii")
        assert b"Traceback" not in done.stderr
        assert done.returncode in (0, 2, 3)


def test_no_heavy_library_is_loaded_for_help_or_the_list() -> None:
    code = (
        "import sys\n"
        "from voiceguide.cli import run\n"
        "for arguments in (['--help'], ['play', '--help'], ['list']):\n"
        "    assert run(arguments) == 0\n"
        "print(sorted({'numpy', 'miniaudio', 'piper', 'onnxruntime', 'pyttsx3', 'rich', 'lameenc'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[]"


LOGGED = "export knee.md --engine tone -o knee.wav"


@pytest.fixture
def knee(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a script, where nothing was spoken yet."""
    (tmp_path / "knee.md").write_text("# Knee\n## Start\nPress here.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VOICEGUIDE_LOG", raising=False)
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path


@pytest.mark.usefixtures("knee")
def test_no_log_is_shown_by_default(capsys: Captured) -> None:
    assert run(LOGGED.split()) == 0
    assert "narrator" not in capsys.readouterr().err


@pytest.mark.parametrize("option", ["-v", "--verbose"])
def test_verbose_names_engine_voice_phrases_and_file(knee: Path, capsys: Captured, option: str) -> None:
    assert run([option, *LOGGED.split()]) == 0
    out, err = capsys.readouterr()
    assert "speech.registry: engine tone with the voice hum reads en-US: it was asked for" in err
    assert re.search(r"^ +[0-9.]+s speech.narrator: spoken in [0-9.]+ s: 'Press here.'$", err, re.MULTILINE)
    assert "speech.narrator: tone hum: 1 spoken and 0 from the cache of 1 phrases" in err
    assert re.search(rf"app.exporting: knee.wav: {(knee / 'knee.wav').stat().st_size} bytes for [0-9.]+ s", err)
    assert len(out.splitlines()) == 1
    # The next time, it says where the phrase comes from; and a run without the option is silent again.
    assert run([option, *LOGGED.split()]) == 0
    assert "speech.narrator: tone hum: 0 spoken and 1 from the cache of 1 phrases" in capsys.readouterr().err
    assert run(LOGGED.split()) == 0
    assert "narrator" not in capsys.readouterr().err


@pytest.mark.usefixtures("knee")
@pytest.mark.parametrize(("level", "phrases"), [("info", False), ("debug", True), ("DEBUG", True)])
def test_the_environment_asks_for_the_log(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, level: str, phrases: bool
) -> None:
    monkeypatch.setenv("VOICEGUIDE_LOG", level)
    assert run(LOGGED.split()) == 0
    err = capsys.readouterr().err
    assert "app.exporting: knee.wav: " in err
    assert ("'Press here.'" in err) == phrases


def test_a_level_that_there_is_not_is_wrong_use(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEGUIDE_LOG", "loud")
    assert run(["list"]) == 2
    assert capsys.readouterr().err == "voiceguide: VOICEGUIDE_LOG is 'loud': set it to debug or info.\n"


def test_a_failure_that_stops_nothing_is_in_the_log(knee: Path, capsys: Captured) -> None:
    (knee / "cache").write_text("no folder", encoding="utf-8")
    assert run(["-v", *LOGGED.split()]) == 0
    assert re.search(r"base.store: an entry is not kept \(.*Errno.*\)", capsys.readouterr().err)


def test_the_log_steers_no_terminal(knee: Path, capsys: Captured) -> None:
    (knee / "knee.md").write_text("# Knee\n## Start\nPress here.\n", encoding="utf-8")
    assert run(["-v", "export", "knee.md", "--engine", "tone", "-o", "k\u202enee.wav"]) == 0
    err = capsys.readouterr().err
    assert r"app.exporting: k\u202enee.wav: " in err
    assert "\u202e" not in err


@pytest.mark.usefixtures("knee")
def test_facts_about_the_listeners_body_are_not_in_the_log(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEGUIDE_LOG", "info")
    assert run(["export", "sciatica-short", "--profile", "pregnant", "--engine", "tone", "-o", "knee.txt"]) == 0
    logged = [line for line in capsys.readouterr().err.splitlines() if re.match(r" +[0-9.]+s ", line)]
    assert logged
    assert not [line for line in logged if "pregnan" in line.lower()]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda _: None, "nothing is known of it"),
        (lambda folder: (folder / "out" / "knee.wav").unlink(), "the file is missing"),
        (lambda folder: (folder / "out" / "knee.wav").write_text("other"), "the file has been changed"),
        (lambda folder: (folder / "knee.md").write_text("# Knee\n## Start\nGo.\n"), "its inputs have changed"),
    ],
)
def test_the_log_says_why_a_file_is_made(
    knee: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], why: str
) -> None:
    words = ["export", "knee.md", "knee.md", "--engine", "tone", "-o", "out/", "--format", "wav"]
    if why != "nothing is known of it":
        assert run(words) == 0
    change(knee)
    monkeypatch.setenv("VOICEGUIDE_LOG", "info")
    capsys.readouterr()
    assert run(words) == 0
    err = capsys.readouterr().err
    assert f"collection.update: {Path('out', 'knee.wav')} is made: {why}\n" in err
    assert f"collection.scheduler: {Path('out', 'knee.wav')} is made, " in err
