"""The process in which pyttsx3 runs: requests come in as lines of JSON, replies go out as a line of JSON and samples.

It is started by `system.py` with the path of a folder of its own, and says hello before the first request:

    ← {"driver": "espeak", "version": "1.52.0"}
    → {"list": true}                                        ← {"default": "...", "voices": [["id", "language"], ...]}
    → {"text": "Hello.", "voice": "gmw/en-us", "rate": 120} ← {"rate": 22050, "bytes": 30112}, then that many bytes
                                                            ← {"error": "..."} to what fails; then it ends

Samples are 16-bit mono, little-endian. When its standard input ends, so does the process, whatever it is doing.
"""

from __future__ import annotations

import array
import ctypes
import io
import json
import os
import platform
import queue
import shutil
import signal
import struct
import sys
import threading
import wave
from pathlib import Path
from typing import Any, BinaryIO

from voiceguide.speech.engines.system_folder import readable_by_espeak


class _Speech:
    """pyttsx3, with what it takes to get whole phrases out of it."""

    def __init__(self, folder: Path) -> None:
        # Before pyttsx3, which looks for the library by its name alone and then finds this one.
        self._espeak = _espeak_library(folder) if sys.platform not in ("win32", "darwin") else None
        import pyttsx3

        self._path = folder / "phrase"
        self._engine: Any = pyttsx3.init()
        self._errors: list[str] = []
        self._engine.connect("error", lambda exception=None, **_: self._errors.append(str(exception)))
        if self._espeak:
            # pyttsx3 starts out busy, and would keep the first settings back until it speaks.
            self._engine.proxy.setBusy(False)

    def hello(self) -> dict[str, object]:
        """The driver, and the version of what it speaks with."""
        if self._espeak:
            self._espeak.espeak_Info.restype = ctypes.c_char_p
            return {"driver": "espeak", "version": self._espeak.espeak_Info(None).decode()}
        return {"driver": sys.platform, "version": platform.platform()}

    def voices(self) -> dict[str, object]:
        """Every voice's id and first language, and the id of the one the platform prefers."""
        voices = self._engine.getProperty("voices")
        listed = [[voice.id, str((voice.languages or [""])[0])] for voice in voices]
        return {"default": self._engine.getProperty("voice"), "voices": listed}

    def speak(self, text: str, voice: str, rate: int) -> tuple[int, bytes]:
        """Sample rate and samples of a phrase. Blocks for as long as the driver does."""
        self._path.unlink(missing_ok=True)
        self._errors.clear()
        self._engine.setProperty("voice", voice)
        self._engine.setProperty("rate", rate)
        self._settle()
        self._engine.save_to_file(text, str(self._path))
        self._engine.runAndWait()
        self._settle()
        if self._errors:
            raise RuntimeError(self._errors[0])
        return read_sound(self._path.read_bytes()) if self._path.exists() else (22_050, b"")

    def _settle(self) -> None:
        # eSpeak works through settings and phrases on a thread of its own. pyttsx3 does not wait for it: when its loop
        # ends it cancels the settings under way, and comes back before the phrase is written.
        if self._espeak:
            self._espeak.espeak_Synchronize()


def _espeak_library(folder: Path) -> ctypes.CDLL:
    try:
        import espeakng_loader
    except ImportError:
        # A system's own eSpeak NG serves as well.
        return ctypes.CDLL("libespeak-ng.so.1")
    os.environ["ESPEAK_DATA_PATH"] = str(readable_by_espeak(Path(espeakng_loader.get_data_path()), folder))
    return ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)


def read_sound(content: bytes) -> tuple[int, bytes]:
    """Sample rate and samples (16-bit mono, little-endian) of a WAV file, or of the AIFF that macOS writes.

    Raises:
        ValueError: it is neither, or holds samples of another kind.
    """
    if content[:4] == b"FORM":
        return _read_aiff(content)
    try:
        with wave.open(io.BytesIO(content)) as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, 2):
                raise ValueError(f"{file.getnchannels()} channels of {8 * file.getsampwidth()} bits")
            return file.getframerate(), file.readframes(file.getnframes())
    except (wave.Error, EOFError) as cause:
        raise ValueError(f"no WAV file: {cause}") from cause


def _read_aiff(content: bytes) -> tuple[int, bytes]:
    # The standard library's aifc went with Python 3.13.
    kind, chunks, at = content[8:12], dict[bytes, bytes](), 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from(">4sI", content, at)
        chunks[name] = content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    if b"COMM" not in chunks or b"SSND" not in chunks:
        raise ValueError("no AIFF file: a chunk is missing")
    channels, _, bits, exponent, mantissa = struct.unpack_from(">hIhHQ", chunks[b"COMM"])
    coding = chunks[b"COMM"][18:22] if kind == b"AIFC" else b"NONE"
    # The rate is an 80-bit float; whole rates below 2^32 lie in the upper half of its mantissa.
    rate = mantissa >> (16383 + 63 - exponent) if exponent <= 16383 + 63 else 0
    offset = struct.unpack_from(">I", chunks[b"SSND"])[0]
    data = chunks[b"SSND"][8 + offset :]
    if (channels, bits) == (1, 16) and coding in (b"NONE", b"twos", b"sowt"):
        samples = array.array("h", data[: len(data) // 2 * 2])
        if (coding == b"sowt") != (sys.byteorder == "little"):
            samples.byteswap()
    elif (channels, bits) == (1, 32) and coding.lower() == b"fl32":
        floats = array.array("f", data[: len(data) // 4 * 4])
        if sys.byteorder == "little":
            floats.byteswap()
        samples = array.array("h", (max(-32768, min(32767, round(32767 * value))) for value in floats))
    else:
        raise ValueError(f"AIFF of {channels} channels of {bits} bits, {coding!r}")
    if sys.byteorder == "big":
        samples.byteswap()
    return rate, samples.tobytes()


def main() -> None:
    """Serve requests until standard input ends."""
    # Ctrl-C, and the end of a terminal, reach every process of the terminal; the parent decides what ends.
    for name in ("SIGINT", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    folder = Path(sys.argv[1])
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What drivers print must not get among the replies, nor what they read take requests away.
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests, inbox, folder), daemon=True).start()
    try:
        speech = _Speech(folder)
        _reply(replies, speech.hello())
        while True:
            request = json.loads(inbox.get())
            if "list" in request:
                _reply(replies, speech.voices())
            else:
                rate, samples = speech.speak(request["text"], request["voice"], request["rate"])
                _reply(replies, {"rate": rate, "bytes": len(samples)}, samples)
    except Exception as cause:  # noqa: BLE001  # drivers raise whatever their platform does
        _reply(replies, {"error": f"{type(cause).__name__}: {cause}"})
    # pyttsx3 cannot be trusted after an error. The other thread is still reading: it would not let Python finish.
    os._exit(1)


def _read(requests: BinaryIO, inbox: queue.SimpleQueue[bytes], folder: Path) -> None:
    for line in requests:
        inbox.put(line)
    shutil.rmtree(folder, ignore_errors=True)
    # Not `sys.exit`: the main thread may hang in a driver.
    os._exit(0)


def _reply(replies: BinaryIO, header: dict[str, object], data: bytes = b"") -> None:
    replies.write(json.dumps(header).encode() + b"\n" + data)
    replies.flush()


if __name__ == "__main__":
    main()
