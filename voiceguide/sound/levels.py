"""Loudness, peaks, trimming and fades of audio in memory."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from voiceguide.base.units import frames
from voiceguide.sound.audio import Audio, Samples
from voiceguide.sound.clip import LEAD_MS, TAIL_MS

SPEECH_LUFS = -19.0
"""Loudness of speech in LUFS, mono. The same voice in stereo measures 3 LU more."""

PEAK_DBTP = -2.5
"""Highest true peak of a phrase. MP3 can add half a decibel, and so can a chime's tail under the words."""

LIMITER_MS = 10
"""Time before a peak at which the limiter starts to lower the gain; the release takes twice as long. Both are longer
than one period of a low voice, so the limiter does not distort a vowel."""

MAX_LIMITING_DB = 10.0
"""Largest gain reduction by the limiter. Sound with higher peaks stays quieter instead of being limited more."""

TRIM_DB = -45.0
"""Level in dB, relative to the loudest sample of a phrase, below which its ends count as silence."""

FADE_MS = 8
"""Length of the fade at each end of a phrase."""

_ROUNDS, _NEAR_ENOUGH_LU = 6, 0.1


def to_db(factor: float) -> float:
    """Convert an amplitude factor to decibels; zero gives minus infinity."""
    return float(20 * np.log10(factor)) if factor > 0 else float("-inf")


def from_db(db: float) -> float:
    """Convert decibels to an amplitude factor."""
    return float(10 ** (db / 20))


