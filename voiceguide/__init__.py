"""Voice-guided audio sessions: a routine file becomes a spoken session, played live or written to a file.

    import voiceguide

    session = voiceguide.open("sciatica")
    session.export("sciatica.mp3")

Importing the package loads neither numpy nor any speech or audio library; they come when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from voiceguide.collection.form import Form
    from voiceguide.collection.update import Report, export_all
    from voiceguide.errors import (
        EngineError,
        FileError,
        MachineError,
        RoutineError,
        SpeakerError,
        UnknownName,
        VoiceguideError,
        WrongWish,
    )
    from voiceguide.exporting import Exported, Progress
    from voiceguide.player.transport import Moment, Played
    from voiceguide.routine.choices import Choices
    from voiceguide.session import Session, open
    from voiceguide.source import Problem, Span
    from voiceguide.timeline.model import Timeline

__all__ = [
    "Choices",
    "EngineError",
    "Exported",
    "FileError",
    "Form",
    "MachineError",
    "Moment",
    "Played",
    "Problem",
    "Progress",
    "Report",
    "RoutineError",
    "Session",
    "Span",
    "SpeakerError",
    "Timeline",
    "UnknownName",
    "VoiceguideError",
    "WrongWish",
    "export_all",
    "open",
]

_HOMES = {
    "Choices": "voiceguide.routine.choices",
    "Exported": "voiceguide.exporting",
    "Form": "voiceguide.collection.form",
    "Moment": "voiceguide.player.transport",
    "Played": "voiceguide.player.transport",
    "Problem": "voiceguide.source",
    "Progress": "voiceguide.exporting",
    "Report": "voiceguide.collection.update",
    "Session": "voiceguide.session",
    "Span": "voiceguide.source",
    "Timeline": "voiceguide.timeline.model",
    "export_all": "voiceguide.collection.update",
    "open": "voiceguide.session",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "voiceguide.errors")), name)


def __dir__() -> list[str]:
    """The public names."""
    return [*__all__, "__version__"]
