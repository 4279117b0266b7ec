"""Run something in the environment of the scripts beside this file, which is made on first use."""

import os

from _stamp import RUNTIME, candidates, python_in, read_stamp, whole_stamp


def development_locks() -> "dict[str, str]":
    """What tests and checks need. simpleaudio has to be compiled: only where that can work, and always in CI."""
    locks = dict(RUNTIME, **{"dev.txt": ""})
    if os.environ.get("CI") == "true":
        return dict(locks, **{"ci.txt": ""})
    if os.path.exists("/usr/include/alsa/asoundlib.h"):
        return dict(locks, **{"ci.txt": "simpleaudio cannot be compiled here; its tests will be skipped."})
    return locks


def python_or_exit(name: str, locks: "dict[str, str]", same_python: bool = False) -> str:
    """The path of the Python of the environment called `name`, with `locks` and the package; made first where need be.

    Args:
        name: its folder in the checkout.
        locks: file names in scripts/locks, in the order they are installed; see `RUNTIME`.
        same_python: whether it must be of the version that runs this script.

    Raises:
        SystemExit: it cannot be made, or somebody stopped that; one line on standard error has said so.
    """
    folders = candidates(name)
    for folder in folders:
        if whole_stamp(folder, locks, same_python).items() <= read_stamp(folder).items():
            return python_in(folder)
    import _setup  # 20 ms of imports that only a set-up needs

    return _setup.set_up(folders, locks, same_python)


def run(name: str, locks: "dict[str, str]", arguments: "list[str]", same_python: bool = False) -> int:
    """Become the environment's Python with these arguments. Returns, with an exit code, only where that cannot be."""
    python = python_or_exit(name, locks, same_python)
    if os.name != "nt":
        os.execv(python, [python, *arguments])
    import signal
    import subprocess

    # Windows has no exec: a new process would run on beside the shell's prompt. Ctrl-C is for the program alone.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.call([python, *arguments])
