"""Finding the library that cannot be loaded, and telling the user what to do about it."""

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
"""Exceptions that a library raises while it is loaded or used, if it does not fit this Python."""

_PIP = (sys.executable, "-m", "pip", "install", "--force-reinstall")

_OURS = __name__.partition(".")[0]


class BrokenLibrary(MachineError):
    """A library is missing, or is not the one or the version that the program needs. `library` names it."""

    def __init__(self, library: str, what: str, remedy: str) -> None:
        self.library = library
        super().__init__(what, remedy)


@contextmanager
def naming_libraries() -> Iterator[None]:
    """Turn a failure to load a library into a BrokenLibrary. Other exceptions pass unchanged.

    Raises:
        BrokenLibrary: a library cannot be loaded, or lacks something that the program uses.
    """
    try:
        yield
    except FAULTS as cause:
        if failure := broken_library(cause):
            raise failure from cause
        raise


def broken_library(cause: BaseException) -> BrokenLibrary | None:
    """Return an error that names the library a failure comes from; None if the failure has another cause."""
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
    """Return the first error of loading a module of ours, if another thread tried to load it before."""
    if not (isinstance(cause, ImportError) and (cause.name or "").partition(".")[0] == _OURS):
        return cause
    try:
        import_module(str(cause.name))
    except FAULTS as first:
        return first
    return cause


def _at_fault(cause: BaseException) -> tuple[str, str]:
    """Return the name and the file of the module that a failure comes from; both empty if it is not in a library."""
    if isinstance(cause, AttributeError) and isinstance(cause.obj, ModuleType):
        return _outside(cause.obj.__name__, getattr(cause.obj, "__file__", None))
    # The module that failed to load is the first one in the traceback that is not ours.
    for frame, _ in traceback.walk_tb(cause.__traceback__):
        if frame.f_code.co_name == "<module>":
            found = _outside(str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename)
            if found[0] and found[0] != "__main__":
                return found
    if isinstance(cause, SyntaxError) and cause.filename:
        path = Path(cause.filename)
        return (path.parent if path.stem == "__init__" else path).stem if path.is_file() else "", cause.filename
    if isinstance(cause, ImportError) and cause.name:
        # If `numpy.typing` is missing, another module called `numpy` may have been found in place of the library.
        there = sys.modules.get(cause.name.partition(".")[0])
        return _outside(cause.name, cause.path or getattr(there, "__file__", None))
    return "", ""


def _outside(name: str, file: str | None) -> tuple[str, str]:
    return ("", "") if name.partition(".")[0] == _OURS else (name, file or "")


def _search_folder(file: Path, name: str) -> Path:
    """Return the folder in which Python found a module: the one that contains its topmost package."""
    folder = file.parent
    # A missing submodule has no file; `file` is then the one of its package.
    depth = 0 if file.stem == name.partition(".")[0] else name.count(".") + (file.stem == "__init__")
    for _ in range(depth):
        folder = folder.parent
    return folder


def _package(module: str) -> str:
    """Return the name of the package that contains a module, if known; else the module's own name."""
    return packages_distributions().get(module, [module])[0]
