"""A hash of everything that shapes a session's file. It needs no speech, so an unchanged file is found quickly."""

from __future__ import annotations

import os
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voiceguide import __version__
from voiceguide.base.hashes import Hashes
from voiceguide.base.log import suppressed
from voiceguide.base.store import key_of
from voiceguide.collection.file_kind import FileKind
from voiceguide.output.cover.cached import signature
from voiceguide.script.cues import Chime
from voiceguide.sound.beds.chosen import bed_called, is_file_name
from voiceguide.sound.chimes import chime
from voiceguide.speech.narrator import FINISHING
from voiceguide.speech.registry import EngineVoice

if TYPE_CHECKING:
    from voiceguide.session import Session


def inputs_of(session: Session, spoken_by: EngineVoice, form: FileKind, hashes: Hashes) -> str:
    """Return the hash of everything that shapes a session's file and its extra files. Spans are not part of it.

    Raises:
        EngineError: the voice cannot be read.
        FileError: a chime is missing.
    """
    choices = session.choices
    return key_of(
        {
            "version": __version__,
            "encoder": form.encoder,
            "cover": signature(),
            "ending": form.ending,
            "quality": form.quality,
            "about": _plain(session.about),
            "script": _plain(session.script),
            # The exact fit to a length is known only after speaking, and it may use any part of the routine.
            "routine": _plain(session.routine) if choices.length_ms else None,
            "detail": session.detail,
            # The resolved engine, voice and bed are entries below.
            "choices": _plain(replace(choices, engine="auto", voice="", bed="")),
            "engine": spoken_by.engine.name,
            "voice": spoken_by.voice.name,
            "fingerprint": spoken_by.engine.fingerprint(spoken_by.voice),
            "finishing": FINISHING,
            "chimes": {
                cue.name: chime(cue.name).identity for cue in session.script.unfolded() if isinstance(cue, Chime)
            },
            "bed": _bed(choices.bed, hashes),
        }
    )


def _plain(value: object) -> object:
    """Convert dataclasses to values that JSON can hold, without their spans."""
    kind: Any = type(value)
    names = _parts(kind)
    if names is not None:
        return [type(value).__name__, *(_plain(getattr(value, name)) for name in names)]
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return str(value) if isinstance(value, Fraction | Path) else value


@cache
def _parts(kind: Any) -> tuple[str, ...] | None:
    """Return the names of a dataclass's fields, without `span`; None for another type."""
    return tuple(each.name for each in fields(kind) if each.name != "span") if is_dataclass(kind) else None


def _bed(name: str, hashes: Hashes) -> str:
    """A shipped bed's name, or the hash of a file's content."""
    name = bed_called(name)
    # What cannot be read as a file is refused, and explained, when it is to sound.
    with suppressed(OSError, log=__name__, what=f"the bed {name} cannot be read"):
        if is_file_name(name) and os.path.isfile(path := os.path.expanduser(name)):  # noqa: PTH111, PTH113
            return hashes.of(Path(path))
    return name
