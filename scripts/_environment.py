"""The environment the scripts beside this file run in: made on first use, found in milliseconds afterwards.

The syntax is old and the imports at the top are few, so that Python 3.6 can still read this and say that it is too
old, and so that a script whose environment is right starts at once.
"""

import os
import sys

CHECKOUT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
LOCKS = os.path.join(CHECKOUT, "scripts", "locks")
OLDEST = (3, 11)
NEWEST = (3, 14)
FAILED = 3  # exit code when this machine lacks something, as everywhere in voiceguide
UNAVAILABLE = " unavailable"  # in a stamp: this machine has no build of what the lock names

RUNTIME = {
    "base.txt": "",
    "neural.txt": "There is no build of the Piper voice for this machine; its own voices are used instead.",
    "formats.txt": "There is no build of PyAV for this machine; it writes no M4B, M4A, Opus and FLAC files.",
}
"""Locks to install, each with what to say where there is no build for this machine; empty: it cannot be left out."""


class SetupError(Exception):
    """This machine lacks something. The text is one line: what, and what to do."""


class SetupStopped(Exception):
    """Somebody stopped the set-up. `code` is the exit code that says so."""

    def __init__(self, code: int) -> None:
        super().__init__("set-up stopped")
        self.code = code


def development_locks() -> "dict[str, str]":
    """What tests and checks need. simpleaudio has to be compiled: only where that can work, and always in CI."""
    locks = dict(RUNTIME, **{"dev.txt": ""})
    if os.environ.get("CI") == "true":
        return dict(locks, **{"ci.txt": ""})
    if os.path.exists("/usr/include/alsa/asoundlib.h"):
        return dict(locks, **{"ci.txt": "simpleaudio cannot be compiled here; its tests will be skipped."})
    return locks


def environment(name: str, locks: "dict[str, str]", same_python: bool = False) -> str:
    """The path of the Python of an environment that holds `locks` and the package; made first where need be.

    Args:
        name: its folder in the checkout.
        locks: file names in scripts/locks, in the order they are installed; see `RUNTIME`.
        same_python: whether it must be of the version that runs this script.

    Raises:
        SetupError: it cannot be made.
        SetupStopped: somebody stopped the set-up.
    """
    folders = candidates(name)
    for folder in folders:
        if not unfinished(read_stamp(folder), folder, locks, same_python):
            return python_in(folder)
    import _setup  # 20 ms of imports that only a set-up needs

    return _setup.set_up(folders, locks, same_python)


def run(name: str, locks: "dict[str, str]", arguments: "list[str]", same_python: bool = False) -> int:
    """Become the environment's Python with these arguments. Returns, with an exit code, only where that cannot be."""
    python = python_or_exit(name, locks, same_python)
    if os.name != "nt":
        os.execv(python, [python, *arguments])
    import subprocess

    # Windows has no exec: a new process would run on beside the shell's prompt. It gets its own Ctrl-C.
    with subprocess.Popen([python, *arguments]) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def python_or_exit(name: str, locks: "dict[str, str]", same_python: bool = False) -> str:
    """As `environment`; what it raises becomes one line on standard error and the exit code."""
    try:
        return environment(name, locks, same_python)
    except SetupError as error:
        sys.stderr.write(f"voiceguide: {error}\n")
        sys.exit(FAILED)
    except SetupStopped as stop:
        sys.stderr.write("voiceguide: set-up stopped; the next run starts it again\n")
        sys.exit(stop.code)


def candidates(name: str) -> "list[str]":
    """Where the environment may be: in the checkout, or where that cannot be written, in a folder for caches."""
    folders = [os.path.join(CHECKOUT, name)]
    cache = _cache_folder()
    if os.path.isabs(cache):  # it is not where there is neither HOME nor an entry for the user
        label = f"{os.path.basename(CHECKOUT)}{name}-{digest(os.fsencode(CHECKOUT))[:12]}"
        folders.append(os.path.join(cache, "environments", label))
    return folders


def python_in(folder: str) -> str:
    """The Python of the environment in `folder`."""
    return os.path.join(folder, "Scripts", "python.exe") if os.name == "nt" else os.path.join(folder, "bin", "python")


def unfinished(stamp: "dict[str, str]", folder: str, locks: "dict[str, str]", same_python: bool) -> "list[str]":
    """What has to be done before the environment in `folder` is right: `everything`, or some locks and `project`."""
    version, _, base = stamp.get("python", "").partition(" ")
    if stamp.get("folder") != ascii(folder) or not base or base != base_of(folder):
        return ["everything"]
    if same_python and version != "{}.{}".format(*sys.version_info[:2]):
        return ["everything"]
    todo = []
    for lock in locks:
        if lock not in stamp:
            todo.append(lock)
        elif stamp[lock].replace(UNAVAILABLE, "") != digest_of(os.path.join(LOCKS, lock)):
            return ["everything"]
    if stamp.get("project") != project_digest():
        todo.append("project")
    return todo


def read_stamp(folder: str) -> "dict[str, str]":
    """What the stamp in `folder` says, by key; empty where there is none.

    `folder` is the environment's path, for what is installed holds it; `python` the version and the interpreter the
    environment rests on; `project` a digest of what the editable install depends on; the rest are locks.
    """
    try:
        with open(os.path.join(folder, "stamp"), encoding="ascii", errors="replace") as file:
            return dict(line.rstrip("\n").partition(" ")[::2] for line in file)
    except OSError:
        return {}


def base_of(folder: str) -> str:
    """The interpreter the environment in `folder` rests on, as it stands in a stamp; empty where it is gone."""
    base = os.path.realpath(python_in(folder))
    if os.name == "nt":  # what the environment has is a copy, of no use without the installation it names
        try:
            with open(os.path.join(folder, "pyvenv.cfg"), encoding="utf-8") as file:
                homes = [line.partition("=")[2].strip() for line in file if line.startswith("home")]
        except OSError:
            return ""
        base = os.path.join(homes[0], "python.exe") if homes else ""
    return ascii(base) if os.path.exists(base) else ""


def project_digest() -> str:
    """Changes with the checkout's place and with pyproject.toml, whose entry points are copied on installing."""
    return digest(ascii(CHECKOUT).encode() + digest_of(os.path.join(CHECKOUT, "pyproject.toml")).encode())


def digest_of(path: str) -> str:
    """SHA-256 of a file."""
    with open(path, "rb") as file:
        return digest(file.read())


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    from hashlib import sha256

    return sha256(data).hexdigest()


def _cache_folder() -> str:
    """As `voiceguide.store.cache_folder`, without the library it takes for that."""
    given = os.environ.get("VOICEGUIDE_CACHE_DIR")
    if given:
        return os.path.abspath(given)
    if os.name == "nt":
        local = os.environ.get("LOCALAPPDATA") or os.path.join(os.path.expanduser("~"), "AppData", "Local")
        return os.path.join(local, "voiceguide", "Cache")
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Caches/voiceguide")
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "voiceguide")
