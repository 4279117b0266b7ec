"""Make a session with pyttsx3 and pydub, in a simple way: python pyttsx3_pydub.py PLAN.json OUT.mp3

The plan is a list of {"say": text}, {"pause": milliseconds} and {"chime": WAV file, "ms": length}.
"""

import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pyttsx3
from pydub import AudioSegment

WORDS_PER_MINUTE = 122


def main(plan_path: str, out_path: str) -> None:
    """Speak every phrase to a file, join them with silence, and export."""
    if sys.platform == "linux":
        # Load the eSpeak library of a wheel; pyttsx3 then finds it by name, even if eSpeak is not installed.
        import espeakng_loader

        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
        espeakng_loader.load_library()
    engine = pyttsx3.init()
    engine.setProperty("rate", WORDS_PER_MINUTE)
    session = AudioSegment.empty()
    with TemporaryDirectory() as folder:
        for number, item in enumerate(json.loads(Path(plan_path).read_text(encoding="utf-8"))):
            if "say" in item:
                wav = f"{folder}/{number}.wav"
                engine.save_to_file(item["say"], wav)
                engine.runAndWait()  # one phrase at a time: of several queued ones, only the last is written
                session += AudioSegment.from_wav(wav)
            elif "pause" in item:
                session += AudioSegment.silent(duration=item["pause"])
            else:
                session += AudioSegment.from_wav(item["chime"])[: item["ms"]]
    session.export(out_path, format="mp3", bitrate="64k")


main(sys.argv[1], sys.argv[2])
