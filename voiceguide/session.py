"""The façade: everything the command line does, for programs.

Longer than most modules: a third of it is docstrings, for those who build on it and read no other file.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voiceguide.app.checking import Loaded, fit, load
from voiceguide.app.planning import Planned, fitted_cues, plan_session
from voiceguide.base.errors import EngineError, FileError, RoutineError, UnknownName, VoiceguideError, WrongChoice
from voiceguide.base.source import errors_in
from voiceguide.choices.model import Choices, Detail
from voiceguide.choices.table import CHOICES
from voiceguide.routine.model import Move, Routine
from voiceguide.routine.profiles import known_profiles
from voiceguide.routine.search_path import find
from voiceguide.script.cues import Cue, Hold, Say, Script
from voiceguide.script.draft import Change, Plan

if TYPE_CHECKING:
    from pydub import AudioSegment

    from voiceguide.app.exporting import Destination, Exported, Progress
    from voiceguide.base.source import Problem
    from voiceguide.output.options import About, Quality
    from voiceguide.player.transport import Moment, Played
    from voiceguide.sound.beds.bed import Bed
    from voiceguide.speech.narrator import Narrator, Tally
    from voiceguide.speech.registry import EngineVoice, VoiceChooser
    from voiceguide.timeline.model import Timeline
    from voiceguide.timeline.placing import Arrival


log = logging.getLogger(__name__)

KNOWN_AFTER = 3
"""After so many complete sessions a routine is known, and less is said of it."""


def open(name: str | Path, choices: Choices | None = None, **wishes: Any) -> Session:  # voiceguide.open
    """Open a routine by name or path.

    >>> import voiceguide
    >>> session = voiceguide.open("sciatica", pace=0.9, detail="brief")
    >>> session.script.title
    'Acupressure for sciatica'

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
    fields = Choices.__dataclass_fields__
    for wish in wishes.keys() - fields:
        raise TypeError(f"no wish is called {wish!r}: they are {', '.join(fields)}")
    wanted = choices or Choices(**wishes)
    loaded = _loaded(name)
    return Session(loaded.path, loaded.routine or loaded.script, wanted)


def open_as_typed(name: str | Path, typed: Mapping[str, str]) -> Session:
    """Open a routine with options as they stand on a command line, over the listener's kept defaults.

    Raises:
        VoiceguideError: as `open`; and for an option or a config file that cannot be understood.
    """
    from voiceguide.app.choosing import choices_as_typed

    loaded = _loaded(name)
    defaults = loaded.routine.defaults if loaded.routine else ()
    wanted = choices_as_typed(typed, dict(defaults), loaded.path)
    return Session(loaded.path, loaded.routine or loaded.script, wanted.choices, wanted.kept)


def _loaded(name: str | Path) -> Loaded:
    loaded = load(find(str(name)))
    if loaded.script is None:
        raise RoutineError(loaded.problems)
    return loaded


