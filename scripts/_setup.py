"""Make an environment with venv and pip. Loaded only when one has to be made."""

import contextlib
import errno
import os
import shutil
import signal
import subprocess
import sys
import time

from _progress import Progress
from _stamp import CHECKOUT, LOCKS, python_in, read_stamp, whole_stamp

OLDEST, NEWEST = 11, 14  # minor versions of Python 3
FAILED = 3  # exit code when this machine lacks something, as everywhere in voiceguide
CLAIM = "setup.lock"  # locked by whoever fills the folder, and by its pip; it also marks the folder as made by us
ROOM = 100_000_000  # bytes; a disk that has less left after a failure counts as full
FULL = ("[Errno 28]", "[Errno 122]", "[WinError 112]")  # no space left, quota used up, no space left
UNREACHED = (
    "The package index cannot be reached: the first run needs the internet. "
    "Connect (or check the proxy, its certificate and the clock), then run it again."
)
BUILT = ["--only-binary", ":all:"]  # compiling these takes an hour, and the machine may do without
OPTIONS = {"neural.txt": BUILT, "formats.txt": BUILT, "ci.txt": ["--no-build-isolation"]}  # the last: pinned setuptools


class SetupError(Exception):
    """This machine lacks something. The text is one line: what, and what to do."""


def set_up(folders: "list[str]", locks: "dict[str, str]", same_python: bool) -> str:
    """Make an environment in the first of `folders` that can hold it. Returns the path of its Python; else it exits."""
    progress = Progress()
    try:
        problem = python_problem(sys.version_info[:2]) or _venv_problem()
        if problem:
            _hand_over()
            raise SetupError(problem)
        refusals = []
        for folder in folders:
            try:
                claim = _claim(folder)
            except OSError as refusal:
                refusals.append(f"{folder}: {refusal.strerror}")
                continue
            with open(claim):
                if not _lock(claim):
                    progress.say("Another run is setting up the same environment; waiting for it.")
                    while not _lock(claim):
                        progress.update("waiting")
                        time.sleep(0.2)
                if not whole_stamp(folder, locks, same_python).items() <= read_stamp(folder).items():
                    Target(folder, claim, progress).fill(locks, same_python)
                    progress.update("done")  # the last look at the signals
            return python_in(folder)
        raise SetupError("There is no place for its environment ({}).".format("; ".join(refusals)))
    except SetupError as error:
        progress.say(f"voiceguide: {error}")
        sys.exit(FAILED)
    finally:
        progress.close()


def python_problem(version: "tuple[int, ...]") -> str:
    """What is wrong with a Python of this version (major, minor), and what to do; empty where nothing is."""
    if (3, OLDEST) <= version <= (3, NEWEST):
        return ""
    text = "This is Python {}.{}, and 3.{} to 3.{} is needed: install one from python.org or your package manager, "
    return (text + "then run it again.").format(*version, OLDEST, NEWEST)


def _venv_problem() -> str:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as missing:
        remedy = "install your system's package for it, or Python from python.org"
        if os.path.exists("/etc/debian_version"):
            remedy = "sudo apt install python{}.{}-venv".format(*sys.version_info[:2])
        return f"Python's {missing.name} module is missing: {remedy}, then run it again."
    return ""


def _hand_over() -> None:
    """Start again as a Python of this machine that would do. Returns where there is none."""
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), "/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"])
    for minor in range(NEWEST, OLDEST - 1, -1):
        path = shutil.which(f"python3.{minor}", path=places) or ""
        # Asked, not trusted: it may be a shim for a Python that is not installed.
        probe = [path, "-c", "import ensurepip, venv"]
        if os.path.isabs(path) and subprocess.call(probe, stderr=subprocess.DEVNULL) == 0:
            os.execv(path, [path, *sys.argv])


def _claim(folder: str) -> int:
    """Open the lock file of `folder`; OSError where that cannot be written, or somebody else made it."""
    claim = os.path.join(folder, CLAIM)
    if os.path.isdir(folder) and os.listdir(folder) and not os.path.exists(claim):
        raise FileExistsError(errno.EEXIST, "it was not made by this script")
    os.makedirs(folder, exist_ok=True)
    return os.open(claim, os.O_RDWR | os.O_CREAT, 0o644)


