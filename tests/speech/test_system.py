"""The system's voices: the contract, and workers that die, hang, or outlive their parent."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import voiceguide
from tests.conftest import require_module
from tests.contracts import LONG, SHORT, EngineContract, words_last
from voiceguide.base.errors import EngineError
from voiceguide.speech.engine import CALIBRATION, CALIBRATION_WORDS, WORDS_PER_MINUTE, Engine, Voice
from voiceguide.speech.engines.system import System
from voiceguide.speech.engines.system_worker import read_sound

CALIBRATION_SECONDS = 60 * CALIBRATION_WORDS / WORDS_PER_MINUTE


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux: others have other voices")
class TestSystem(EngineContract):
    varies_by_ms = 25

    @pytest.fixture
    def engine(self) -> Iterator[Engine]:
        require_module("pyttsx3")
        require_module("espeakng_loader")
        made = System(patience=1.0)
        yield made
        made.close()
        assert workers() == []

    def test_american_english_comes_first_and_then_other_english(self, engine: Engine) -> None:
        voices = engine.voices()
        assert voices[0] == Voice("system", "gmw/en-us", "en-US", 22_050)
        languages = [voice.language.split("-")[0] for voice in voices]
        assert languages.index("de") > max(at for at, language in enumerate(languages) if language == "en")

    def test_voices_sound_different(self, engine: Engine) -> None:
        german = next(voice for voice in engine.voices() if voice.language == "de")
        english = engine.speak(LONG, engine.voices()[0], 1.0).frames
        assert abs(engine.speak(LONG, german, 1.0).frames - english) > 2205

    def test_the_library_is_the_wheels_own(self, engine: Engine, voice: Voice) -> None:
        engine.speak(SHORT, voice, 1.0)
        (worker,) = workers()
        libraries = {
            line.split()[-1] for line in Path(f"/proc/{worker}/maps").read_text().splitlines() if "espeak" in line
        }
        assert libraries
        assert all("espeakng_loader" in library for library in libraries)

    def test_a_driver_with_unknown_speed_is_measured(self, voice: Voice) -> None:
        with contextlib.closing(System(speeds={})) as unknown:
            assert words_last(unknown.speak(CALIBRATION, voice, 1.0)) == pytest.approx(CALIBRATION_SECONDS, rel=0.08)

    def test_text_without_words_is_an_error(self, engine: Engine, voice: Voice) -> None:
        with pytest.raises(EngineError, match="no sound for '—'"):
            engine.speak("—", voice, 1.0)

    def test_text_that_fails_leaves_it_working(self, engine: Engine, voice: Voice) -> None:
        with pytest.raises(EngineError, match="UnicodeEncodeError"):
            engine.speak("Half a character: \ud800", voice, 1.0)
        assert engine.speak(SHORT, voice, 1.0).frames > 0

    def test_speech_that_does_not_work_says_why(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "pyttsx3.py").write_text("print('Hello?')\nraise RuntimeError('no voice box')\n")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        with pytest.raises(EngineError, match=r"RuntimeError: no voice box.*pip install pyttsx3"):
            System().voices()
        assert workers() == []

    @pytest.mark.parametrize("end", ["SIGINT", "SIGHUP"])
    def test_ctrl_c_and_a_closed_terminal_do_not_reach_the_worker(self, engine: Engine, voice: Voice, end: str) -> None:
        engine.speak(SHORT, voice, 1.0)
        before = workers()
        os.kill(before[0], signal.Signals[end])
        assert engine.speak(SHORT, voice, 1.0).frames > 0
        assert workers() == before

    @pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP], ids=["dies", "hangs"])
    def test_a_worker_that_fails_is_replaced(self, engine: Engine, voice: Voice, blow: signal.Signals) -> None:
        frames_before = engine.speak(SHORT, voice, 1.0).frames
        (worker,) = workers()
        os.kill(worker, blow)
        assert engine.speak(SHORT, voice, 1.0).frames == pytest.approx(frames_before, abs=551)
        assert worker not in workers()

    def test_failing_twice_is_an_error_that_names_the_phrase(self, engine: Engine, voice: Voice) -> None:
        over = threading.Event()

        def kill_all() -> None:
            while not over.is_set():
                for worker in workers():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(worker, signal.SIGKILL)

        killer = threading.Thread(target=kill_all)
        killer.start()
        try:
            with pytest.raises(EngineError, match=r"stopped at 'Breathe in\.', twice"):
                engine.speak(SHORT, voice, 1.0)
        finally:
            over.set()
            killer.join()
        assert engine.speak(SHORT, voice, 1.0).frames > 0

    def test_closing_ends_a_phrase_that_hangs(self, voice: Voice, engine: Engine) -> None:
        engine.close()
        patient = System(patience=100)
        patient.voices()
        os.kill(workers()[0], signal.SIGSTOP)
        with ThreadPoolExecutor(1) as threads:
            hanging = threads.submit(patient.speak, SHORT, voice, 1.0)
            # The timer of a phrase runs once the phrase is on its way.
            until(lambda: any(isinstance(thread, threading.Timer) for thread in threading.enumerate()))
            patient.close()
            with pytest.raises(EngineError, match=r"closed at 'Breathe in\.'"):
                hanging.result(timeout=30)

    def test_workers_end_with_their_parent(self, tmp_path: Path) -> None:
        require_module("pyttsx3")
        code = """
import os, signal
from voiceguide.speech.engines.system import System
engine = System()
engine.speak("Breathe in.", engine.voices()[0], 1.0)
print(flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
        environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(voiceguide.__file__).parents[1])}
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment) as parent:
            assert parent.stdout is not None
            assert parent.stdout.readline() == b"\n"
        # The worker's last act is to remove its folder.
        until(lambda: not list(tmp_path.glob("voiceguide-*")))
        until(lambda: not processes_with(str(tmp_path)))


@pytest.mark.parametrize(("subtype", "endian"), [("PCM_16", "FILE"), ("PCM_16", "LITTLE"), ("FLOAT", "FILE")])
@pytest.mark.parametrize("rate", [22_050, 44_100])
def test_reads_the_files_that_macos_writes(subtype: str, endian: str, rate: int) -> None:
    require_module("soundfile")
    import soundfile

    samples = np.arange(-3000, 3000, 7, dtype=np.int16)
    file = io.BytesIO()
    soundfile.write(file, samples / np.float32(32768), rate, format="AIFF", subtype=subtype, endian=endian)
    assert file.getvalue().startswith(b"FORM")
    read_rate, data = read_sound(file.getvalue())
    assert read_rate == rate
    assert np.abs(np.frombuffer(data, "<i2") - samples).max() <= 1


@pytest.mark.parametrize("content", [b"", b"RIFF", b"FORM\0\0\0\4AIFF", b"OggS" * 20])
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"no (WAV|AIFF) file"):
        read_sound(content)


def processes_with(argument: str) -> dict[int, int]:
    """The process ids, each with its parent's, of those that have `argument` among their own and are not yet over."""
    found: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if argument in (folder / "cmdline").read_text():
                found[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    return found


def workers() -> list[int]:
    """The process ids of this process's workers."""
    return [worker for worker, parent in processes_with("system_worker").items() if parent == os.getpid()]


def until(condition: Callable[[], bool]) -> None:
    """Wait for what must come about soon."""
    limit = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < limit, "it did not come about"
        time.sleep(0.01)
