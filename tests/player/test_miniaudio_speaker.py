"""The default speaker, with a sound server that the test starts."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts import SpeakerContract
from tests.fakes import FakeSource
from tests.pulse import Pulse, only_on_linux, pulse, wait_until
from voiceguide.base.errors import SpeakerError
from voiceguide.base.units import RATE
from voiceguide.player.miniaudio_speaker import PERIOD_MS, PERIODS, MiniaudioSpeaker

pytestmark = only_on_linux


def move_to(server: dict[str, str], patch: pytest.MonkeyPatch) -> None:
    for name in ("PULSE_SERVER", "XDG_RUNTIME_DIR", "HOME"):
        patch.setenv(name, server[name])


class TestMiniaudioSpeaker(SpeakerContract):
    latency = RATE * PERIOD_MS * PERIODS // 1000

    @pytest.fixture
    def speaker(self, ear: Pulse, monkeypatch: pytest.MonkeyPatch) -> Iterator[MiniaudioSpeaker]:
        move_to(ear.surroundings, monkeypatch)
        made = MiniaudioSpeaker()
        yield made
        made.stop()

    def test_a_stopped_speaker_leaves_no_file_open(self, speaker: MiniaudioSpeaker) -> None:
        def open_files() -> int:
            return len(list(Path("/proc/self/fd").iterdir()))

        before = open_files()
        speaker.open(FakeSource(RATE), RATE, 1)
        assert open_files() > before
        speaker.stop()
        assert open_files() == before


def nowhere(folder: Path, patch: pytest.MonkeyPatch, name: str) -> None:
    """Set an environment whose only sound server would listen at the socket `name`."""
    move_to({"PULSE_SERVER": f"unix:{folder}/{name}", "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}, patch)
    patch.setenv("ALSA_CONFIG_PATH", os.devnull)
    patch.setenv("JACK_NO_START_SERVER", "1")


def test_a_machine_without_a_sound_device_gets_one_message_and_none_from_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    nowhere(tmp_path, monkeypatch, "nobody")
    speaker = MiniaudioSpeaker()
    with pytest.raises(SpeakerError, match=r"no speaker that works.*voiceguide export"):
        speaker.open(FakeSource(RATE), RATE, 1)
    speaker.stop()
    assert capfd.readouterr() == ("", "")


def test_a_server_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere(tmp_path, monkeypatch, "deaf")
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf"))
        deaf.listen()
        speaker = MiniaudioSpeaker(patience_s=0.3)
        with pytest.raises(SpeakerError, match="does not answer"):
            speaker.open(FakeSource(RATE), RATE, 1)
    # The server is gone, so the thread that waited for it ends, and `stop` returns at once.
    speaker.stop()


@pytest.mark.parametrize("fate", [signal.SIGKILL, signal.SIGSTOP])
def test_the_position_stands_still_when_the_server_dies_or_hangs(
    fate: signal.Signals, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pulse(tmp_path_factory.mktemp("pulse")) as server:
        move_to(server.surroundings, monkeypatch)
        speaker = MiniaudioSpeaker()
        speaker.open(FakeSource(RATE), RATE, 1)
        wait_until(lambda: speaker.position() > 0, "the speaker does not play")
        server.process.send_signal(fate)
        # The server may still take sound that was sent before.
        time.sleep(0.5)
        position = speaker.position()
        time.sleep(0.5)
        assert speaker.position() == position
        speaker.stop()