def _lock(claim: int) -> bool:
    """Lock it unless another process has: the system lets go of it when the last process that has it open ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(claim, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as refusal:  # some network drives have no locks; two first runs at once are rarer than these
        return refusal.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
    return True


class Target:
    """The folder of an environment, whose lock file is held, and the commands that fill it.

    A method that runs a command returns the last line it printed, where it failed; else nothing.
    """

    def __init__(self, folder: str, claim: int, progress: Progress) -> None:
        self.folder, self.claim, self.progress = folder, claim, progress
        self.log = os.path.join(folder, "setup.log")

    def fill(self, locks: "dict[str, str]", same_python: bool) -> None:
        """Install what is missing. The stamp goes first and comes back last: nothing half done passes for whole."""
        stamp, wanted = read_stamp(self.folder), whole_stamp(self.folder, locks, same_python)
        # Entry points can be installed anew on top. For a changed lock, what only the old one named would stay.
        fresh = {key for key in wanted if stamp.get(key) != wanted[key]} != {"pyproject.toml"}
        try:
            self.clear(fresh)
            problem = self.make() if fresh else ""
            for lock in locks if fresh else ():
                problem = problem or self.install(lock, locks[lock])
            options = ["--no-deps", "--no-index", "--no-build-isolation", "--editable"]
            problem = problem or self.pip("voiceguide", "install", *options, CHECKOUT)
            if not problem:
                stamp = whole_stamp(self.folder, locks, same_python)
                with open(os.path.join(self.folder, "stamp"), "w", encoding="utf-8") as file:
                    file.writelines(f"{key} {value}\n" for key, value in stamp.items())
        except OSError as failure:
            problem = str(failure)
        if problem and self.disk_full(problem):
            raise SetupError(f"The disk of {self.folder} is full: free a gigabyte, then run it again.")
        if problem:
            raise SetupError(f"It could not be set up: {problem} (all that was printed is in {self.log})")

    def clear(self, fresh: bool) -> None:
        """Remove the stamp, and all else, but the lock file, where the environment is made anew."""
        for entry in list(os.scandir(self.folder)):
            if fresh and entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            elif entry.name in ("stamp", "setup.log") or (fresh and entry.name != CLAIM):
                os.remove(entry.path)

    def make(self) -> str:
        """Make an environment that has nothing but pip."""
        self.progress.say(f"Setting up voiceguide in {self.folder}, once; this downloads its libraries.")
        python = sys.executable or os.path.realpath("/proc/self/exe")  # the first is empty where PATH is
        return self.call("environment", python, "-I", "-m", "venv", "--prompt", "voiceguide", self.folder)

    def install(self, lock: str, otherwise: str) -> str:
        """Install what `lock` pins, or where this machine has no build of it, say `otherwise`."""
        options = ["--progress-bar", "off", "--no-deps", "--require-hashes", *OPTIONS.get(lock, [])]
        problem = self.pip(lock[:-4], "install", *options, "--requirement", os.path.join(LOCKS, lock))
        if not problem or self.disk_full(problem):
            return problem
        # pip's last line is the same where the index is out of reach and where it has no build for this machine, so it
        # is asked about a library that there is.
        with open(os.path.join(LOCKS, "base.txt"), encoding="utf-8") as file:
            known = next(line.partition("==")[0] for line in file if line[0].isalpha())
        if self.pip("package index", "index", "versions", known):
            raise SetupError(UNREACHED)
        if otherwise and (lock == "ci.txt" or "No matching distribution found" in problem):
            self.progress.say(otherwise)
            return ""
        return problem

    def disk_full(self, problem: str) -> bool:
        """Whether a full disk is the reason."""
        return any(code in problem for code in FULL) or shutil.disk_usage(self.folder).free < ROOM

    def pip(self, step: str, *arguments: str) -> str:
        """Run the environment's pip."""
        options = ["--no-input", "--disable-pip-version-check", "--retries", "2"]
        return self.call(step, python_in(self.folder), "-I", "-u", "-m", "pip", *options, *arguments)

    def call(self, step: str, *command: str) -> str:
        """Run a command, and show what it prints; stop it, with all it started, where the set-up is stopped."""
        # Temporary files go into the folder, so that the next run removes what a stopped one leaves.
        temporary = os.path.join(self.folder, "tmp")
        os.makedirs(temporary, exist_ok=True)
        strange = ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX")
        surroundings = {name: value for name, value in os.environ.items() if name not in strange}
        surroundings.update(TMPDIR=temporary, PIP_USER="0")
        # It holds the lock, so that even when this process is killed outright, nobody fills the folder beside it.
        posix = {} if os.name == "nt" else {"start_new_session": True, "pass_fds": (self.claim,)}
        with open(self.log, "ab") as log:
            begin = os.path.getsize(self.log)
            process = subprocess.Popen(  # type: ignore[call-overload]  # the two arguments above
                command, env=surroundings, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **posix
            )
        try:
            while process.poll() is None:
                self.progress.update(f"({step}) {_last_line(self.log, begin)}")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=0.2)
        finally:
            if process.poll() is None:
                process.kill() if os.name == "nt" else os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        code = process.returncode
        return (_last_line(self.log, begin) or f"exit code {code}") if code else ""


def _last_line(path: str, begin: int) -> str:
    with open(path, "rb") as file:
        file.seek(max(begin, os.path.getsize(path) - 2000))
        lines = file.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
