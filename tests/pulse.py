"""A private PulseAudio to play to, and an ear at its sink."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import require_command
from voiceguide.base.units import RATE

PATIENCE_S = 20.0

only_on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only on Linux: it plays to PulseAudio")


def wait_until(condition: Callable[[], bool], complaint: str) -> None:
    given_up = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < given_up, complaint
        time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Pulse:
    """A running server with one sink, which is all that programs started in these surroundings find."""

    process: subprocess.Popen[bytes]
    channels: int
    surroundings: dict[str, str]

    @contextlib.contextmanager
    def recording(self) -> Iterator[Callable[[], npt.NDArray[np.int16]]]:
        """Listen at the sink. What it gives tells, afterwards, what was heard: shape (frames, channels)."""
        path = Path(self.surroundings["XDG_RUNTIME_DIR"]) / "heard"
        shape = [f"--rate={RATE}", "--format=s16ne", f"--channels={self.channels}", "--latency-msec=20"]
        with path.open("wb") as file:
            command = [require_command("parec"), "--raw", "--device=ear.monitor", *shape]
            parec = subprocess.Popen(command, env=self.surroundings, stdout=file)

        def hear_more(frames: int) -> None:
            enough = path.stat().st_size + frames * 2 * self.channels
            wait_until(lambda: path.stat().st_size >= enough, "nothing comes from the sink's monitor")

        try:
            hear_more(RATE // 4)
            yield lambda: np.fromfile(path, np.int16).reshape(-1, self.channels)
            # The recorder is as far behind the sink as it asked for, and a busy machine some more.
            hear_more(RATE)
        finally:
            parec.terminate()
            parec.wait(PATIENCE_S)


@contextlib.contextmanager
def pulse(folder: Path, channels: int = 1) -> Iterator[Pulse]:
    """Start a server that keeps everything in `folder`, and end it."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("PULSE_", "ALSA_"))}
    for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_RUNTIME_PATH"):
        surroundings[name] = str(folder)
    for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"):
        surroundings.pop(name, None)
    socket = folder / "socket"
    surroundings["PULSE_SERVER"] = f"unix:{socket}"
    modules = [
        # Without rewinding, the monitor hears every frame that the sink plays, from the first one on.
        f"module-null-sink sink_name=ear rate={RATE} channels={channels} norewinds=1",
        f"module-native-protocol-unix socket={socket} auth-anonymous=1",
    ]
    options = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes"]
    command = [require_command("pulseaudio"), *options, *(part for module in modules for part in ("-L", module))]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=surroundings, stdout=log, stderr=log)
    try:
        wait_until(lambda: socket.exists() or process.poll() is not None, "PulseAudio does not start")
        assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
        yield Pulse(process, channels, surroundings)
    finally:
        process.kill()
        process.wait(PATIENCE_S)
