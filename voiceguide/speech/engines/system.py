"""The voices of the operating system, by way of pyttsx3: SAPI on Windows, NSSpeech on macOS, eSpeak NG elsewhere.

pyttsx3 can hang and lose phrases. In one process with Piper it crashes, because each brings its own eSpeak NG and their
symbols clash. So pyttsx3 runs in worker processes with a time limit for each phrase, which are replaced if they fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from types import MappingProxyType
from typing import TYPE_CHECKING

from voiceguide.base.errors import EngineError
from voiceguide.speech.engine import CALIBRATION, Voice
from voiceguide.speech.engines import CALIBRATION_SECONDS, english_first, language_tag, own_voice, speech_seconds
from voiceguide.speech.engines.system_pool import SystemWorkers
from voiceguide.speech.tempo import spoken_ms

if TYPE_CHECKING:
    from voiceguide.sound.audio import Audio

_REVISION = 1
"""Increase this number when the same text would sound different."""

_RATE = 22_050
"""Sample rate in Hz at which eSpeak NG and SAPI write. Voices of macOS with another rate are resampled to it."""

_PATIENCE_SECONDS = 5.0
"""Seconds for a phrase, in addition to its spoken length."""

_SPEEDS: Mapping[str, float] = MappingProxyType({"espeak": 728.0})
"""Product, for each driver, of its number for speed and the seconds that `CALIBRATION` lasts at that speed. Measured
with eSpeak NG 1.52 and en-us, where it is constant within 2 % from 84 to 400 (84 is the slowest speed). For other
drivers it is measured for each voice at first use, and assumed to be constant as well."""

_MEASURE_AT = 200


class System:
    """Speaks with the operating system's voices.

    eSpeak NG keeps some state between phrases, so that the same text may be 15 ms longer or shorter the next time.
    The code for Windows and macOS follows the documentation of pyttsx3; only Linux is tested.
    """

    name = "system"
    reads_ipa = False
    workers = 2

    def __init__(self, *, patience: float = _PATIENCE_SECONDS, speeds: Mapping[str, float] = _SPEEDS) -> None:
        self._patience = patience
        self._speeds = speeds
        self._pool = SystemWorkers(self.workers)
        self._voices: tuple[Voice, ...] = ()
        self._measured: dict[str, float] = {}

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices. With eSpeak NG, en-US is first, then other English; else the platform's default is first.

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
        """Return the versions of pyttsx3 and of the speech program: of eSpeak NG, or else of the platform.

        Raises:
            EngineError: the voice is not installed.
        """
        own_voice(voice, self.voices(), self.name)
        hello = self._pool.hello()
        speed = self._speeds.get(hello["driver"], f"measured at {_MEASURE_AT}")
        speaks = f"pyttsx3 {metadata.version('pyttsx3')}, {hello['driver']} {hello['version']}"
        return f"{speaks}; revision {_REVISION}, speed {speed} to {CALIBRATION_SECONDS:.3f} s"

    def speak(self, text: str, voice: Voice, pace: float) -> Audio:
        """Speak one phrase. One try blocks for at most `patience` seconds plus the spoken length; there may be two.

        Raises:
            EngineError: speaking failed twice, or the sound was empty.
        """
        own_voice(voice, self.voices(), self.name)
        speed = self._speeds.get(self._pool.hello()["driver"]) or self._measured_speed(voice)
        return self._spoken(text, voice, round(speed * pace / CALIBRATION_SECONDS), pace)

    def close(self) -> None:
        """End the workers, also those that are speaking. A later `speak` starts new ones."""
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
