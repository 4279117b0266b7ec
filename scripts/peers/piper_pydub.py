"""Make a session with Piper and pydub, in a simple way: python piper_pydub.py PLAN.json JOB.json OUT.mp3

The plan is a list of {"say": text}, {"pause": milliseconds} and {"chime": WAV file, "ms": length}. The job gives the
model and its speed, as for piper_alone.py.
"""

import io
import json
import sys
import wave
from pathlib import Path

from piper.config import SynthesisConfig
from piper.voice import PiperVoice
from pydub import AudioSegment


def main(plan_path: str, job_path: str, out_path: str) -> None:
    """Speak every phrase, join them with silence, and export."""
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    voice = PiperVoice.load(job["model"])
    how = SynthesisConfig(length_scale=job["length_scale"])
    session = AudioSegment.empty()
    for item in json.loads(Path(plan_path).read_text(encoding="utf-8")):
        if "say" in item:
            spoken = io.BytesIO()
            with wave.open(spoken, "wb") as file:
                voice.synthesize_wav(item["say"], file, how)
            spoken.seek(0)
            session += AudioSegment.from_wav(spoken)
        elif "pause" in item:
            session += AudioSegment.silent(duration=item["pause"])
        else:
            session += AudioSegment.from_wav(item["chime"])[: item["ms"]]
    session.export(out_path, format="mp3", bitrate="64k")


main(sys.argv[1], sys.argv[2], sys.argv[3])
