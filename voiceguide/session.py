"""The façade: everything the command line does, for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.checking import fit, load
from voiceguide.errors import RoutineError
from voiceguide.routine.choices import Choices
from voiceguide.routine.shelf import find
from voiceguide.script.cues import Hold, Say, Script
from voiceguide.source import errors_in

if TYPE_CHECKING:
    from voiceguide.player.transport import Moment, Played
    from voiceguide.routine.model import Routine
    from voiceguide.source import Problem
    from voiceguide.speech.narrator import Narrator, Tally
    from voiceguide.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export is, from 0 to 1 for each of its two parts."""

    spoken: float
    written: float


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export made."""

    path: Path
    seconds: float
    bytes: int
    phrases: int
    """Distinct phrases of the session."""
    synthesised: int
    """Of these, how many were spoken now."""
    cached: int
    """Of these, how many were in the cache."""


def open(name: str | Path, choices: Choices | None = None, **wishes: str | float) -> Session:  # voiceguide.open
    """Open a routine by name or path.

    Args:
        name: a name that `voiceguide list` shows, or the path of a routine (`.yaml`) or script (`.md`) file.
        choices: what the listener asks for.
        **wishes: fields of `Choices`, as a shorter way to give them: `open("sciatica", pace=0.9)`.

    Raises:
        UnknownName: there is no such routine; it holds the nearest names.
        RoutineError: the file has mistakes; it holds them all.
        FileError: the path leads to a folder.
        TypeError, ValueError: a wish that is no field of `Choices`, or outside its range.
    """
    if choices is not None and wishes:
        raise TypeError("give choices or single wishes, not both")
    wanted = choices or Choices(**wishes)  # type: ignore[arg-type]  # Choices itself refuses what is not its own
    loaded = load(find(str(name)))
    if loaded.script is None:
        raise RoutineError(loaded.problems)
    return Session(loaded.path, loaded.script, wanted, loaded.routine)


class Session:
    """One routine as one listener wants it. Nothing is spoken until it is needed."""

    def __init__(self, path: Path, script: Script, choices: Choices, routine: Routine | None = None) -> None:
        self.path = path
        self.script = script
        self.choices = choices
        self.routine = routine
        """None where the session comes from a script written by hand."""
        self.warnings: list[str] = []
        """One line each: what is not as the listener would hope for, such as a missing voice."""
        self._problems: tuple[Problem, ...] | None = None

    def problems(self) -> tuple[Problem, ...]:
        """Words that are likely not to fit inside their hold, by an estimate."""
        if self._problems is None:
            self._problems = fit(self.script, self.choices.pace)
        return self._problems

    def estimate(self) -> Timeline:
        """The session's likely Timeline. Quick; its sounds cannot be played."""
        from voiceguide.timeline.estimate import estimate

        return estimate(self.script, self.choices.pace)

    def timeline(self, on_progress: Callable[[Progress], None] | None = None) -> Timeline:
        """The session's exact Timeline; speaks what is not in the cache.

        Raises:
            UnknownName: no engine or voice of the name chosen.
            EngineError: speech fails.
        """
        with self._narrated(on_progress) as narrator:
            return self._timeline(narrator)

    def export(self, path: str | Path, on_progress: Callable[[Progress], None] | None = None) -> Exported:
        """Write the session to a file; the ending of its name says which format.

        The file appears whole or not at all. `on_progress` is called from several threads, in no strict order.

        Raises:
            UnknownName: no such format, engine or voice.
            RoutineError: words do not fit inside their hold.
            EngineError: speech fails.
            FileError: the file cannot be written.
        """
        from voiceguide.output.formats import writer_for
        from voiceguide.output.replacing import require_place
        from voiceguide.units import seconds

        path = Path(path)
        # Before minutes of speaking, not after.
        require_place(path)
        write = writer_for(path)
        self._require_fit(self.problems())
        with self._narrated(on_progress) as narrator:
            timeline = self._timeline(narrator)
            self._require_fit(timeline.problems)
            length = max(timeline.length, 1)

            def written(frames: int) -> None:
                if on_progress:
                    on_progress(Progress(1.0, frames / length))

            write(timeline, path, written)
            tally = narrator.tally
        return Exported(
            path=path,
            seconds=seconds(timeline.length, timeline.rate),
            bytes=path.stat().st_size,
            phrases=tally.phrases,
            synthesised=tally.synthesised,
            cached=tally.cached,
        )

    def play(self, speaker: str = "auto", on_moment: Callable[[Moment], None] | None = None) -> Played:
        """Play the session to its end. Blocks; Ctrl-C ends it with a short fade and is raised again.

        Args:
            speaker: a name from `voiceguide.player.speaker.SPEAKERS`.
            on_moment: called about ten times a second with where the session is.

        Raises:
            RoutineError: words do not fit inside their hold.
            SpeakerError: there is no speaker.
            UnknownName, EngineError: as `timeline`.
        """
        from voiceguide.player.speaker import speaker as make_speaker
        from voiceguide.player.transport import Transport

        self._require_fit(self.problems())
        device = make_speaker(speaker)
        with self._narrated(None) as narrator:
            return Transport(self.script, narrator.clip, device).play(on_moment or (lambda _: None))

    @contextmanager
    def _narrated(self, on_progress: Callable[[Progress], None] | None) -> Iterator[Narrator]:
        """A narrator that has begun to speak this session's phrases in their order."""
        from voiceguide.speech.cache import ClipCache, cache_folder
        from voiceguide.speech.narrator import Narrator
        from voiceguide.speech.registry import choose

        self.warnings = []
        phrases = list(_phrases(self.script))
        distinct = max(len({say.text for say in phrases}), 1)

        def spoken(tally: Tally) -> None:
            if on_progress:
                on_progress(Progress(min((tally.cached + tally.synthesised) / distinct, 1.0), 0.0))

        chosen = choose(self.choices.engine, self.choices.voice, self.script.language)
        if chosen.warning:
            self.warnings.append(chosen.warning)
        cache = ClipCache(cache_folder())
        with Narrator(
            chosen.engine,
            chosen.voice,
            cache,
            pace=self.choices.pace,
            language=self.script.language,
            pronunciations=self.script.pronunciations,
            on_progress=spoken,
        ) as narrator:
            narrator.prepare(phrases)
            yield narrator
        if cache.complaint:
            self.warnings.append(f"The speech was not kept for next time ({cache.complaint}).")

    def _timeline(self, narrator: Narrator) -> Timeline:
        from voiceguide.timeline.placing import build

        return build(self.script, narrator.clip)

    @staticmethod
    def _require_fit(problems: tuple[Problem, ...]) -> None:
        if errors_in(problems):
            raise RoutineError(problems)


def _phrases(script: Script) -> Iterator[Say]:
    """Every sentence of a script, in the order it is spoken."""
    for cue in script.cues:
        if isinstance(cue, Say):
            yield cue
        elif isinstance(cue, Hold):
            yield from (inner for _, inner in cue.cues if isinstance(inner, Say))
