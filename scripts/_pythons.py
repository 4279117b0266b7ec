"""Which Python can make an environment. Old syntax, as in _environment.py."""

import os
import subprocess
import sys

from _environment import NEWEST, OLDEST


def python_problem(version: "tuple[int, ...]") -> str:
    """What is wrong with a Python of this version (major, minor), and what to do; empty where nothing is."""
    if OLDEST <= version[:2] <= NEWEST:
        return ""
    return (
        "This is Python {}.{}, and {}.{} to {}.{} is needed: install one from python.org or your package manager, "
        "then run it again.".format(*(version[:2] + OLDEST + NEWEST))
    )


def venv_problem() -> str:
    """What is missing for making environments, and what to do; empty where nothing is."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as missing:
        remedy = "install your system's package for it, or Python from python.org"
        if os.path.exists("/etc/debian_version"):
            remedy = "sudo apt install python{}.{}-venv".format(*sys.version_info[:2])
        return f"Python's {missing.name} module is missing: {remedy}, then run it again."
    return ""


def another_python() -> str:
    """A Python on this machine that would do; empty where there is none."""
    if os.name == "nt":  # its launcher, py, has taken the newest already
        return ""
    places = [*os.environ.get("PATH", "").split(os.pathsep), "/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"]
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        for place in places:
            path = os.path.join(place, f"python3.{minor}")
            if os.path.isabs(path) and os.access(path, os.X_OK):
                # Asked, not trusted: it may be a shim for a Python that is not installed.
                probe = [path, "-c", f"import sys, ensurepip, venv; sys.exit(sys.version_info[1] != {minor})"]
                if subprocess.call(probe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
                    return path
    return ""


def own_python() -> str:
    """The running interpreter; `sys.executable` is empty where PATH is."""
    if sys.executable:
        return sys.executable
    running = "/proc/self/exe"
    if os.path.exists(running):
        return os.path.realpath(running)
    return os.path.join(sys.base_exec_prefix, "bin", "python{}.{}".format(*sys.version_info[:2]))
