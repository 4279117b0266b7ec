"""The voices of the operating system, by way of pyttsx3: SAPI on Windows, NSSpeech on macOS, eSpeak NG elsewhere.

pyttsx3 can hang and lose phrases, and in one process with Piper it crashes: each brings an eSpeak NG of its own, whose
symbols clash. So it runs in worker processes that are given a time for each phrase and replaced when they fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from types import MappingProxyType
from typing import TYPE_CHECKING

from voiceguide.base.errors import EngineError
from voiceguide.speech.engine import CALIBRATION, Voice
from voiceguide.speech.engines import CALIBRATION_SECONDS, english_first, language_tag, own_voice, speech_seconds
from voiceguide.speech.engines.system_pool import Pool
from voiceguide.speech.tempo import spoken_ms

if TYPE_CHECKING:
    from voiceguide.sound.audio import Audio

_REVISION = 1
"""Raised whenever the same text would sound otherwise."""

_RATE = 22_050
"""What eSpeak NG and SAPI write, in Hz; a voice of macOS that differs is brought to it."""

_PATIENCE_SECONDS = 5.0
"""Time for a phrase, beyond what it takes to say it."""

_SPEEDS: Mapping[str, float] = MappingProxyType({"espeak": 728.0})
"""By driver: the number it takes for speed, times the seconds that `CALIBRATION` then lasts. Measured with eSpeak NG
1.52 and en-us, which keeps to it within 2 % from 84 to 400 (it goes no slower than 84). Other drivers are measured
voice by voice when first used, and taken to be as proportional."""

_MEASURE_AT = 200


class System:
    """Speaks with the operating system's voices.

    eSpeak NG carries some of its state from phrase to phrase, so that a text may last 15 ms more or less the next time.
    Windows and macOS are served as pyttsx3 documents itself; only Linux is tested.
    """

    name = "system"
    reads_ipa = False
    workers = 2

    def __init__(self, *, patience: float = _PATIENCE_SECONDS, speeds: Mapping[str, float] = _SPEEDS) -> None:
        self._patience = patience
        self._speeds = speeds
        self._pool = Pool(self.workers)
        self._voices: tuple[Voice, ...] = ()
        self._measured: dict[str, float] = {}

    def voices(self) -> tuple[Voice, ...]:
        """Where eSpeak NG speaks, en-US first, then other English; elsewhere the platform's own choice first.

        Raises:
            EngineError: pyttsx3 or the platform's speech does not work.
        """
        if not self._voices:
            listed, _ = self._pool.ask({"list": True}, self._patience, "the list of its voices")
            default = None if self._pool.hello()["driver"] == "espeak" else listed["default"]
            voices = [Voice(self.name, name, language_tag(language), _RATE) for name, language in listed["voices"]]
            if not voices:
                raise EngineError(self.name, "The system has no voice.", "Install one in the system's speech settings.")
            voices.sort(key=lambda voice: (voice.name != default, *english_first(voice.language), voice.name))
            self._voices = tuple(voices)
        return self._voices

    def fingerprint(self, voice: Voice) -> str:
        """Versions of pyttsx3 and of what speaks: eSpeak NG's own, elsewhere the platform's.

        Raises:
            EngineError: the voice is not installed.
        """
        own_voice(voice, self.voices(), self.name)
        hello = self._pool.hello()
        speed = self._speeds.get(hello["driver"], f"measured at {_MEASURE_AT}")
        speaks = f"pyttsx3 {metadata.version('pyttsx3')}, {hello['driver']} {hello['version']}"
        return f"{speaks}; revision {_REVISION}, speed {speed} to {CALIBRATION_SECONDS:.3f} s"

    def speak(self, text: str, voice: Voice, pace: float) -> Audio:
        """Speak one phrase. Blocks for `patience` seconds and the time it takes to say it at most, or twice that.

        Raises:
            EngineError: it failed twice, or there was nothing to hear.
        """
        own_voice(voice, self.voices(), self.name)
        speed = self._speeds.get(self._pool.hello()["driver"]) or self._measured_speed(voice)
        return self._spoken(text, voice, round(speed * pace / CALIBRATION_SECONDS), pace)

    def close(self) -> None:
        """End the workers, also those that are speaking. Speaking again starts new ones."""
        self._pool.close()

    def _measured_speed(self, voice: Voice) -> float:
        if voice.name not in self._measured:
            spoken = self._spoken(CALIBRATION, voice, _MEASURE_AT, 1.0)
            self._measured[voice.name] = _MEASURE_AT * speech_seconds(spoken)
        return self._measured[voice.name]

    def _spoken(self, text: str, voice: Voice, rate: int, pace: float) -> Audio:
        import numpy as np

        from voiceguide.sound import levels
        from voiceguide.sound.audio import mono

        request = {"text": text, "voice": voice.name, "rate": rate}
        header, data = self._pool.ask(request, self._patience + spoken_ms(text, pace) / 1000, repr(text[:40]))
        samples = np.frombuffer(data, "<i2")
        if not samples.any():
            what = f"The system's voice {voice.name} returned no sound for {text[:40]!r}."
            raise EngineError(self.name, what, "Reword it, or try another voice: voiceguide voices")
        return levels.resampled(mono(samples.astype(np.float32) / np.float32(32768), header["rate"]), voice.rate)
