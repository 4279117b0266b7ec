"""Records what a program plays, with our own PulseAudio server, whose only device is a null sink."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from _bench.processes import CommandFailed, last_line
from _bench.sounding import Sound
from voiceguide.base.units import RATE

START_S = 10.0
"""Seconds for the server to start, and for a player to end after a request."""

BLOCK = 441
"""Frames that the recorder reads at a time."""

COMMANDS = ("pulseaudio", "parec")


@dataclass(frozen=True, slots=True)
class Heard:
    """The sound that a process played."""

    sound: Sound
    begun: float
    """Time of the first frame, in seconds from the start of the process."""

    def time_of(self, frame: int) -> float:
        """Return the seconds from the start of the process to a frame of `sound`."""
        return self.begun + frame / RATE


def hear(
    command: Sequence[str | Path],
    environment: dict[str, str],
    folder: Path,
    enough: Callable[[Sound], bool],
    limit: float,
) -> Heard:
    """Start a program that plays, and listen until enough was heard.

    Args:
        command: the program and its arguments.
        environment: the whole environment of the program; the sound server is added to it.
        folder: a folder for the files of the server.
        enough: called ten times a second with all the sound so far; True ends the recording.
        limit: seconds after which the recording is given up.

    Raises:
        CommandFailed: the program ended, or the limit was reached, before enough was heard.
    """
    with _server(folder) as surroundings, _recorder(surroundings) as recorder, (folder / "log").open("w+b") as log:
        started = time.monotonic()
        player = subprocess.Popen(
            [str(word) for word in command],
            env={**environment, **surroundings},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            while not enough(recorder.sound()):
                if player.poll() is not None or time.monotonic() - started > limit:
                    log.seek(0)
                    raise CommandFailed(f"the program was not heard: {last_line(log.read())}")
                time.sleep(0.1)
        finally:
            _end(player, signal.SIGINT)
        return Heard(recorder.sound(), recorder.begun() - started)


class _Recorder:
    """Records sound in its own thread."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._blocks: list[bytes] = []
        self._frames = 0
        self._begun = float("inf")
        self._lock = threading.Lock()
        self.running = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def sound(self) -> Sound:
        """Return all the sound recorded so far."""
        with self._lock:
            return np.frombuffer(b"".join(self._blocks), "<i2").astype(np.int16)

    def begun(self) -> float:
        """Return the monotonic time of the first frame, from the block with the least delay; no block comes early."""
        with self._lock:
            return self._begun

    def join(self) -> None:
        """Wait for the end of the recording."""
        self._thread.join()

    def _read(self) -> None:
        assert self._process.stdout is not None
        while block := self._process.stdout.read(2 * BLOCK):
            now = time.monotonic()
            with self._lock:
                self._blocks.append(block)
                self._frames += len(block) // 2
                self._begun = min(self._begun, now - self._frames / RATE)
            self.running.set()


@contextlib.contextmanager
def _recorder(surroundings: dict[str, str]) -> Iterator[_Recorder]:
    command = ["parec", "--device=bench.monitor", "--raw", "--format=s16le", f"--rate={RATE}", "--channels=1"]
    process = subprocess.Popen(
        [*command, "--latency-msec=10", "--process-time-msec=10"],
        env={**os.environ, **surroundings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    recorder = _Recorder(process)
    try:
        if not recorder.running.wait(START_S):
            raise CommandFailed("parec recorded nothing")
        # In half a second, some blocks arrive without delay.
        time.sleep(0.5)
        yield recorder
    finally:
        _end(process, signal.SIGTERM)
        recorder.join()


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[dict[str, str]]:
    """Run a sound server besides the user's own, and yield the environment that leads to it."""
    runtime = folder / "pulse"
    runtime.mkdir(mode=0o700, exist_ok=True)
    socket = runtime / "socket"
    socket.unlink(missing_ok=True)
    surroundings = {
        "PULSE_SERVER": f"unix:{socket}",
        "PULSE_COOKIE": str(runtime / "cookie"),
        "PULSE_RUNTIME_PATH": str(runtime),
        "PULSE_STATE_PATH": str(runtime),
    }
    sink = f"module-null-sink sink_name=bench format=s16le rate={RATE} channels=1"
    protocol = f"module-native-protocol-unix socket={socket} auth-anonymous=1 auth-cookie-enabled=0"
    process = subprocess.Popen(
        ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "-L", sink, "-L", protocol],
        env={**os.environ, **surroundings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + START_S
        while not socket.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise CommandFailed("pulseaudio does not start")
            time.sleep(0.02)
        yield surroundings
    finally:
        _end(process, signal.SIGTERM)


def _end(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Ask a process to end, and kill it if it does not."""
    process.send_signal(number)
    try:
        process.wait(START_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
