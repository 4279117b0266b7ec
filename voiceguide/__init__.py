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
    from voiceguide.app.exporting import Exported, Progress
    from voiceguide.base.errors import (
        EngineError,
        FileError,
        MachineError,
        RoutineError,
        SpeakerError,
        UnknownName,
        VoiceguideError,
        WrongChoice,
    )
    from voiceguide.base.source import Problem, Span
    from voiceguide.choices.model import Choices
    from voiceguide.collection.file_kind import FileKind
    from voiceguide.collection.update import Report, export_all
    from voiceguide.player.transport import Moment, Played
    from voiceguide.session import Session, open
    from voiceguide.timeline.model import Timeline

__all__ = [
    "Choices",
    "EngineError",
    "Exported",
    "FileError",
    "FileKind",
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
    "WrongChoice",
    "export_all",
    "open",
]

_HOMES = {
    "Choices": "voiceguide.choices.model",
    "Exported": "voiceguide.app.exporting",
    "FileKind": "voiceguide.collection.file_kind",
    "Moment": "voiceguide.player.transport",
    "Played": "voiceguide.player.transport",
    "Problem": "voiceguide.base.source",
    "Progress": "voiceguide.app.exporting",
    "Report": "voiceguide.collection.update",
    "Session": "voiceguide.session",
    "Span": "voiceguide.base.source",
    "Timeline": "voiceguide.timeline.model",
    "export_all": "voiceguide.collection.update",
    "open": "voiceguide.session",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "voiceguide.base.errors")), name)


def __dir__() -> list[str]:
    """The public names."""
    return [*__all__, "__version__"]