class Session:
    """One routine as one listener wants it. Nothing is spoken until it is needed.

    >>> import voiceguide
    >>> session = voiceguide.open("sciatica", only=["LI4"])
    >>> [move.name for move in session.moves]
    ['Hegu']
    """

    def __init__(
        self, path: Path, source: Routine | Script | None, choices: Choices, kept: Mapping[str, str] | None = None
    ) -> None:
        """Take a routine, or a script written by hand.

        Args:
            path: its file.
            source: what was read from it.
            choices: what the listener asks for.
            kept: for settings that were not asked for now but kept, by name: where they are kept. An engine, a voice
                or a bed of these that no longer works is passed over, with a warning.

        Raises:
            UnknownName: a choice names a move or a profile that does not exist.
            WrongWish: a script was given choices that only a routine can follow, or nothing is left of the routine.
        """
        self.path = path
        self.choices = choices
        self._kept = dict(kept or {})
        self.warnings: list[str] = []
        """One line each: what is not as the listener would hope for, such as a missing voice."""
        self._problems: tuple[Problem, ...] | None = None
        self.routine = source if isinstance(source, Routine) else None
        """None where the session comes from a script written by hand."""
        if self.routine:
            profiles = known_profiles(choices.profiles, self.routine, self._kept.get("profile", ""))
            self.choices = choices = replace(choices, profiles=profiles)
            self.detail = self._detail()
            self._planned = plan_session(self.routine, choices, self.detail, self._likely_length)
        else:
            assert isinstance(source, Script)
            _require_plain(path, choices, self._kept)
            self.detail = "full"
            self._planned = Planned(source, (), Plan())
        self._notes = tuple(self.warnings)

    @property
    def script(self) -> Script:
        """What will be heard. A length asked for is met by an estimate here, and exactly by `fitted` and all files."""
        return self._planned.script

    @property
    def changes(self) -> tuple[Change, ...]:
        """What was changed in the routine for this listener."""
        return self._planned.changes

    @property
    def file_name(self) -> str:
        """What its file is called, without an ending: the routine's name, and the listener's choices."""
        from voiceguide.app.naming import file_stem

        return file_stem(self.path.stem, self.choices, self.routine)

    @property
    def about(self) -> About:
        """What its files say of it, beside its chapters."""
        from voiceguide.app.naming import full_title
        from voiceguide.output.options import About
        from voiceguide.output.replaced import session_mark

        title = full_title(self.script.title, self.choices, self.routine)
        return About(title=title, session=session_mark(self.file_name, self.script.title), comment=self.summary)

    @property
    def summary(self) -> str:
        """The author's summary; empty where the listener's choices leave it untrue, and so it is not spoken either."""
        summary = self.routine.summary if self.routine else None
        spoken = summary and any(isinstance(cue, Say) and cue.span == summary.span for cue in self.script.cues)
        return summary.value if summary and spoken else ""

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves that are done, each once, in their order; those that take another's place are among them."""
        if not self.routine:
            return ()
        library = {move.key: move for move in self.routine.library}
        done = dict.fromkeys(cue.move for cue in self.script.cues if isinstance(cue, Hold) and cue.move)
        return tuple(library[key] for key in done)

    def __repr__(self) -> str:
        return f"<Session of {self.path.name}: {self.script.title}>"

    def problems(self) -> tuple[Problem, ...]:
        """Words that are likely not to fit inside their hold, by an estimate."""
        if self._problems is None:
            self._problems = fit(self.script, self.choices.pace)
        return self._problems

    def estimate(self) -> Timeline:
        """The session's likely Timeline, by the letters of its words. Quick; its sounds cannot be played."""
        from voiceguide.timeline.estimate import estimate

        return estimate(self.script, self.choices.pace)

    def known_timeline(self) -> Timeline | None:
        """The session's exact Timeline, if every phrase of it was spoken before; None otherwise. Speaks nothing."""
        from voiceguide.speech.registry import choose, close_engine
        from voiceguide.speech.shared_engines import NotCached, cache_only

        try:
            chosen = self.engine_voice(choose)
            try:
                with self._narrated(None, cache_only(chosen)) as narrator:
                    return self._fitted(narrator)._timeline(narrator, None)
            finally:
                close_engine(chosen.engine)
        except (NotCached, EngineError, UnknownName) as cause:
            # A command that needs the voice tells what is wrong with it; here, a guess will do.
            log.debug("no exact times yet: %s", cause)
            return None

    def timeline(
        self, on_progress: Callable[[Progress], None] | None = None, *, spoken_by: EngineVoice | None = None
    ) -> Timeline:
        """The session's exact Timeline; speaks what is not in the cache.

        >>> import voiceguide
        >>> timeline = voiceguide.open("sciatica", engine="tone", only=["LI4"], detail="full").timeline()
        >>> timeline.chapters[2].title
        'Hegu, left hand'
        >>> round(timeline.length / timeline.rate)  # its length in seconds
        272

        Args:
            on_progress: called from several threads, in no strict order.
            spoken_by: an engine and voice that sessions share; None for those the choices come to.

        Raises:
            UnknownName: no engine or voice of the name chosen.
            EngineError: speech fails.
        """
        bed = self._bed()
        with self._narrated(on_progress, spoken_by) as narrator:
            return self._fitted(narrator)._timeline(narrator, bed)

    def fitted(self, on_progress: Callable[[Progress], None] | None = None) -> Session:
        """Return the session with a script that meets the length asked for exactly; speaks what is not in the cache.

        Its `script`, `changes` and `problems` are those of its timeline and its files. Without a length asked for, it
        is this session.

        Raises:
            UnknownName, EngineError: as `timeline`.
        """
        if not (self.routine and self.choices.length_ms):
            return self
        with self._narrated(on_progress, None) as narrator:
            return self._fitted(narrator)

    def speak(
        self, on_progress: Callable[[Progress], None] | None = None, *, spoken_by: EngineVoice | None = None
    ) -> Tally:
        """Speak what is not in the cache yet, so that an export needs no engine any more. Its arguments: `timeline`.

        Raises:
            UnknownName, EngineError: as `timeline`.
        """
        with self._narrated(on_progress, spoken_by) as narrator:
            self._fitted(narrator)._timeline(narrator, None)
            return narrator.tally

    def to_pydub(self) -> AudioSegment:
        """The session for those who go on in pydub: 16-bit, mono, 44,100 Hz, the samples of the WAV file.

        It is in memory as a whole, with 5.3 MB for each minute.

        Raises:
            MachineError: pydub (the extra `pydub`) is not installed, or the session is too long for it.
            RoutineError: words do not fit inside their hold.
            UnknownName, EngineError: as `timeline`.
        """
        from voiceguide.output.pydub_bridge import library, to_pydub

        # Before minutes of speaking, not after.
        library()
        self._require_fit(self.problems())
        timeline = self.timeline()
        self._require_fit(timeline.problems)
        return to_pydub(timeline)

    def export(
        self,
        path: str | Path,
        on_progress: Callable[[Progress], None] | None = None,
        *,
        quality: Quality = "good",
        also: Iterable[str] = (),
        split: bool | str = False,
        spoken_by: EngineVoice | None = None,
        warn_of_replaced: bool = True,
    ) -> Exported:
        """Write the session to a file; the ending of its name says which format.

        A file appears whole or not at all.

        >>> import voiceguide
        >>> session = voiceguide.open("sciatica", engine="tone", only=["LI4"])
        >>> exported = session.export("hegu.wav", also=["srt"])
        >>> [path.name for path in exported.also]
        ['hegu.srt']

        Args:
            path: the file; its folder is made where it is missing. With `split`, the folder of the files, or a name
                whose ending says which format they have.
            on_progress: called from several threads, in no strict order.
            quality: size against sound, for formats that lose some of it.
            also: files of words and times to lie beside it: `lrc`, `srt`, `vtt`, `chapters`, `cue`, `transcript`;
                several, or the name of one.
            split: one file for each chapter, and a playlist of them. All of them appear when the last one is written,
                and those of the same session as it was are gone. A format such as `m4b` instead of True is theirs,
                and `path` their folder.
            spoken_by: as `timeline`.
            warn_of_replaced: warn of each file that is replaced and holds something else than this session.

        Raises:
            UnknownName: no such format, quality, extra file, engine or voice.
            WrongWish: a file without sound is to be split.
            RoutineError: words do not fit inside their hold.
            EngineError: speech fails.
            FileError: the file cannot be written, or the folder holds another session in parts.
            MachineError: what writes such files is not installed.
        """
        from voiceguide.app.exporting import destination
        from voiceguide.output.options import quality_called

        # Before minutes of speaking, not after.
        quality_called(quality)
        goal = destination(Path(path), self.file_name, also, parts=split)
        self._require_fit(self.problems())
        with goal.reserved():
            return self._exported(goal, quality, on_progress, spoken_by, warn_of_replaced)

    def _exported(
        self,
        goal: Destination,
        quality: Quality,
        on_progress: Callable[[Progress], None] | None,
        spoken_by: EngineVoice | None,
        warn_of_replaced: bool,
    ) -> Exported:
        from voiceguide.app.exporting import Progress
        from voiceguide.output.options import ExportOptions

        bed = self._bed()
        about = self.about
        replaced = self._replaced(goal.replaces, about) if warn_of_replaced else []
        with self._narrated(on_progress, spoken_by) as narrator:
            order = ExportOptions(store=narrator.cache.store, quality=quality, about=about)
            # Under a bed there is nothing to do ahead: no sound stands alone.
            fitted = self._fitted(narrator)
            timeline = fitted._timeline(narrator, bed, (lambda each: goal.ahead(each, order)) if bed is None else iter)
            self._require_fit(timeline.problems)
            length = max(timeline.length, 1)

            def written(frames: int) -> None:
                if on_progress:
                    on_progress(Progress(1.0, min(frames / length, 1.0)))

            order = replace(order, about=fitted.about, on_progress=written)
            exported = goal.write(timeline, order, narrator.tally)
        self.warnings += replaced
        return replace(exported, changes=tuple(change.what for change in fitted.changes))

    def _replaced(self, paths: Iterable[Path], about: About) -> list[str]:
        """One line for each of these files that is there and holds something else than this session."""
        from voiceguide.output.replaced import what_is_replaced

        lines = (what_is_replaced(path, about, about.title) for path in paths)
        return [line for line in lines if line]

    def play(self, speaker: str = "auto", on_moment: Callable[[Moment], None] | None = None) -> Played:
        """Play the session to its end. Blocks; Ctrl-C ends it with a short fade and is raised again.

        Args:
            speaker: a name from `voiceguide.player.speakers.SPEAKER_NAMES`.
            on_moment: called about ten times a second with where the session is.

        Raises:
            RoutineError: words do not fit inside their hold.
            SpeakerError: there is no speaker.
            UnknownName, EngineError: as `timeline`.
        """
        from voiceguide.player.speakers import speaker as make_speaker
        from voiceguide.player.transport import Transport
        from voiceguide.timeline.placing import place

        self._require_fit(self.problems())
        device = make_speaker(speaker)
        bed = self._bed()
        with self._narrated(None, None) as narrator:
            arrivals = place(self.script, narrator.clip, self._cues_as_spoken(narrator))
            return Transport(arrivals, device, bed).play(on_moment or (lambda _: None))

    @contextmanager
    def _narrated(
        self, on_progress: Callable[[Progress], None] | None, spoken_by: EngineVoice | None
    ) -> Iterator[Narrator]:
        """A narrator that has begun to speak this session's phrases in their order."""
        from voiceguide.app.exporting import Progress
        from voiceguide.speech.narration import narrated
        from voiceguide.speech.registry import choose

        def spoken(share: float) -> None:
            if on_progress:
                on_progress(Progress(share, 0.0))

        self.warnings = [*self._notes]
        chosen = spoken_by or self.engine_voice(choose)
        with narrated(self.script, self.choices, chosen, self.warnings.append, spoken) as narrator:
            yield narrator

    def _fitted(self, narrator: Narrator) -> Session:
        """This session, or where a length is asked for, one whose script meets it exactly by the finished clips."""
        if not (self.routine and self.choices.length_ms):
            return self
        from voiceguide.timeline.placing import build

        fitted = copy(self)
        fitted._planned = plan_session(
            self.routine, self.choices, self.detail, lambda script: build(script, narrator.clip).length
        )
        fitted._problems = None
        return fitted

    def _timeline(
        self,
        narrator: Narrator,
        bed: Bed | None,
        through: Callable[[Iterable[Arrival]], Iterable[Arrival]] = iter,
    ) -> Timeline:
        """The timeline of this very script by the finished clips.

        What is placed passes `through` on its way into the timeline.
        """
        from voiceguide.timeline.placing import collect, place

        timeline = collect(self.script, through(place(self.script, narrator.clip)))
        return timeline.over(bed, self.choices.bed) if bed else timeline

    def _bed(self) -> Bed | None:
        """What sounds under the session; a file is decoded and checked here, before anything is heard."""
        if not self.choices.bed:
            return None
        from voiceguide.sound.beds.chosen import chosen

        try:
            return chosen(self.choices.bed, self.choices.bed_level_db)
        except (UnknownName, FileError) as failure:
            if "bed" not in self._kept:
                raise
            self._pass_over("bed", failure)
            return None

    def engine_voice(self, choose: VoiceChooser) -> EngineVoice:
        """Who speaks the session. An engine or a voice that was kept and no longer works is passed over.

        Raises:
            UnknownName, EngineError: as `timeline`.
        """
        engine, voice = self.choices.engine, self.choices.voice
        while True:
            try:
                return choose(engine, voice, self.script.language)
            except (UnknownName, EngineError) as failure:
                about_voice = isinstance(failure, UnknownName) and failure.kind == "voice"
                if about_voice and voice and "voice" in self._kept:
                    self._pass_over("voice", failure)
                    voice = ""
                elif not about_voice and engine != "auto" and "engine" in self._kept:
                    self._pass_over("engine", failure)
                    engine = "auto"
                else:
                    raise

    def _pass_over(self, name: str, failure: VoiceguideError) -> None:
        """Warn, once, of a kept setting that does not work."""
        note = f"The session goes on without your {name}: {str(failure).rstrip('.')}. {self._kept[name]}"
        if note not in self._notes:
            self._notes += (note,)
        if note not in self.warnings:
            self.warnings.append(note)

    def _cues_as_spoken(self, narrator: Narrator) -> Iterable[Cue]:
        """The cues to play; where a length is asked for, those after the first elastic one once all is spoken."""
        if not (self.routine and self.choices.length_ms):
            return self.script.cues
        from voiceguide.timeline.placing import build

        settled, rest = fitted_cues(
            self.routine, self.choices, self._planned, lambda script: build(script, narrator.clip).length
        )
        return chain(settled, rest)

    def _likely_length(self, script: Script) -> int:
        from voiceguide.timeline.estimate import estimate

        return estimate(script, self.choices.pace).length

    def _detail(self) -> Detail:
        """How much to say: as asked, or by how often the routine was done to its end."""
        if self.choices.detail != "auto":
            return self.choices.detail
        from voiceguide.practice.log import practice_log

        with practice_log() as log:
            done = log.completed(self.path.stem)
            if log.complaint:
                self.warnings.append(log.complaint)
        if done < KNOWN_AFTER:
            return "full"
        self.warnings.append(f"You have done this {done} times, so less is said. To hear all of it: --detail full")
        return "brief"

    @staticmethod
    def _require_fit(problems: tuple[Problem, ...]) -> None:
        if errors_in(problems):
            raise RoutineError(problems)


def _require_plain(path: Path, choices: Choices, kept: Mapping[str, str]) -> None:
    """Refuse choices that need a routine's moves. An order that is kept for routines does no harm here."""
    made = {name for name, choice in CHOICES.items() if getattr(choices, choice.field) != choice.built_in}
    if any(CHOICES[name].needs_moves and not (name == "order" and name in kept) for name in made):
        plain = f"{path} is a script, which is played as it stands: choose moves, times and profiles in a routine."
        if choices.profiles and "profile" in kept:
            profiles = ", ".join(choices.profiles)
            plain = f'{plain} Your profile is {profiles}. {kept["profile"]}, or give --profile "" this once.'
        raise WrongChoice(plain)
