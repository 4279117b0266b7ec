"""The shipped beds: that they loop without a seam, are as loud as they should be, and sound like their names."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import numpy as np
import numpy.typing as npt
import pyloudnorm
import pytest

from voiceguide.base.errors import UnknownName
from voiceguide.base.units import RATE
from voiceguide.sound.beds.bed import NAMES, bed
from voiceguide.sound.clip import Placed
from voiceguide.sound.ducking import DEPTH_DB
from voiceguide.sound.levels import PEAK_DBTP, SPEECH_LUFS, from_db, to_db
from voiceguide.sound.mixer import mix

LENGTH = 3 * 2**19
Floats = npt.NDArray[np.floating]

every_bed = pytest.mark.parametrize("name", NAMES)


@cache
def turn(name: str) -> Floats:
    """One turn of a bed."""
    return bed(name).samples(0, LENGTH)[:, 0].astype(np.float64)


def power(name: str, low: float, high: float) -> float:
    """The power between two frequencies in Hz, in dB relative to the whole."""
    spectrum = np.abs(np.fft.rfft(turn(name))) ** 2
    hz = np.fft.rfftfreq(LENGTH, 1 / RATE)
    return float(10 * np.log10(spectrum[(low <= hz) & (hz < high)].sum() / spectrum.sum()))


def levels(wave: Floats, count: int) -> Floats:
    """The RMS of each piece of `count` frames, in dB."""
    pieces = wave[: len(wave) // count * count].reshape(-1, count)
    decibels: Floats = 10 * np.log10(np.mean(pieces**2, axis=1))
    return decibels


@every_bed
def test_a_shipped_bed_is_a_loop_of_20_to_40_s(name: str) -> None:
    assert 20 <= LENGTH / RATE <= 40
    made = bed(name)
    # pieces of any size, wherever they start
    assert np.array_equal(made.samples(LENGTH, 100), made.samples(0, 100))
    across = np.concatenate([made.samples(LENGTH - 3, 3), made.samples(0, 4)])
    assert np.array_equal(made.samples(5 * LENGTH - 3, 7), across)
    assert np.array_equal(made.samples(7, 2 * LENGTH)[-LENGTH:], made.samples(7, LENGTH))
    assert made.samples(0, 5).dtype == np.float32


@every_bed
def test_a_shipped_bed_is_the_same_every_time(name: str) -> None:
    assert np.array_equal(bed(name).samples(0, LENGTH)[:, 0], turn(name))


@every_bed
def test_no_step_is_larger_at_the_seam_than_elsewhere(name: str) -> None:
    wave = turn(name)
    for order in (1, 2, 3):
        steps = np.abs(np.diff(np.concatenate([wave[-order:], wave]), order))
        # the first ones reach across the seam
        assert steps[:order].max() <= np.quantile(steps[order:], 0.9999)


@every_bed
@pytest.mark.parametrize("ms", [5, 50, 500])
def test_the_level_changes_no_more_at_the_seam_than_elsewhere(name: str, ms: int) -> None:
    count = RATE * ms // 1000
    wave = turn(name)
    elsewhere = np.abs(np.diff(levels(wave, count)))
    before, after = levels(np.concatenate([wave[-count:], wave[:count]]), count)
    assert abs(after - before) <= elsewhere.max()


@every_bed
@pytest.mark.parametrize("level_db", [-18.0, -10.0, -40.0])
def test_a_shipped_bed_is_as_loud_as_asked_for_relative_to_speech(name: str, level_db: float) -> None:
    # from the middle of one turn to the middle of the next, as a session might hear it
    samples = bed(name, level_db).samples(LENGTH // 2, LENGTH)
    measured = pyloudnorm.Meter(RATE).integrated_loudness(samples.astype(np.float64))
    assert measured == pytest.approx(SPEECH_LUFS + level_db, abs=0.2)


@every_bed
def test_at_its_loudest_it_cannot_make_speech_clip(name: str) -> None:
    peak = np.abs(bed(name, -10.0).samples(0, LENGTH)).max()
    assert peak * from_db(-DEPTH_DB) + from_db(PEAK_DBTP) < 1


@every_bed
def test_at_its_usual_level_speech_keeps_below_minus_1_db(name: str) -> None:
    assert np.abs(turn(name)).max() * from_db(-DEPTH_DB) + from_db(PEAK_DBTP) < from_db(-1)


@every_bed
def test_mixed_it_has_its_level_outside_the_fades(name: str) -> None:
    nothing: tuple[Placed, ...] = ()
    session = np.concatenate(list(mix(nothing, 60 * RATE, bed=bed(name))))[5 * RATE : -5 * RATE]
    assert pyloudnorm.Meter(RATE).integrated_loudness(session.astype(np.float64)) == pytest.approx(-37, abs=1)


@every_bed
def test_a_shipped_bed_has_no_offset(name: str) -> None:
    assert abs(turn(name).mean()) < from_db(-100)


def test_rain_has_no_harsh_highs_and_no_rumble() -> None:
    assert power("rain", 6000, RATE) < -12
    assert power("rain", 0, 100) < -20
    assert power("rain", 300, 4000) > -2


def test_rain_has_drops_in_it() -> None:
    # single ones stand out of the wash, which alone would be as even as noise is
    wave = turn("rain")
    assert np.mean(wave**4) / np.mean(wave**2) ** 2 > 3.15
    assert np.ptp(levels(wave, RATE)) < 6


def test_waves_come_every_7_to_10_s_and_never_stop() -> None:
    tenths = levels(np.roll(turn("waves"), -LENGTH // 50), RATE // 10)
    smooth = np.convolve(np.pad(tenths, 5, "wrap"), np.ones(11) / 11, "valid")
    around = [np.roll(smooth, shift) for shift in range(-25, 26)]
    troughs = np.flatnonzero((smooth <= np.min(around, axis=0)) & (smooth < smooth.max() - 6))
    periods = np.diff([*troughs, troughs[0] + len(smooth)]) / 10
    assert len(periods) == 4
    assert ((periods >= 7) & (periods <= 10)).all()
    assert np.ptp(smooth) < 16


def test_waves_do_not_rumble() -> None:
    assert power("waves", 0, 60) < -13
    assert power("waves", 5000, RATE) < -20


def test_brown_falls_by_6_db_an_octave_and_has_nothing_below_hearing() -> None:
    octaves = [power("brown", low, 2 * low) for low in (200, 400, 800, 1600, 3200)]
    # the power of an octave of brown noise is half that of the one below it
    assert np.diff(octaves) == pytest.approx([-3] * 4, abs=0.5)
    assert power("brown", 0, 20) < -18
    assert np.ptp(levels(turn("brown"), RATE)) < 3


def test_a_drone_is_whole_cycles_of_low_tones() -> None:
    spectrum = np.abs(np.fft.rfft(turn("drone"))) ** 2
    hz = np.fft.rfftfreq(LENGTH, 1 / RATE)
    loudest = np.sort(spectrum)[::-1]
    # a few hundred bins hold it all: nothing that does not fit the loop
    assert to_db(loudest[400:].sum() / spectrum.sum()) < -60
    assert hz[spectrum.argmax()] == pytest.approx(110, abs=0.3)
    assert power("drone", 0, 100) < -40
    # not buzzy: overtones are faint
    assert power("drone", 1000, RATE) < -25


def test_a_drone_beats_slowly() -> None:
    tenths = levels(turn("drone"), RATE // 10)
    assert 3 < np.ptp(tenths) < 10
    assert np.abs(np.diff(tenths)).max() < 1.5


def test_an_unknown_bed_gets_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        bed("rian")
    assert caught.value.near == ("rain",)


@pytest.mark.parametrize("level_db", [-9.9, -40.1, 0.0, float("nan"), float("inf")])
def test_a_level_outside_its_range_is_refused(level_db: float) -> None:
    with pytest.raises(ValueError, match="from -40 to -10 dB"):
        bed("rain", level_db)


def test_names_are_sorted_and_need_no_numpy() -> None:
    assert sorted(NAMES) == [*NAMES]
    probe = (
        "import sys; import voiceguide.sound.beds.bed, voiceguide.sound.beds.paths; sys.exit('numpy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", probe], check=True, timeout=60)