def loudness(audio: Audio) -> float:
    """Return the integrated loudness in LUFS, with both gates of ITU-R BS.1770-4; minus infinity for silence.

    A sound shorter than one 400 ms block counts as one block of its own length.
    """
    block = min(frames(400, audio.rate), audio.frames)
    if block == 0:
        return float("-inf")
    power = _k_weighted(audio)
    np.square(power, out=power)
    squares = np.concatenate([[0.0], np.cumsum(power.sum(axis=0), dtype=np.float64)])
    starts = np.arange(0, audio.frames - block + 1, max(block // 4, 1))
    power = (squares[starts + block] - squares[starts]) / block
    power = power[power > 10 ** ((-70 + 0.691) / 10)]
    if not power.size:
        return float("-inf")
    # The relative gate lies 10 LU below the mean of the blocks that passed the absolute gate.
    power = power[power > power.mean() / 10]
    return float(-0.691 + 10 * np.log10(power.mean()))


def true_peak(audio: Audio) -> float:
    """Return the true peak in dBTP, at four times the sample rate (ITU-R BS.1770-4, annex 2); silence: -infinity."""
    return to_db(float(_peaks(audio).max(initial=0.0)))


def trimmed(audio: Audio) -> Audio:
    """Return the audio with exactly `LEAD_MS` and `TAIL_MS` of silence at its ends; silent audio is not changed.

    Where the audio begins or ends with less silence than that, silence is added.
    """
    level = np.abs(audio.samples).max(axis=1, initial=0.0)
    loud = np.flatnonzero(level > level.max(initial=0.0) * from_db(TRIM_DB))
    if not loud.size:
        return audio
    first, last = int(loud[0]), int(loud[-1]) + 1
    lead, tail = frames(LEAD_MS, audio.rate), frames(TAIL_MS, audio.rate)
    kept = audio.samples[max(first - lead, 0) : last + tail]
    padding = (max(lead - first, 0), max(last + tail - audio.frames, 0))
    return Audio(np.pad(kept, (padding, (0, 0))), audio.rate)


def levelled(audio: Audio) -> Audio:
    """Return speech at `SPEECH_LUFS` with its true peak below `PEAK_DBTP`; silence is not changed.

    The limiter lowers higher peaks by up to `MAX_LIMITING_DB`. Where that is not enough, the speech stays quieter.
    """
    loud = loudness(audio)
    if loud == float("-inf"):
        return audio
    peaks = _peaks(audio)
    most = PEAK_DBTP + MAX_LIMITING_DB - to_db(float(peaks.max()))
    gain = min(SPEECH_LUFS - loud, most)
    # Limiting lowers the loudness a little; the next round corrects it.
    for _ in range(_ROUNDS):
        factor = np.float32(from_db(gain))
        louder = Audio(audio.samples * factor, audio.rate)
        result = _limited(louder, peaks * factor)
        if result is louder:
            break
        more = min(SPEECH_LUFS - loudness(result), most - gain)
        if more < _NEAR_ENOUGH_LU:
            break
        gain += more
    return result


def limited(audio: Audio) -> Audio:
    """Return audio with its true peaks lowered to `PEAK_DBTP`; the same object if it has no higher peaks.

    The gain is smooth and falls before the peak: each frame takes the lowest gain needed within `LIMITER_MS` of it,
    and these gains are averaged over the same time.
    """
    return _limited(audio, _peaks(audio))


def _limited(audio: Audio, peaks: npt.NDArray[np.float32]) -> Audio:
    needed = from_db(PEAK_DBTP) / np.maximum(peaks, 1e-9)
    if needed.min(initial=1.0) >= 1.0:
        return audio
    half = frames(LIMITER_MS, audio.rate) // 2
    gain = np.pad(np.minimum(needed, 1.0), 2 * half, constant_values=1.0)
    gain = _means(_means(_lowest(gain, 2 * half + 1), half + 1), half + 1)
    return Audio(audio.samples * gain.astype(np.float32).reshape(-1, 1), audio.rate)


def faded(audio: Audio) -> Audio:
    """Return audio that fades in and out over `FADE_MS`, along half a cosine."""
    count = min(frames(FADE_MS, audio.rate), audio.frames // 2)
    ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(count) / max(count, 1))).astype(np.float32).reshape(-1, 1)
    samples = audio.samples.copy()
    samples[:count] *= ramp
    samples[audio.frames - count :] *= ramp[::-1]
    return Audio(samples, audio.rate)


def resampled(audio: Audio, rate: int) -> Audio:
    """Return the audio at another rate, in Hz."""
    if audio.rate == rate:
        return audio
    import soxr

    return Audio(np.asarray(soxr.resample(audio.samples, audio.rate, rate), dtype=np.float32), rate)


def to_int16(samples: Samples) -> npt.NDArray[np.int16]:
    """Return the samples as 16-bit integers, rounded to nearest and clipped to full scale."""
    whole: npt.NDArray[np.int16] = np.clip(np.rint(samples * 32767.0), -32768, 32767).astype(np.int16)
    return whole


def _peaks(audio: Audio) -> npt.NDArray[np.float32]:
    """Return the true peak of each frame, shape (frames,): the highest of its four oversampled values."""
    import soxr

    over = soxr.resample(audio.samples, audio.rate, 4 * audio.rate).reshape(audio.frames, 4 * audio.channels)
    np.abs(over, out=over)
    # The maximum is taken column by column because numpy is twenty times slower along rows of four.
    peaks: npt.NDArray[np.float32] = np.maximum.reduce(list(over.T))
    return peaks


def _lowest(values: npt.NDArray[np.float32], window: int) -> npt.NDArray[np.float32]:
    """Return the lowest of each `window` neighbouring values; the result is `window - 1` values shorter."""
    span = 1
    while 2 * span <= window:
        values = np.minimum(values[:-span], values[span:])
        span *= 2
    rest = window - span
    return np.minimum(values[: len(values) - rest], values[rest:])


def _means(values: npt.NDArray[np.floating], window: int) -> npt.NDArray[np.float64]:
    """Return the mean of each `window` neighbouring values; the result is `window - 1` values shorter."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    means: npt.NDArray[np.float64] = (sums[window:] - sums[:-window]) / window
    return means


def _k_weighted(audio: Audio) -> npt.NDArray[np.float32]:
    """Return samples filtered as BS.1770 says (a shelf for the head, a high pass), shape (channels, frames).

    The filters are multiplied into the spectrum. The padding is longer than the ringing of the high pass (38 Hz).
    """
    least = audio.frames + audio.rate // 2
    # The length has only small prime factors: a transform with a large prime factor takes a hundred times as long.
    whole = 1 << (least - 1).bit_length()
    length = min(each for each in (5 * whole // 8, 3 * whole // 4, whole) if each >= least)
    spectrum = np.fft.rfft(audio.samples.T, length)
    spectrum *= _k_response(length, audio.rate)
    return np.fft.irfft(spectrum, length)[:, : audio.frames].astype(np.float32, copy=False)


@lru_cache(maxsize=8)
def _k_response(length: int, rate: int) -> npt.NDArray[np.complex64]:
    """Return the response of both filters at the frequencies of a transform of `length`.

    The coefficients are computed from the analogue prototype for any rate, as in libebur128.
    """
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(length))
    both = _biquad(z, *_shelf(rate)) * _biquad(z, *_high_pass(rate))
    return both.astype(np.complex64)


_Coefficients = tuple[float, float, float]


def _biquad(z: npt.NDArray[np.complex128], b: _Coefficients, a: _Coefficients) -> npt.NDArray[np.complex128]:
    return (b[0] + b[1] * z + b[2] * z**2) / (a[0] + a[1] * z + a[2] * z**2)


def _shelf(rate: int) -> tuple[_Coefficients, _Coefficients]:
    frequency, gain, q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k = float(np.tan(np.pi * frequency / rate))
    high = 10 ** (gain / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    b = ((high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / q + k * k) / a0)
    return b, (1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)


def _high_pass(rate: int) -> tuple[_Coefficients, _Coefficients]:
    frequency, q = 38.13547087602444, 0.5003270373238773
    k = float(np.tan(np.pi * frequency / rate))
    a0 = 1 + k / q + k * k
    return (1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)
