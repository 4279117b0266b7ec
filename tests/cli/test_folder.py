"""`voiceguide export` to a folder: what it prints where, how it ends, and what is there when it is stopped."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.collection.shelves import REST, contents, shelf
from tests.disks import with_read_only_disk, with_small_disk
from tests.terminals import shown_on_terminal
from voiceguide.base.source import Span
from voiceguide.cli import run

TONE = ("--engine", "tone")
NAMES = ("rest.md", "walk.md", "sleep.md")
Captured = pytest.CaptureFixture[str]

on_posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only on Linux, which tells of processes in /proc")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the listener's routines, to work in."""
    own = shelf(tmp_path / "own")
    monkeypatch.setenv("VOICEGUIDE_ROUTINES", str(own))
    monkeypatch.chdir(own)
    return own


def test_export_prints_the_new_files_and_counts_the_unchanged_ones(here: Path, capfd: Captured) -> None:
    assert run(["export", *NAMES, "-o", "out", *TONE]) == 0
    out, err = capfd.readouterr()
    assert [re.sub(r"\d\.\d MB", "MB", line) for line in out.splitlines()] == [
        "out/rest.mp3  0:05  MB",
        "out/walk.mp3  0:02  MB",
        "out/sleep.mp3  0:04  MB",
        "3 made, 0 unchanged",
    ]
    assert err == "voiceguide: The folder out was made.\n"
    (here / "rest.md").write_text("# Rest\nSit.\n", encoding="utf-8")
    (here / "walk.md").write_text("# Walk\n[pause 5]\n", encoding="utf-8")
    assert run(["export", *NAMES, "-o", "out", *TONE]) == 1
    out, err = capfd.readouterr()
    assert [line.split("  ")[0] for line in out.splitlines()] == ["out/rest.mp3", "1 made, 1 unchanged, 1 failed"]
    assert err.startswith(f"{Span('walk.md', 2, 8)}: error: ")


def test_json_tells_of_every_session(here: Path, capfd: Captured) -> None:
    (here / "walk.md").write_text("# Walk\n[pause 5]\n", encoding="utf-8")
    assert run(["export", *NAMES, "-o", "out", "--json", "--also", "lrc", *TONE]) == 1
    assert run(["export", *NAMES, "-o", "out", "--json", "--also", "lrc", *TONE]) == 1
    first, _, second = capfd.readouterr().out.partition("]\n[")
    rows = json.loads("[" + second)
    assert [(row["name"], row["made"]) for row in rows] == [("rest", False), ("sleep", False), ("walk", False)]
    fields = ["name", "made", "error", "path", "seconds", "bytes", "phrases", "synthesised", "cached", "files", "also"]
    assert all(list(row) == fields for row in rows)
    assert (rows[0]["path"], rows[0]["also"], rows[0]["error"]) == ("out/rest.mp3", ["out/rest.lrc"], "")
    assert rows[0]["bytes"] == (here / "out" / "rest.mp3").stat().st_size
    assert (rows[2]["path"], rows[2]["bytes"]) == ("out/walk.mp3", 0)
    assert rows[2]["error"].startswith("walk.md:2:8: ")
    assert [row["made"] for row in json.loads(first + "]")] == [True, True, False]


def test_all_means_all_and_says_what_is_stale(here: Path, capfd: Captured) -> None:
    assert run(["export", "--all", "-o", "out", *TONE]) == 0
    assert capfd.readouterr().out.endswith("\n5 made, 0 unchanged\n")
    (here / "walk.md").unlink()
    assert run(["export", "--all", "-o", "out", *TONE]) == 0
    line = "voiceguide: out/walk.mp3 is no longer made by any routine; remove it with --prune.\n"
    assert capfd.readouterr() == ("0 made, 4 unchanged\n", line)
    assert run(["export", "--all", "-o", "out", "--prune", *TONE]) == 0
    assert capfd.readouterr() == ("0 made, 4 unchanged\n", "voiceguide: out/walk.mp3 was removed.\n")
    assert not (here / "out" / "walk.mp3").exists()


