"""Loudness, peaks, trimming, levelling and fades."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import require_module
from voiceguide.base.units import RATE, frames
from voiceguide.sound import levels
from voiceguide.sound.audio import Audio, mono
from voiceguide.sound.clip import LEAD_MS, TAIL_MS

Waves = npt.NDArray[np.float64]
every_rate = pytest.mark.parametrize("rate", [22_050, RATE])


def noise(seconds: float, rate: int, peak: float = 0.1) -> Waves:
    return np.random.default_rng(7).uniform(-peak, peak, round(seconds * rate)).astype(np.float64)


def sine(seconds: float, rate: int, hz: float = 220, peak: float = 0.5) -> Waves:
    return np.asarray(peak * np.sin(2 * np.pi * hz / rate * np.arange(round(seconds * rate))), dtype=np.float64)


def voice(seconds: float, rate: int) -> Waves:
    """Return a sound like a voice: 110 sharp pulses a second that swell and fade, with a pause in the middle."""
    now = np.arange(round(seconds * rate)) / rate
    pulses = np.sum([np.cos(2 * np.pi * 110 * k * now) / k**1.15 for k in range(1, 30)], axis=0) / 4
    swell = np.sin(2 * np.pi * 2.5 * now) ** 2
    quiet = np.abs(now - seconds / 2) < seconds / 10
    return np.asarray(0.4 * pulses * swell * ~quiet, dtype=np.float64)


SOUNDS: dict[str, Callable[[int], Waves]] = {
    "a tone": lambda rate: sine(2, rate),
    "a low tone": lambda rate: sine(2, rate, hz=45),
    "a high tone": lambda rate: sine(2, rate, hz=9000),
    "noise of one block": lambda rate: noise(0.4, rate),
    "a voice": lambda rate: voice(4, rate),
    # The relative gate leaves out what is 20 dB quieter than the rest, and the absolute gate the silence.
    "loud, quiet, silent": lambda rate: np.concatenate([noise(3, rate, 0.3), noise(3, rate, 0.03), np.zeros(3 * rate)]),
}


@every_rate
@pytest.mark.parametrize("name", SOUNDS)
def test_loudness_agrees_with_another_meter(name: str, rate: int) -> None:
    require_module("pyloudnorm")
    import pyloudnorm

    sound = SOUNDS[name](rate)
    meter = pyloudnorm.Meter(rate, filter_class="DeMan")
    assert levels.loudness(mono(sound, rate)) == pytest.approx(meter.integrated_loudness(sound), abs=0.05)


def test_silence_and_a_sound_shorter_than_a_block_have_a_loudness() -> None:
    full, short = (mono(sine(seconds, RATE, hz=1000), RATE) for seconds in (2, 0.05))
    assert levels.loudness(short) == pytest.approx(levels.loudness(full), abs=0.3)
    for count in (0, 1, RATE):
        assert levels.loudness(mono(np.zeros(count), RATE)) == float("-inf")


def test_a_full_scale_tone_has_the_loudness_of_the_standard() -> None:
    # BS.1770-4: a 997 Hz sine at full scale in one channel reads -3.01 LKFS.
    assert levels.loudness(mono(sine(3, RATE, 997, 1.0), RATE)) == pytest.approx(-3.01, abs=0.02)


def test_a_true_peak_lies_between_the_samples() -> None:
    # A sine at a quarter of the rate, an eighth of a period late: every sample is ±0.707, each peak between two.
    now = np.arange(RATE)
    wave = np.sin(np.pi / 2 * now + np.pi / 4) * np.minimum(1, np.minimum(now, now[::-1]) / 1000)
    assert levels.to_db(float(np.abs(wave).max())) == pytest.approx(-3.01, abs=0.01)
    assert levels.true_peak(mono(wave, RATE)) == pytest.approx(0, abs=0.05)
    assert levels.true_peak(mono(np.zeros(0), RATE)) == float("-inf")


@every_rate
@pytest.mark.parametrize(("before", "after"), [(0.5, 0.5), (0, 0), (0.003, 0.01), (0.01, 0.04)])
def test_trimming_leaves_exact_pads(rate: int, before: float, after: float) -> None:
    words = sine(0.3, rate, peak=0.5) + 0.2
    hiss = 0.5 * levels.from_db(levels.TRIM_DB) * 0.5
    sound = np.concatenate([np.full(round(before * rate), hiss), words, np.full(round(after * rate), hiss)])
    trimmed = levels.trimmed(mono(sound, rate)).samples[:, 0]
    lead, tail = frames(LEAD_MS, rate), frames(TAIL_MS, rate)
    assert len(trimmed) == lead + len(words) + tail
    assert np.array_equal(trimmed[lead:-tail], words.astype(np.float32))
    assert np.abs(trimmed[:lead]).max() <= np.float32(hiss)


def test_silence_is_not_changed() -> None:
    silence = mono(np.zeros(1000), RATE)
    assert levels.trimmed(silence) is silence
    assert levels.levelled(silence) is silence
    assert levels.limited(silence) is silence


@every_rate
@pytest.mark.parametrize("factor", [0.03, 0.3, 1.0, 4.0])
@pytest.mark.parametrize("name", ["a tone", "noise of one block", "a voice", "loud, quiet, silent"])
def test_levelling_reaches_the_loudness_and_stays_below_the_peak(name: str, factor: float, rate: int) -> None:
    levelled = levels.levelled(mono(factor * SOUNDS[name](rate), rate))
    assert levels.loudness(levelled) == pytest.approx(levels.SPEECH_LUFS, abs=0.3)
    assert levels.true_peak(levelled) <= levels.PEAK_DBTP + 0.1


def test_levelling_takes_at_most_10_db_from_a_peak() -> None:
    hiss_with_a_click = noise(2, RATE, 0.001)
    hiss_with_a_click[RATE] = 0.5
    levelled = levels.levelled(mono(hiss_with_a_click, RATE))
    assert levels.true_peak(levelled) == pytest.approx(levels.PEAK_DBTP, abs=0.2)
    assert levels.loudness(levelled) < levels.SPEECH_LUFS - 10
    # At this gain the click would be at most 10 dB above the allowed peak; the limiter takes only that.
    away = levelled.samples[: RATE // 2, 0] / hiss_with_a_click[: RATE // 2]
    assert levels.to_db(float(np.median(away) * 0.5)) < levels.PEAK_DBTP + levels.MAX_LIMITING_DB + 0.5


def test_the_limiter_turns_down_smoothly_and_only_near_the_peak() -> None:
    steady = np.full(RATE, 0.5)
    steady[RATE // 2 : RATE // 2 + 20] = 1.5
    gain = levels.limited(mono(steady, RATE)).samples[:, 0] / steady.astype(np.float32)
    assert gain.max() <= 1
    assert gain[RATE // 2 : RATE // 2 + 20].max() * 1.5 < levels.from_db(levels.PEAK_DBTP) * 1.02
    # The gain falls and rises slowly: no step is larger than two steps of a straight line.
    assert np.abs(np.diff(gain)).max() < 2 * (1 - gain.min()) / frames(levels.LIMITER_MS)
    reach = frames(2 * levels.LIMITER_MS)
    assert np.all(np.delete(gain, np.arange(RATE // 2 - reach, RATE // 2 + 20 + reach)) == 1)


def test_the_limiter_does_not_change_sound_with_low_peaks() -> None:
    low = mono(sine(1, RATE, peak=0.7), RATE)
    assert levels.limited(low) is low


@pytest.mark.parametrize("count", [0, 1, 2, 100, RATE])
def test_fades_begin_and_end_in_silence_without_a_click(count: int) -> None:
    level = mono(np.ones(count), RATE)
    faded = levels.faded(level).samples[:, 0]
    assert level.samples.all(), "the original is not changed"
    assert len(faded) == count
    if count > 2:
        assert faded[0] == faded[-1] == 0
    if count == RATE:
        fade = frames(levels.FADE_MS)
        assert np.abs(np.diff(faded)).max() < 2 / fade
        assert np.all(faded[fade : count - fade] == 1)


def test_resampling_keeps_pitch_and_level() -> None:
    sound = mono(sine(1, 22_050, 440), 22_050)
    assert levels.resampled(sound, 22_050) is sound
    doubled = levels.resampled(sound, RATE)
    assert (doubled.rate, doubled.frames) == (RATE, RATE)
    middle = slice(1000, -1000)
    assert np.allclose(doubled.samples[middle, 0], sine(1, RATE, 440)[middle], atol=1e-3)


def test_conversion_to_16_bits_rounds_and_clips() -> None:
    whole = np.arange(-32767, 32768, dtype=np.int16)
    samples = (whole / np.float32(32767)).astype(np.float32)
    assert np.array_equal(levels.to_int16(samples), whole)
    assert levels.to_int16(np.array([-2.0, 2.0, 0.4 / 32767], np.float32)).tolist() == [-32768, 32767, 0]


def test_two_channels_are_measured_together() -> None:
    one = sine(2, RATE, 997, 0.5).astype(np.float32).reshape(-1, 1)
    both = Audio(np.hstack([one, one]), RATE)
    assert levels.loudness(both) == pytest.approx(levels.loudness(Audio(one, RATE)) + 3.01, abs=0.01)
    assert levels.true_peak(both) == pytest.approx(levels.to_db(0.5), abs=0.1)
    assert levels.limited(Audio(both.samples * 4, RATE)).samples.shape == both.samples.shape
