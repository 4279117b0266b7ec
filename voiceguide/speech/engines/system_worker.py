"""The process in which pyttsx3 runs. A request is a line of JSON; a reply is a line of JSON, then samples.

`system.py` starts it with the path of its own folder. It sends a greeting before the first request:

    ← {"driver": "espeak", "version": "1.52.0"}
    → {"list": true}                                        ← {"default": "...", "voices": [["id", "language"], ...]}
    → {"text": "Hello.", "voice": "gmw/en-us", "rate": 120} ← {"rate": 22050, "bytes": 30112}, then that many bytes
                                                            ← {"error": "..."} after a failure; then it ends

Samples are 16-bit mono, little-endian. The process ends when its standard input ends, even during a phrase.
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
    """Wraps pyttsx3 and gets whole phrases from it."""

    def __init__(self, folder: Path) -> None:
        # Before pyttsx3, which looks for the library by its name alone and then finds this one.
        self._espeak = _espeak_library(folder) if sys.platform not in ("win32", "darwin") else None
        import pyttsx3

        self._path = folder / "phrase"
        self._engine: Any = pyttsx3.init()
        self._errors: list[str] = []
        self._engine.connect("error", lambda exception=None, **_: self._errors.append(str(exception)))
        if self._espeak:
            # pyttsx3 starts as busy, and would delay the first settings until it speaks.
            self._engine.proxy.setBusy(False)

    def hello(self) -> dict[str, object]:
        """Return the name of the driver, and the version of its speech library or system."""
        if self._espeak:
            self._espeak.espeak_Info.restype = ctypes.c_char_p
            return {"driver": "espeak", "version": self._espeak.espeak_Info(None).decode()}
        return {"driver": sys.platform, "version": platform.platform()}

    def voices(self) -> dict[str, object]:
        """Return the id and first language of every voice, and the id of the platform's default voice."""
        voices = self._engine.getProperty("voices")
        listed = [[voice.id, str((voice.languages or [""])[0])] for voice in voices]
        return {"default": self._engine.getProperty("voice"), "voices": listed}

    def speak(self, text: str, voice: str, rate: int) -> tuple[int, bytes]:
        """Return the sample rate and the samples of a phrase. Blocks as long as the driver does."""
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
        # eSpeak handles settings and phrases on its own thread, and pyttsx3 does not wait for it. When its loop ends,
        # pyttsx3 cancels settings that are not applied yet, and returns before the phrase is written.
        if self._espeak:
            self._espeak.espeak_Synchronize()


def _espeak_library(folder: Path) -> ctypes.CDLL:
    try:
        import espeakng_loader
    except ImportError:
        # The eSpeak NG of the system works, too.
        return ctypes.CDLL("libespeak-ng.so.1")
    os.environ["ESPEAK_DATA_PATH"] = str(readable_by_espeak(Path(espeakng_loader.get_data_path()), folder))
    return ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)


def read_sound(content: bytes) -> tuple[int, bytes]:
    """Return sample rate and samples (16-bit mono, little-endian) of a WAV file, or of the AIFF that macOS writes.

    Raises:
        ValueError: the file is neither, or its samples are of another kind.
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
    # Python 3.13 removed aifc from the standard library.
    kind, chunks, at = content[8:12], dict[bytes, bytes](), 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from(">4sI", content, at)
        chunks[name] = content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    if b"COMM" not in chunks or b"SSND" not in chunks:
        raise ValueError("no AIFF file: a chunk is missing")
    channels, _, bits, exponent, mantissa = struct.unpack_from(">hIhHQ", chunks[b"COMM"])
    coding = chunks[b"COMM"][18:22] if kind == b"AIFC" else b"NONE"
    # The rate is an 80-bit float. A whole rate below 2^32 is in the upper half of the mantissa.
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
    # A driver must neither print among the replies nor read the requests.
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
    except Exception as cause:  # noqa: BLE001  # drivers raise any exception of their platform
        _reply(replies, {"error": f"{type(cause).__name__}: {cause}"})
    # pyttsx3 may not work after an error. `os._exit`, because the other thread still reads and would keep Python alive.
    os._exit(1)


def _read(requests: BinaryIO, inbox: queue.SimpleQueue[bytes], folder: Path) -> None:
    for line in requests:
        inbox.put(line)
    shutil.rmtree(folder, ignore_errors=True)
    # `os._exit`, because the main thread may hang in a driver.
    os._exit(0)


def _reply(replies: BinaryIO, header: dict[str, object], data: bytes = b"") -> None:
    replies.write(json.dumps(header).encode() + b"\n" + data)
    replies.flush()


if __name__ == "__main__":
    main()