def test_a_sidecar_that_is_no_longer_asked_for_is_reported_as_such(here: Path, capfd: Captured) -> None:
    names = NAMES[:2]
    assert run(["export", *names, "-o", "out", "--also", "lrc,vtt", *TONE]) == 0
    capfd.readouterr()
    assert run(["export", *names, "-o", "out", "--also", "lrc,srt", *TONE]) == 0
    why = "is no longer asked for"
    assert capfd.readouterr() == (
        "out/rest.srt\nout/walk.srt\n2 made, 0 unchanged\n",
        "".join(f"voiceguide: out/{name}.vtt {why}; remove it with --prune.\n" for name in ("rest", "walk")),
    )
    (here / "out" / "rest.vtt").write_text("mine", encoding="utf-8")
    (here / "walk.md").unlink()
    assert run(["export", "rest.md", "-o", "out", "--format", "mp3", "--also", "lrc,srt", *TONE]) == 0
    err = capfd.readouterr().err
    assert f"voiceguide: out/rest.vtt {why}, but was changed since; remove it yourself.\n" in err
    gone = "is no longer made by any routine; remove it with --prune.\n"
    assert err.count(gone) == 4
    assert f"voiceguide: out/walk.vtt {gone}" in err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["rest", "walk"], "Name the folder that the files go to: -o DIR."),
        (["--all"], "Name the folder that the files go to: -o DIR."),
        (["--all", "rest", "-o", "out"], "Give names or --all, not both."),
        (
            ["rest", "-o", "rest.mp3", "--prune"],
            "--prune is for a folder kept up to date: several NAMEs, --all or --format.",
        ),
        (["--all", "-o", "out", "--split"], "--split is for one session at a time: give one NAME, and no --all."),
        ([], "Missing argument 'NAME': a routine's name or path, or --all."),
    ],
)
def test_options_that_say_two_things_are_refused(here: Path, capfd: Captured, arguments: list[str], line: str) -> None:
    before = sorted(here.iterdir())
    assert run(["export", *arguments]) == 2
    assert capfd.readouterr().err.endswith(f"\nError: {line}\n")
    assert sorted(here.iterdir()) == before


def test_a_format_makes_a_folder_of_one_session_too(here: Path) -> None:
    assert run(["export", "rest", "--format", "WAV", "-o", "out", *TONE]) == 0
    assert sorted(contents(here / "out")) == ["rest.wav", "voiceguide.json"]


def test_a_failure_of_all_sessions_is_reported_once(capfd: Captured) -> None:
    assert run(["export", *NAMES, "-o", "out", "--voice", "hun", *TONE]) == 2
    out, err = capfd.readouterr()
    assert out == "0 made, 0 unchanged, 3 failed\n"
    assert err.count("No voice is called 'hun'") == 1
    assert "rest and 2 more: " in err


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "voiceguide", "export", *arguments, *TONE]


def test_an_unchanged_folder_is_checked_without_anything_that_makes_sound() -> None:
    subprocess.run(command(*NAMES, "-o", "out"), check=True, capture_output=True)
    arguments = ["export", *NAMES, "-o", "out", *TONE]
    code = f"import sys; from voiceguide.cli import run; run({arguments}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    summary, modules = done.stdout.splitlines()
    assert summary == "0 made, 3 unchanged"
    assert not {"numpy", "lameenc", "mutagen", "PIL", "onnxruntime", "rich"} & {*modules.split()}


@on_posix
def test_progress_fits_a_narrow_terminal() -> None:
    out, shown = shown_on_terminal(command(*NAMES, "-o", "out"), 40)
    lines = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()))
    bars = [line for line in lines if line.startswith(("Checking ", "Making "))]
    assert any(line.startswith("Making 3 of 3 ━") for line in bars)
    assert max(map(len, bars)) <= 40
    assert out.endswith(b"3 made, 0 unchanged\n")


