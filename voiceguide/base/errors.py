"""Every exception the package raises on purpose.

    VoiceguideError            exit code
    ├── RoutineError           1   the author's mistakes, all of them
    ├── UnknownName            2   no routine, file, voice, engine or format of that name
    ├── WrongChoice            2   choices that this routine cannot follow
    └── MachineError           3   something on this machine is missing or failed
        ├── EngineError            a speech engine
        ├── SpeakerError           a sound device
        └── FileError              a file that cannot be read or written

Each exception keeps its data as attributes. Its text is one line that names the problem, what was expected and what to
do.
"""

from __future__ import annotations

from collections.abc import Iterable

from voiceguide.base.source import Problem, errors_in, nearest


class VoiceguideError(Exception):
    """Base class of all exceptions of the package."""

    exit_code = 3

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the exception with all its attributes; by default, Python would make it again from its text."""
        return _as_it_is, (type(self), self.args), self.__dict__


def _as_it_is(kind: type[VoiceguideError], args: tuple[object, ...]) -> VoiceguideError:
    return kind.__new__(kind, *args)


class RoutineError(VoiceguideError):
    """A routine that cannot be used. `problems` holds every mistake found, each once."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        first, *more = errors_in(self.problems)
        super().__init__(f"{first}" + (f" and {len(more)} more" if more else ""))


class UnknownName(VoiceguideError):
    """An unknown name. `near` holds the known names nearest to it, or the first known names if none is near."""

    exit_code = 2

    def __init__(self, kind: str, name: str, known: Iterable[str], advice: str = "", most: int = 3) -> None:
        self.kind = kind
        self.name = name
        names = [*known]
        near = nearest(name, names)
        self.near = tuple(near or names[:most])
        hint = f" {'The nearest' if near else 'Some there are'}: {', '.join(self.near)}." if self.near else ""
        what = f"There is no file {name}." if kind == "file" else f"No {kind} is called {name!r}."
        super().__init__(f"{what}{hint}{' ' + advice if advice else ''}")


class WrongChoice(VoiceguideError):
    """Choices that this routine cannot follow: its text says why."""

    exit_code = 2


class MachineError(VoiceguideError):
    """Something on this machine is missing or failed. `remedy` says what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what} {remedy}")


class EngineError(MachineError):
    """A speech engine is missing, hangs, dies or returns nothing. `engine` names it."""

    def __init__(self, engine: str, what: str, remedy: str) -> None:
        self.engine = engine
        super().__init__(what, remedy)


class SpeakerError(MachineError):
    """Sound cannot be played on this machine."""


class FileError(MachineError):
    """A file cannot be read or written. `path` names it."""

    def __init__(self, path: object, what: str, remedy: str) -> None:
        self.path = str(path)
        super().__init__(what, remedy)
