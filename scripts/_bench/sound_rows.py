"""The rows that measure sound: of a sound device, and of the exported files."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

import numpy as np

from _bench import listening, sounding
from _bench.rows import within
from _bench.sounding import Sound
from _bench.table import Figure, Line
from _bench.workshop import PIPER, SESSION, Workshop, need
from voiceguide.base.units import RATE

AUDIBLE = 300
"""Least difference from the chime that counts as a word, in 16-bit steps: 41 dB below full scale."""

PLAY_LIMIT_S = 30.0

EARLY_S = 0.02
"""Seconds by which a word may seem to begin too early."""

MAX_MP3_MS = 13.0
MAX_LIVE_MS = 20.0
LOUDNESS_LUFS, LOUDNESS_TOLERANCE = -19.0, 1.0
MAX_PEAK_DBTP = -1.0

LIVE_CHIMES = 16


def play_cached(workshop: Workshop) -> list[Line]:
    """Measure the first sound and the first word of `play`, with all speech cached."""
    need(commands=listening.COMMANDS)
    _ = workshop.timeline  # fills the cache
    return _play(workshop, "play-cached", "speech cached", [], workshop.times(5), 0.5)


def play_cold(workshop: Workshop) -> list[Line]:
    """Measure the first sound and the first word of `play`, with an empty cache."""
    need(commands=listening.COMMANDS, modules=PIPER)
    return _play(workshop, "play-cold", "Piper cold", ["--engine", "piper"], workshop.times(5), 1.8)


def _play(workshop: Workshop, row: str, state: str, arguments: list[str], times: int, limit: float) -> list[Line]:
    events = [event for event in workshop.timeline["events"] if event["kind"] in ("chime", "speech")]
    chime, word = events[0], next(event for event in events if event["kind"] == "speech")
    wanted, due = sounding.chime(chime["text"]), word["start"] - chime["start"]
    first_sounds, first_words = [], []
    for _ in range(times):
        cache = workshop.path("cold-cache") if row == "play-cold" else None
        heard = listening.hear(
            [workshop.program, "play", SESSION, *arguments],
            workshop.environment(cache),
            workshop.folder,
            lambda sound: _word_at(sound, wanted) is not None,
            PLAY_LIMIT_S,
        )
        first_sounds.append(heard.time_of(int(np.flatnonzero(heard.sound)[0])))
        first_words.append(heard.time_of(_word_at(heard.sound, wanted) or 0))
    what = f"`voiceguide play {SESSION}`, {state}"
    lead = f"{chime['start']:.1f} s of it is the silence that the session begins with"
    sounds = Line(row, f"{what}: first sound", _several(first_sounds), note=lead)
    words = Line(row, f"{what}: first word", _several(first_words), note=f"due {due:.1f} s after the first sound")
    if any(said - heard < due - EARLY_S for said, heard in zip(first_words, first_sounds, strict=True)):
        # A word cannot begin too early, so the difference from the chime came from gaps in the chime.
        words = replace(words, measured=None, skipped="skipped: the sound broke up, the machine is too busy")
    return [within(sounds, limit, "s"), words]


def _several(values: list[float]) -> Figure:
    return Figure(median(values), "s", min(values), max(values))


def _word_at(sound: Sound, chime: Sound) -> int | None:
    """Return the first frame with a sound other than the leading chime; None if there is none."""
    heard = np.flatnonzero(sound)
    if not heard.size:
        return None
    begin = int(heard[0] - np.flatnonzero(chime)[0])
    alone = np.zeros(len(sound), np.int32)
    alone[max(begin, 0) : begin + len(chime)] = chime[max(-begin, 0) : len(sound) - begin]
    # Leave out exact zeros: a player gives them while it waits for late words.
    other = np.flatnonzero((np.abs(sound - alone) > AUDIBLE) & (sound != 0))
    return int(other[0]) if other.size else None


def live(workshop: Workshop) -> list[Line]:
    """Measure the distances between chimes played on the sound device, compared with the timeline."""
    need(commands=listening.COMMANDS)
    pauses = [100 + 37 * number % 200 for number in range(LIVE_CHIMES)]
    session = workshop.path("live.md")
    lines = [f"[chime wood]\n[pause {pause}ms]" for pause in pauses]
    # The session begins with silence, because a null sink drops some frames at the start of a stream.
    session.write_text("\n".join(["# Chimes", "[pause 1s]", *lines, "[pause 5s]"]), encoding="utf-8")
    events = workshop.timeline_of(session)["events"]
    starts = [round(event["start"] * RATE) for event in events if event["kind"] == "chime"]
    heard = listening.hear(
        [workshop.program, "play", session],
        workshop.environment(),
        workshop.folder,
        lambda sound: len(_onsets(sound)) >= LIVE_CHIMES,
        PLAY_LIMIT_S,
    )
    onsets = _onsets(heard.sound)[:LIVE_CHIMES]
    errors = [(onset - onsets[0]) - (start - starts[0]) for onset, start in zip(onsets, starts, strict=True)]
    worst = Figure(1000 * max(map(abs, errors)) / RATE, "ms")
    return [within(Line("live", f"largest error of {LIVE_CHIMES} chimes played live", worst), MAX_LIVE_MS, "ms")]


def _onsets(sound: Sound) -> list[int]:
    """Return the frames at which sound begins after at least 50 ms of silence."""
    heard = np.flatnonzero(sound)
    gaps = np.diff(heard, prepend=-RATE)
    return [int(frame) for frame in heard[gaps > RATE // 20]]


def timing(workshop: Workshop) -> list[Line]:
    """Measure where the chimes in the files begin, compared with the timeline."""
    need(commands=("ffmpeg",))
    wav = sounding.read_wav(workshop.exported[".wav"].path)
    errors = sounding.onset_errors(wav, workshop.timeline)
    errors.append(len(wav) - round(workshop.timeline["length"] * RATE))
    worst = Figure(max(map(abs, errors)), "frames")
    exact = within(
        Line("timing", f"largest error in the WAV file, {len(errors) - 1} chimes and its length", worst), 0, "frames"
    )
    late = sounding.onset_errors(sounding.decode(workshop.exported[".mp3"].path), workshop.timeline)
    worst = Figure(1000 * max(map(abs, late)) / RATE, "ms")
    drift = f"from the first chime to the last it changes by {1000 * (late[-1] - late[0]) / RATE:.2f} ms"
    close = Line(
        "timing", f"largest error in the MP3 file, {len(late)} chimes, as ffmpeg decodes it", worst, note=drift
    )
    return [exact, within(close, MAX_MP3_MS, "ms")]


def loudness(workshop: Workshop) -> list[Line]:
    """Measure the integrated loudness and the true peak of the MP3 file."""
    need(commands=("ffmpeg",))
    lufs, peak = sounding.loudness(workshop.exported[".mp3"].path)
    level = Line("loudness", "loudness of the MP3 file, mono", Figure(lufs, "LUFS"))
    return [
        replace(
            level,
            target=f"{LOUDNESS_LUFS:.0f} ± {LOUDNESS_TOLERANCE:.0f} LUFS".replace("-", "−"),
            met=abs(lufs - LOUDNESS_LUFS) <= LOUDNESS_TOLERANCE,
        ),
        within(Line("loudness", "true peak of the MP3 file", Figure(peak, "dBTP")), MAX_PEAK_DBTP, "dBTP"),
    ]