@on_linux
@pytest.mark.parametrize("files", [0, 1, 2])
def test_killed_at_any_moment_it_goes_on_the_next_time(here: Path, files: int) -> None:
    for number in range(4):
        (here / f"rest{number}.md").write_text(f"{REST}This is number {number}.\n[pause 20s]\n", encoding="utf-8")
    # Under a bed each takes its time.
    names = [f"rest{number}.md" for number in range(4)]
    arguments = (*names, "--bed", "brown")
    subprocess.run(command(*arguments, "-o", "clean"), check=True, capture_output=True)
    out = here / "out"
    process = subprocess.Popen(command(*arguments, "-o", "out"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: len([*out.glob("*.mp3")]) >= files and bool([*out.glob(".*.part")]))
    workers = children(process.pid)
    process.kill()
    process.wait()
    assert workers
    wait_until(lambda: not any(map(runs, workers)))
    # All files in the folder are whole, and the workers have removed their unfinished files. A killed process cannot
    # remove its own: the parent's is a manifest, which a later run removes.
    for manifest in out.glob(".*.part"):
        assert manifest.read_bytes()[:1] in (b"", b"{")
        manifest.unlink()
    clean = contents(here / "clean")
    assert {name: data for name, data in contents(out).items() if name != "voiceguide.json"}.items() <= clean.items()
    if (out / "voiceguide.json").exists():
        json.loads((out / "voiceguide.json").read_text(encoding="utf-8"))
    subprocess.run(command(*arguments, "-o", "out"), check=True, capture_output=True)
    assert contents(out) == clean


@on_linux
@pytest.mark.parametrize("end", ["SIGTERM", "SIGHUP"])
def test_files_finished_before_a_stop_stay_and_are_in_the_manifest(here: Path, end: str) -> None:
    (here / "long.md").write_text("# Long\nSit down.\n" + "[pause 1h]\n" * 4, encoding="utf-8")
    process = subprocess.Popen(
        command("rest.md", "long.md", "-o", "out", "--bed", "brown"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    out = here / "out"
    # By then the short one is done for long, and told: a file that is there but not told of is made again.
    wait_until(lambda: (out / "rest.mp3").exists() and any(size(p) > 4_000_000 for p in out.glob(".*.part")))
    process.send_signal(signal.Signals[end])
    told, err = process.communicate(timeout=60)
    assert (told, err.strip(), process.returncode) == ("", "voiceguide: stopped.", 130)
    assert sorted(contents(out)) == ["rest.mp3", "voiceguide.json"]
    done = subprocess.run(command("rest.md", "-o", "out", "--format", "mp3", "--bed", "brown"), capture_output=True)
    assert done.stdout == b"0 made, 1 unchanged\n"


@on_linux
def test_workers_that_are_killed_cost_no_file(here: Path) -> None:
    (here / "long.md").write_text("# Long\nSit down.\n" + "[pause 20m]\n" * 3, encoding="utf-8")
    names = ("long.md", "rest.md")
    process = subprocess.Popen(
        command(*names, "-o", "out", "--bed", "brown"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    out = here / "out"
    wait_until(lambda: any(size(part) > 100_000 for part in out.glob(".*.part")))
    for worker in children(process.pid):
        if b"spawn_main" in Path(f"/proc/{worker}/cmdline").read_bytes():
            os.kill(worker, signal.SIGKILL)
    told, err = process.communicate(timeout=60)
    assert told.endswith("\n2 made, 0 unchanged\n")
    assert (err, process.returncode) == ("voiceguide: The folder out was made.\n", 0)


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    export = shlex.join(command(*NAMES, "--format", "wav", "-o", str(disk)))
    longer = "for name in rest walk sleep; do echo '[pause 1h]' >> $name.md; done"
    script = f"{export} && sha256sum {disk}/* && {longer} && {export}; echo code $?; sha256sum {disk}/*; ls -A {disk}"
    done = with_small_disk(disk, 3000, ["sh", "-c", script])
    before, after = re.findall(r"(?:^\w{64} .*\n)+", done.stdout, re.MULTILINE)
    assert before == after
    assert before.count("\n") == 4
    assert "\n0 made, 0 unchanged, 3 failed\ncode 3\n" in done.stdout
    paths = ", ".join(f"{disk}/{name}.wav" for name in ("rest", "walk", "sleep"))
    assert done.stderr == (
        f"voiceguide: The disk is full, and so these were not written: {paths}. "
        "Free some space, or name a file on another disk with -o.\n"
    )
    assert ".part" not in done.stdout


def test_a_file_that_fits_on_a_disk_is_written_though_others_do_not(here: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    for name in ("long", "longer"):
        (here / f"{name}.md").write_text(f"# {name}\nSit down.\n[pause 20s]\n", encoding="utf-8")
    # One after the other there is room for the short ones, and while a long one is being written there is none.
    export = command("long.md", "longer.md", *NAMES, "--format", "wav", "-o", str(disk), "--json")
    done = with_small_disk(disk, 1200, export)
    rows = json.loads(done.stdout)
    assert [row["name"] for row in rows if row["made"]] == ["rest", "walk", "sleep"]
    failed = {row["name"]: row["error"] for row in rows if not row["made"]}
    reason = "was not written: The disk is full. Free some space, or name a file on another disk with -o."
    assert failed == {name: f"{disk}/{name}.wav {reason}" for name in ("long", "longer")}
    assert done.returncode == 3


def test_a_folder_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    done = with_read_only_disk(disk, command(*NAMES, "-o", str(disk)))
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "That disk is read-only" in done.stderr


def children(process: int) -> list[int]:
    """Those that any of its threads has started."""
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return [int(number) for each in lists for number in each.read_text().split()]


def runs(process: int) -> bool:
    """Whether it is neither gone nor, where nobody asks for its exit code, dead."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def size(path: Path) -> int:
    """Return the bytes of a file; 0 if it has gone meanwhile."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)
