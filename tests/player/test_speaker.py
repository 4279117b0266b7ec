"""The speaker of each name, and the contract test of the tests' own speaker."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator

import pytest

from tests.contracts import SpeakerContract
from tests.fakes import FakeSpeaker
from voiceguide.base.errors import UnknownName
from voiceguide.player.miniaudio_speaker import MiniaudioSpeaker
from voiceguide.player.null_speaker import NullSpeaker
from voiceguide.player.speaker import Speaker
from voiceguide.player.speakers import SPEAKER_NAMES, SPEAKERS, speaker, speaker_help


def test_auto_is_miniaudio() -> None:
    assert SPEAKER_NAMES[0] == "auto"
    assert isinstance(speaker("auto"), MiniaudioSpeaker)
    assert isinstance(speaker("miniaudio"), MiniaudioSpeaker)


def test_null_is_the_silent_speaker() -> None:
    assert isinstance(speaker("null"), NullSpeaker)


def test_an_unknown_name_gets_the_nearest_names() -> None:
    with pytest.raises(UnknownName) as caught:
        speaker("miniudio")
    assert caught.value.near[0] == "miniaudio"
    assert set(caught.value.near) <= set(SPEAKER_NAMES)


def test_every_name_of_the_table_stands_once_and_leads_to_a_speaker() -> None:
    assert SPEAKER_NAMES == ("auto", "miniaudio", "simpleaudio", "null")
    for row in SPEAKERS:
        made_by = pkgutil.resolve_name(row.made_by)
        assert all(callable(getattr(made_by, method)) for method in ("open", "position", "stop")), row.name


def test_the_help_names_every_speaker_with_its_note() -> None:
    assert speaker_help() == "Sound device library: auto, miniaudio, simpleaudio, or null (plays to nobody)."


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
