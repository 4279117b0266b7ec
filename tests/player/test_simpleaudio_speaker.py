"""simpleaudio, through ALSA's door to a sound server of the test's own."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import require_module
from tests.contracts import SpeakerContract
from tests.fakes import FakeSource
from tests.pulse import Pulse, only_on_linux
from voiceguide.base.errors import SpeakerError
from voiceguide.base.units import RATE
from voiceguide.player.simpleaudio_speaker import CRASHES_FROM, SimpleaudioSpeaker

TO_PULSE = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"

crashes = sys.version_info >= CRASHES_FROM
where_it_works = pytest.mark.skipif(crashes, reason="only on Python 3.11: simpleaudio crashes newer ones")


@where_it_works
@only_on_linux
class TestSimpleaudioSpeaker(SpeakerContract):
    latency = 2 * RATE  # all that the contract gives it

    @pytest.fixture
    def speaker(self, ear: Pulse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleaudioSpeaker]:
        require_module("simpleaudio")
        (tmp_path / "alsa.conf").write_text(TO_PULSE, encoding="utf-8")
        monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "alsa.conf"))
        monkeypatch.setenv("PULSE_SERVER", ear.surroundings["PULSE_SERVER"])
        made = SimpleaudioSpeaker()
        yield made
        made.stop()

    def test_the_speaker_can_be_stopped_though_it_has_the_whole_session(
        self, speaker: SimpleaudioSpeaker, ear: Pulse
    ) -> None:
        with ear.recording() as heard:
            speaker.open(FakeSource(20 * RATE), RATE, 1)
            self.let_play(speaker, lambda: speaker.position() > RATE // 4)
            speaker.stop()
        assert 0 < np.count_nonzero(heard()) < 2 * RATE

    def test_the_position_stands_still_at_the_end(self, speaker: SimpleaudioSpeaker) -> None:
        length = RATE // 4
        speaker.open(FakeSource(length), RATE, 1)
        self.let_play(speaker, lambda: speaker.position() >= length and speaker.position() == speaker.position())

    def test_a_program_that_was_stopped_for_longer_than_the_sound_lasts_plays_it_to_its_end(
        self, speaker: SimpleaudioSpeaker, ear: Pulse
    ) -> None:
        """The clock has gone on meanwhile."""
        length = RATE
        jumps = iter([0.0, 10.0])
        # The first is for its environment alone.
        speaker.stop()
        stopped = SimpleaudioSpeaker(clock=lambda: time.monotonic() + next(jumps, 10.0))
        with ear.recording() as heard:
            stopped.open(FakeSource(length), RATE, 1)
            # Of the ten seconds, next to nothing was heard.
            assert stopped.position() < length // 2
            self.let_play(stopped, lambda: stopped.position() >= length)
            stopped.stop()
        assert np.count_nonzero(heard()) == length

    def test_a_device_that_ends_too_early_has_not_played_to_the_end(self, speaker: SimpleaudioSpeaker) -> None:
        import simpleaudio

        length = 20 * RATE
        speaker.open(FakeSource(length), RATE, 1)
        self.let_play(speaker, lambda: speaker.position() > RATE // 4)
        simpleaudio.stop_all()
        positions: list[int] = []

        def stands_still() -> bool:
            positions.append(speaker.position())
            return len(positions) > 50 and len({*positions[-50:]}) == 1

        self.let_play(speaker, stands_still)
        assert RATE // 4 < speaker.position() < length // 2

    def test_an_empty_sound_is_played_too(self, speaker: SimpleaudioSpeaker) -> None:
        speaker.open(FakeSource(0), RATE, 1)
        speaker.stop()


@where_it_works
@only_on_linux
def test_without_any_sound_device_it_says_so_and_the_libraries_say_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    require_module("simpleaudio")
    monkeypatch.setenv("ALSA_CONFIG_PATH", os.devnull)
    speaker = SimpleaudioSpeaker()
    with pytest.raises(SpeakerError, match=r"no speaker that works.*voiceguide export"):
        speaker.open(FakeSource(RATE), RATE, 1)
    speaker.stop()
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not crashes, reason="only on Python 3.12 and newer, which it crashes")
def test_simpleaudio_is_refused_where_it_would_crash() -> None:
    with pytest.raises(SpeakerError, match=r"crashes Python 3\.12.*--speaker"):
        SimpleaudioSpeaker()


@where_it_works
def test_where_it_is_missing_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "simpleaudio", None)
    with pytest.raises(SpeakerError, match=r"not installed\. Install it: .* -m pip install .*simpleaudio"):
        SimpleaudioSpeaker()
