"""Which speaker a name stands for, and that the tests' own speaker keeps the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.contracts import SpeakerContract
from tests.fakes import FakeSpeaker
from voiceguide.errors import UnknownName
from voiceguide.player.miniaudio_speaker import MiniaudioSpeaker
from voiceguide.player.null_speaker import NullSpeaker
from voiceguide.player.speaker import Speaker
from voiceguide.player.speakers import SPEAKERS, speaker


def test_auto_is_miniaudio() -> None:
    assert SPEAKERS[0] == "auto"
    assert isinstance(speaker("auto"), MiniaudioSpeaker)
    assert isinstance(speaker("miniaudio"), MiniaudioSpeaker)


def test_null_plays_to_nobody() -> None:
    assert isinstance(speaker("null"), NullSpeaker)


def test_another_name_gets_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        speaker("miniudio")
    assert caught.value.near[0] == "miniaudio"
    assert set(caught.value.near) <= set(SPEAKERS)


class TestFakeSpeaker(SpeakerContract):
    latency = 0

    @pytest.fixture
    def speaker(self) -> Iterator[FakeSpeaker]:
        made = FakeSpeaker()
        yield made
        made.stop()

    def let_play(self, speaker: Speaker, until: Callable[[], bool]) -> None:
        assert isinstance(speaker, FakeSpeaker)
        while not until():
            speaker.play(1000)
