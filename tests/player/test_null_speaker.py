"""The silent speaker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contracts import SpeakerContract
from tests.fakes import FakeSource
from voiceguide.base.units import RATE
from voiceguide.player.null_speaker import NullSpeaker


class TestNullSpeaker(SpeakerContract):
    @pytest.fixture
    def speaker(self) -> Iterator[NullSpeaker]:
        made = NullSpeaker()
        yield made
        made.stop()

    def test_late_wake_ups_do_not_add_up(self) -> None:
        """After a jump of the clock, the position is that of the clock."""
        now = 0.0
        speaker = NullSpeaker(clock=lambda: now)
        source = FakeSource(RATE)
        speaker.open(source, RATE, 1)
        for now in (0.5, 7.25):
            self.let_play(speaker, lambda: speaker.position() >= round(now * RATE))  # noqa: B023  # waited for here
            assert speaker.position() == source.taken == round(now * RATE)
        speaker.stop()
