"""Stand-ins for the boundaries, strict about how they are used. Each passes its boundary's contract."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from voiceguide.base.errors import EngineError, SpeakerError
from voiceguide.base.units import frames
from voiceguide.player.speaker import Source
from voiceguide.sound.audio import Audio, mono
from voiceguide.speech.engine import Voice
from voiceguide.speech.tempo import spoken_ms


class Spoken(NamedTuple):
    """One call of `FakeEngine.speak`."""

    text: str
    voice: str
    pace: float


class FakeEngine:
    """An engine that beeps for as long as the words would take, and keeps account of what it was asked.

    Args to make it with: its voices, and texts that it fails at.
    """

    name = "fake"
    reads_ipa = True
    workers = 2

    DEFAULT = (Voice("fake", "anna", "en-US", 16_000), Voice("fake", "berta", "de-DE", 8_000))

    def __init__(self, voices: tuple[Voice, ...] = DEFAULT, failing: Mapping[str, str] | None = None) -> None:
        self.spoken: list[Spoken] = []
        self.closed = False
        self._voices = voices
        self._failing = dict(failing or {})
        self._lock = threading.Lock()

    def voices(self) -> tuple[Voice, ...]:
        assert not self.closed, "asked for voices after it was closed"
        if not self._voices:
            raise EngineError(self.name, "The fake has no voice.", "Give it one.")
        return self._voices

    def fingerprint(self, voice: Voice) -> str:
        assert not self.closed, "asked for a fingerprint after it was closed"
        self._known(voice)
        return f"fake 1 {voice.name}"

    def speak(self, text: str, voice: Voice, pace: float) -> Audio:
        assert not self.closed, "spoken to after it was closed"
        assert text.strip(), "given nothing to speak"
        assert 0.1 <= pace <= 10, f"given a pace of {pace}"
        self._known(voice)
        with self._lock:
            self.spoken.append(Spoken(text, voice.name, pace))
        if text in self._failing:
            raise EngineError(self.name, self._failing[text], "Do not ask it for that.")
        count = frames(max(spoken_ms(text, pace), 1), voice.rate)
        beep = 0.5 * np.sin(2 * np.pi * 440 / voice.rate * np.arange(count))
        silence = np.zeros(voice.rate // 10)
        return mono(np.concatenate([silence, beep, silence]), voice.rate)

    def close(self) -> None:
        self.closed = True

    def _known(self, voice: Voice) -> None:
        if voice not in self._voices:
            raise EngineError(self.name, f"The fake has no voice {voice.name!r}.", "Give it one.")


class FakeSource:
    """A source of `length` frames, none of them silent, and of silence after that."""

    def __init__(self, length: int) -> None:
        self._numbers = (np.arange(length) % 30_000 + 1).astype(np.int16)
        self._lock = threading.Lock()
        self.taken = 0

    def take(self, frames: int) -> bytes:
        assert frames > 0, f"asked for {frames} frames"
        assert self._lock.acquire(blocking=False), "asked by two threads at once"
        numbers = self._numbers[self.taken : self.taken + frames]
        self.taken += frames
        self._lock.release()
        return numbers.tobytes() + bytes(2 * (frames - len(numbers)))

    def take_all(self) -> bytes:
        self.taken = len(self._numbers)
        return self._numbers.tobytes()


class FakeSpeaker:
    """A speaker that plays when it is told to, and keeps what it was given; heard `latency` frames later."""

    def __init__(self, failure: str = "", latency: int = 0) -> None:
        self.state: Literal["new", "open", "stopped"] = "new"
        self.source: Source | None = None
        self.latency = latency
        self._failure = failure
        self._data = bytearray()

    @property
    def given(self) -> npt.NDArray[np.int16]:
        """All it was given, shape (frames,)."""
        return np.frombuffer(bytes(self._data), np.int16)

    def open(self, source: Source, rate: int, channels: int) -> None:
        assert self.state == "new", f"opened when it was {self.state}"
        assert (rate, channels) == (44_100, 1), f"opened for {channels} channels at {rate} Hz"
        self.state = "open"
        if self._failure:
            raise SpeakerError(self._failure, "Use another fake.")
        self.source = source

    def play(self, frames: int) -> None:
        """Let time pass."""
        if self.state == "open" and self.source is not None:
            data = self.source.take(frames)
            assert len(data) == 2 * frames, f"asked for {frames} frames, given {len(data)} bytes"
            self._data += data

    def position(self) -> int:
        return max(len(self.given) - self.latency, 0)

    def stop(self) -> None:
        self.state = "stopped"
