"""Which library is at fault where somebody else's code cannot be loaded, and what to do about it."""

from __future__ import annotations

import shlex
import sys
import sysconfig
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

from voiceguide.base.errors import MachineError

FAULTS = (ImportError, AttributeError, SyntaxError, TypeError, ValueError, RuntimeError, LookupError, ArithmeticError)
"""What a library raises while it is loaded, or is missed in it, if it is none for this Python."""

_PIP = (sys.executable, "-m", "pip", "install", "--force-reinstall")

_OURS = __name__.partition(".")[0]


class BrokenLibrary(MachineError):
    """A library is missing, or is another than the program needs. `library` names it."""

    def __init__(self, library: str, what: str, remedy: str) -> None:
        self.library = library
        super().__init__(what, remedy)


@contextmanager
def naming_libraries() -> Iterator[None]:
    """Let a failure to load a library name it. Any other failure passes.

    Raises:
        BrokenLibrary: a library cannot be loaded, or lacks what the program uses of it.
    """
    try:
        yield
    except FAULTS as cause:
        if failure := broken_library(cause):
            raise failure from cause
        raise


def broken_library(cause: BaseException) -> BrokenLibrary | None:
    """The library that a failure comes from; None where it is no failure to load one."""
    cause = _first_failure(cause)
    name, file = _at_fault(cause)
    if not name and not isinstance(cause, ImportError):
        return None
    reason = " ".join(f"{type(cause).__name__}: {cause}".split())[:200]
    top = name.partition(".")[0] or "of somebody else"
    if isinstance(cause, ModuleNotFoundError) and not file:
        return BrokenLibrary(top, f"The library {top} is missing.", f"pip install {_package(top)}")
    whence = f" It comes from {file}." if file else ""
    where = Path(file)
    installed = any(where.is_relative_to(sysconfig.get_path(kind)) for kind in ("purelib", "platlib", "stdlib"))
    remedy = f"Install it again: {shlex.join([*_PIP, _package(top)])}"
    if file and not installed:
        remedy = f"Take {_search_folder(where, name)} out of PYTHONPATH, or rename that file."
    return BrokenLibrary(top, f"The library {top} does not work ({reason}).{whence}", remedy)


def _first_failure(cause: BaseException) -> BaseException:
    """Return why a module of ours could not be loaded, where another thread was the first to find that out."""
    if not (isinstance(cause, ImportError) and (cause.name or "").partition(".")[0] == _OURS):
        return cause
    try:
        import_module(str(cause.name))
    except FAULTS as first:
        return first
    return cause


def _at_fault(cause: BaseException) -> tuple[str, str]:
    """The name and the file of the module that a failure comes from; both empty where that is none of a library."""
    if isinstance(cause, AttributeError) and isinstance(cause.obj, ModuleType):
        return _outside(cause.obj.__name__, getattr(cause.obj, "__file__", None))
    # A module that fails while it is loaded is the first one loaded by our code.
    for frame, _ in traceback.walk_tb(cause.__traceback__):
        if frame.f_code.co_name == "<module>":
            found = _outside(str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename)
            if found[0] and found[0] != "__main__":
                return found
    if isinstance(cause, SyntaxError) and cause.filename:
        path = Path(cause.filename)
        return (path.parent if path.stem == "__init__" else path).stem if path.is_file() else "", cause.filename
    if isinstance(cause, ImportError) and cause.name:
        # Of `numpy.typing`, the module `numpy` may be there, and be another than the program needs.
        there = sys.modules.get(cause.name.partition(".")[0])
        return _outside(cause.name, cause.path or getattr(there, "__file__", None))
    return "", ""


def _outside(name: str, file: str | None) -> tuple[str, str]:
    return ("", "") if name.partition(".")[0] == _OURS else (name, file or "")


def _search_folder(file: Path, name: str) -> Path:
    """The folder in which Python found a module: that of its topmost package."""
    folder = file.parent
    # A submodule that is missing has no file, and the one given is its package's.
    depth = 0 if file.stem == name.partition(".")[0] else name.count(".") + (file.stem == "__init__")
    for _ in range(depth):
        folder = folder.parent
    return folder


def _package(module: str) -> str:
    """The package that brings a module, as far as that is known here."""
    return packages_distributions().get(module, [module])[0]
