"""Speak some phrases with Piper alone, on all cores: python piper_alone.py JOB.json

The job is {"model": path, "length_scale": number, "phrases": [text, ...]}. The sound is counted and discarded.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import onnxruntime
from piper.config import PiperConfig, SynthesisConfig
from piper.voice import PiperVoice


def main(job_path: str) -> None:
    """Speak every phrase once, one on each core, and print the seconds of sound."""
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # one core for each phrase is faster than all cores for one
    session = onnxruntime.InferenceSession(job["model"], options, providers=["CPUExecutionProvider"])
    config = PiperConfig.from_dict(json.loads(Path(f"{job['model']}.json").read_text(encoding="utf-8")))
    voice = PiperVoice(session=session, config=config)
    how = SynthesisConfig(length_scale=job["length_scale"], noise_w_scale=0.0)

    def frames(phrase: str) -> int:
        return sum(len(chunk.audio_float_array) for chunk in voice.synthesize(phrase, how))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        total = sum(pool.map(frames, job["phrases"]))
    print(json.dumps({"seconds": total / config.sample_rate}))


main(sys.argv[1])
