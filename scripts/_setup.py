"""Makes the environments that _environment.py looks for. Its syntax is as old, for the same reason."""

import contextlib
import errno
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from types import FrameType

from _environment import (
    CHECKOUT,
    LOCKS,
    UNAVAILABLE,
    SetupError,
    SetupStopped,
    base_of,
    digest_of,
    project_digest,
    python_in,
    read_stamp,
    unfinished,
)
from _pythons import another_python, own_python, python_problem, venv_problem
from _steps import Progress, StepFailed, call, cause_of

CLAIM = "setup.lock"
"""Held by whoever fills the folder, and by its pip; it also tells our folders from other people's."""

TAIL = 8
"""Lines of a failed command's output that are worth showing."""

WIDTH = 160
"""Characters of such a line."""


def set_up(folders: "list[str]", locks: "dict[str, str]", same_python: bool) -> str:
    """Make an environment in the first of `folders` that can hold it. Returns the path of its Python.

    Raises:
        SetupError: this machine lacks something.
        SetupStopped: somebody stopped it.
    """
    problem = python_problem(sys.version_info[:2]) or venv_problem()
    if problem:
        other = another_python()
        if not other:
            raise SetupError(problem)
        os.execv(other, [other, *sys.argv])
    refusals = []
    with _stoppable():
        for folder in folders:
            try:
                claim = _claim(folder)
            except OSError as refusal:
                refusals.append(f"{folder}: {refusal.strerror or refusal}")
                continue
            with open(claim, closefd=True) as held:
                _wait_for(held.fileno())
                todo = unfinished(read_stamp(folder), folder, locks, same_python)
                if todo:  # else another run did it while this one waited
                    _fill(folder, locks, todo, held.fileno())
            return python_in(folder)
    raise SetupError("There is no place for its environment ({}).".format("; ".join(refusals)))


@contextlib.contextmanager
def _stoppable() -> "Iterator[None]":
    """Turn Ctrl-C, a closed terminal and a polite kill into `SetupStopped`, so that pip never outlives the set-up."""

    def stop(number: int, _frame: "FrameType | None") -> None:
        raise SetupStopped(128 + number)

    numbers = [signal.SIGINT, signal.SIGTERM] + ([] if os.name == "nt" else [signal.SIGHUP])
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler != signal.SIG_IGN:  # what nohup ignores stays ignored
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _claim(folder: str) -> int:
    """Open the lock file of `folder`, which is made where it is missing.

    Raises:
        OSError: the folder cannot be written, or somebody else made it.
    """
    claim = os.path.join(folder, CLAIM)
    if os.path.isdir(folder) and os.listdir(folder) and not os.path.exists(claim):
        raise FileExistsError(errno.EEXIST, "it was not made by this script")
    os.makedirs(folder, exist_ok=True)
    return os.open(claim, os.O_RDWR | os.O_CREAT, 0o644)


def _wait_for(claim: int) -> None:
    """Lock `claim`; it is let go when the last process that has it open closes it."""
    said = False
    while not _lock(claim):
        if not said:
            sys.stderr.write("Another run is setting up the same environment; waiting for it.\n")
            said = True
        time.sleep(0.2)


def _lock(claim: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(claim, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a network drive without locks: two first runs at once are rarer than such drives
        return True
    return True


def _fill(folder: str, locks: "dict[str, str]", todo: "list[str]", claim: int) -> None:
    """Do what is in `todo`. The stamp goes first and comes back last, so that nothing half done passes for whole.

    Raises:
        SetupError: it failed.
    """
    fresh = "everything" in todo
    wanted = [lock for lock in locks if fresh or lock in todo]
    sizes = {lock: _packages_in(lock) for lock in wanted}
    stamp = {} if fresh else read_stamp(folder)
    progress = Progress("Setting up voiceguide", sum(sizes.values()) + 2)
    try:
        with contextlib.suppress(FileNotFoundError):
            os.remove(os.path.join(folder, "stamp"))
        if fresh:
            progress.note(f"Setting up voiceguide in {folder}, once; this downloads its libraries.")
            _clear(folder)
            progress.step("an environment")
            own = [own_python(), "-I", "-m", "venv", "--prompt", "voiceguide", folder]
            call(own, progress, claim)
            stamp = {
                "folder": ascii(folder),
                "python": f"{sys.version_info[0]}.{sys.version_info[1]} {base_of(folder)}",
            }
        for lock in wanted:
            stamp[lock] = digest_of(os.path.join(LOCKS, lock)) + _install(folder, lock, locks[lock], progress, claim)
        if fresh or "project" in todo:
            progress.step("voiceguide")
            _pip(folder, ["--no-deps", "--no-index", "--no-build-isolation", "--editable", CHECKOUT], progress, claim)
            stamp["project"] = project_digest()
        _write_stamp(folder, stamp)
    except StepFailed as failure:
        progress.clear()
        told = [line for line in failure.output if line and not line.startswith("Ignoring ")]
        sys.stderr.writelines(f"    {line[:WIDTH]}\n" for line in told[-TAIL:])
        raise SetupError(f"It could not be set up. {cause_of(failure)[0]}") from failure
    except OSError as failure:
        progress.clear()
        raise SetupError(f"It could not be set up in {folder}: {failure.strerror or failure}.") from failure
    finally:
        progress.clear()


def _install(folder: str, lock: str, otherwise: str, progress: Progress, claim: int) -> str:
    """Install what `lock` pins. Returns what the stamp says of it beside its digest: nothing, or `UNAVAILABLE`."""
    arguments = ["--no-deps", "--require-hashes", "--requirement", os.path.join(LOCKS, lock)]
    if lock in ("neural.txt", "formats.txt"):
        arguments += ["--only-binary", ":all:"]  # compiling these takes an hour, and the machine may do without
    elif lock == "ci.txt":
        arguments += ["--no-build-isolation"]  # with the pinned setuptools
    try:
        _pip(folder, arguments, progress, claim)
    except StepFailed as failure:
        if not otherwise or cause_of(failure)[1]:
            raise
        progress.note(otherwise)
        return UNAVAILABLE
    return ""


def _pip(folder: str, arguments: "list[str]", progress: Progress, claim: int) -> None:
    pip = [python_in(folder), "-I", "-u", "-m", "pip", "--no-input", "--disable-pip-version-check", "--retries", "2"]
    call([*pip, "install", "--progress-bar", "off", *arguments], progress, claim)


def _packages_in(lock: str) -> int:
    with open(os.path.join(LOCKS, lock), encoding="utf-8") as file:
        return sum(line[0].isalnum() for line in file)


def _clear(folder: str) -> None:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        elif entry.name != CLAIM:
            os.remove(entry.path)


def _write_stamp(folder: str, stamp: "dict[str, str]") -> None:
    path = os.path.join(folder, "stamp")
    with open(path + ".new", "w", encoding="ascii") as file:
        file.writelines(f"{key} {value}\n" for key, value in stamp.items())
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)
