"""The bridge to pydub: the session as a segment."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from tests.conftest import require_module
from tests.output.sessions import mixed, noisy, session
from voiceguide.base.errors import MachineError
from voiceguide.base.extras import install_command
from voiceguide.base.units import RATE
from voiceguide.output.pydub_bridge import MAX_FRAMES, to_pydub
from voiceguide.sound.levels import to_int16
from voiceguide.timeline.model import Timeline


@pytest.mark.parametrize("timeline", [session(), noisy(0), noisy(1), noisy(8193)], ids=lambda each: str(each.length))
def test_the_segment_has_the_samples_of_the_wav_file(timeline: Timeline) -> None:
    require_module("pydub")
    segment = to_pydub(timeline)
    assert (segment.frame_rate, segment.channels, segment.sample_width) == (RATE, 1, 2)
    assert np.array_equal(np.array(segment.get_array_of_samples()), to_int16(mixed(timeline)))


def test_a_segment_that_pydub_could_not_write_is_refused_before_it_is_mixed() -> None:
    require_module("pydub")
    with pytest.raises(MachineError, match=r"longer than 13:31:35, the most that pydub holds\. Export it as \.mp3\."):
        to_pydub(replace(session(), length=MAX_FRAMES + 1))


def test_without_pydub_the_segment_says_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pydub", None)
    with pytest.raises(MachineError) as caught:
        to_pydub(session())
    assert str(caught.value).startswith("pydub does not work here (")
    assert str(caught.value).endswith(f" Install it: {install_command('pydub')}")
