"""Where a script's environment is, and whether all of it is there: what every start has to find out.

In _environment.py, _setup.py and here the syntax is old, so that Python 3.6 can read it and say that it is too old, and
the imports are few, so that a script starts at once.
"""

import os
import sys

CHECKOUT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
LOCKS = os.path.join(CHECKOUT, "scripts", "locks")

RUNTIME = {
    "base.txt": "",
    "neural.txt": "There is no build of the Piper voice for this machine; its own voices are used instead.",
    "formats.txt": "There is no build of PyAV for this machine; it writes no M4B, M4A, Opus and FLAC files.",
}
"""Locks to install, each with what to say where there is no build for this machine; empty: it cannot be left out."""


def candidates(name: str) -> "list[str]":
    """Where the environment may be: in the checkout, or where that cannot be written, in a folder for caches."""
    cache = os.environ.get("VOICEGUIDE_CACHE_DIR")
    if not cache:
        cache = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "voiceguide")
    label = f"{os.path.basename(CHECKOUT)}{name}-{_digest(os.fsencode(CHECKOUT))[:12]}"
    folders = [os.path.join(CHECKOUT, name), os.path.join(os.path.abspath(cache), "environments", label)]
    return folders[:1] if cache.startswith("~") else folders  # where there is neither HOME nor an entry for the user


def python_in(folder: str) -> str:
    """The Python of the environment in `folder`."""
    return os.path.join(folder, "Scripts", "python.exe") if os.name == "nt" else os.path.join(folder, "bin", "python")


def read_stamp(folder: str) -> "dict[str, str]":
    """What the stamp in `folder` says, by key; empty where there is none. `_setup` writes it when all is done."""
    return _pairs(os.path.join(folder, "stamp"), " ")


def whole_stamp(folder: str, locks: "dict[str, str]", same_python: bool) -> "dict[str, str]":
    """What the stamp must say, by key.

    `folder` is the environment's path, which what is installed holds. `python` is the version and path of the
    interpreter it rests on, which must be of this one's version if `same_python`. The rest are digests: of the locks,
    and of pyproject.toml, whose entry points are copied on installing.
    """
    config = _pairs(os.path.join(folder, "pyvenv.cfg"), " = ")
    version = sys.version if same_python else config.get("version", "")
    base = config.get("executable", "")
    python = "{} {}".format(".".join(version.split(".")[:2]), ascii(base) if os.access(base, os.X_OK) else "is gone")
    stamp = {"folder": ascii(folder), "python": python}
    for path in [os.path.join(LOCKS, lock) for lock in locks] + [os.path.join(CHECKOUT, "pyproject.toml")]:
        with open(path, "rb") as file:
            stamp[os.path.basename(path)] = _digest(file.read())
    return stamp


def _pairs(path: str, separator: str) -> "dict[str, str]":
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return dict(line.rstrip("\n").partition(separator)[::2] for line in file)
    except OSError:
        return {}


def _digest(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()
