"""Starting to speak a session with the chosen engine and voice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from voiceguide.base.paths import cache_folder
from voiceguide.base.store import Store
from voiceguide.choices.model import Choices
from voiceguide.script.cues import Say, Script
from voiceguide.speech.cache import ClipCache
from voiceguide.speech.narrator import Narrator, Tally
from voiceguide.speech.registry import EngineVoice


@contextmanager
def narrated(
    script: Script,
    choices: Choices,
    spoken_by: EngineVoice,
    warn: Callable[[str], None],
    spoken: Callable[[float], None],
) -> Iterator[Narrator]:
    """Give a narrator that has begun to speak a script's phrases in their order.

    Args:
        script: script whose phrases are spoken.
        choices: the listener's engine, voice and pace.
        spoken_by: the engine and voice; the engine is closed at the end.
        warn: called with each warning for the listener.
        spoken: called from several threads with the share that is spoken, from 0 to 1.

    Raises:
        UnknownName: the chosen engine or voice is unknown.
        EngineError: the engine does not work here.
    """
    phrases = [cue for cue in script.unfolded() if isinstance(cue, Say)]
    distinct = max(len({say.text for say in phrases}), 1)

    def on_progress(tally: Tally) -> None:
        spoken(min((tally.cached + tally.synthesised) / distinct, 1.0))

    if spoken_by.warning:
        warn(spoken_by.warning)
    store = Store(cache_folder())
    with Narrator(
        spoken_by.engine,
        spoken_by.voice,
        ClipCache(store),
        pace=choices.pace,
        language=script.language,
        pronunciations=script.pronunciations,
        on_progress=on_progress,
    ) as narrator:
        narrator.prepare(phrases)
        yield narrator
    store.tidy()
    if store.complaint:
        warn(f"The speech was not kept for next time ({store.complaint}).")
