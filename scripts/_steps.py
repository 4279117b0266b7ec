"""Running the commands of a set-up, and showing how far they are. Old syntax, as in _environment.py."""

import contextlib
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

EVERY = 8
"""Packages between two lines where there is no terminal."""

BAR = 24
"""Characters."""

# What a failed command printed, what that means and what to do, and whether it is the same for every package, so that
# leaving one out would not help.
CAUSES = (
    (r"Errno 28|no space left|not enough space", "The disk is full: free a gigabyte, then run it again.", True),
    (
        r"connection broken|(NewConnection|NameResolution|ConnectionReset|ConnectionRefused|Proxy)Error|timed out",
        "The package index cannot be reached: the first run needs the internet. Connect, then run it again.",
        True,
    ),
    (
        r"SSLError|CERTIFICATE_VERIFY",
        "The package index is not trusted: check the clock and the proxy's certificate.",
        True,
    ),
    (
        r"do not match the hashes",
        "A downloaded file is not the one pinned in scripts/locks: check proxy and mirror.",
        True,
    ),
    (
        r"error: command|command .* failed|failed building wheel|subprocess-exited-with-error",
        "A library has to be compiled for this machine, and cannot be: install a C compiler and Python's headers.",
        False,
    ),
    (r"no matching distribution found for ([^\s;]+)", "There is no build of {} for this machine.", False),
    (r"Errno 13|permission denied", "A file cannot be written: check who owns the folder.", True),
)


class StepFailed(Exception):
    """A command of the set-up failed. `output` is what it printed, `status` its exit code."""

    def __init__(self, output: "list[str]", status: int) -> None:
        super().__init__("a step failed")
        self.output = output
        self.status = status


class Progress:
    """Counts steps up to `total`."""

    def __init__(self, title: str, total: int) -> None:
        self.title = title
        self.total = total
        self.done = 0
        self.label = ""
        self.began = time.monotonic()
        self.live = sys.stderr.isatty()
        self.width = 0

    def hear(self, line: str) -> None:
        """Take in a line of pip's: each package is named in one of these."""
        words = line.split()
        if line.startswith(("Collecting ", "Ignoring ", "Requirement already satisfied")):
            self.step(words[3] if line.startswith("Requirement") else words[1].rstrip(":"))
        elif words[:1] == ["Downloading"] and words[-1].endswith(")"):
            self.label += " " + " ".join(words[-2:])
            self.show()
        elif line.startswith("Installing collected packages"):
            self.label = "unpacking"
            self.show()

    def step(self, label: str) -> None:
        """Begin the next step."""
        self.done = min(self.done + 1, self.total)
        self.label = label.partition("==")[0]
        if not self.live and self.done % EVERY == 0:
            sys.stderr.write(f"{self.title}: {self.done} of {self.total}\n")
            sys.stderr.flush()
        self.show()

    def show(self) -> None:
        """Draw the bar, with the time, so that a long download does not look dead."""
        if not self.live:
            return
        filled = BAR * self.done // self.total
        minutes, seconds = divmod(int(time.monotonic() - self.began), 60)
        text = "{} [{}{}] {}:{:02d} {}".format(
            self.title, "#" * filled, "." * (BAR - filled), minutes, seconds, self.label
        )
        text = text[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write("\r" + text.ljust(self.width))
        sys.stderr.flush()
        self.width = len(text)

    def note(self, text: str) -> None:
        """Write a line that stays."""
        self.clear()
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self.width:
            sys.stderr.write("\r" + " " * self.width + "\r")
            sys.stderr.flush()
            self.width = 0


def call(command: "list[str]", progress: Progress, claim: int) -> None:
    """Run a command, showing what pip says of its progress; stop all of it when this is stopped.

    Raises:
        StepFailed: its exit code is not 0.
    """
    surroundings = dict(os.environ, PIP_USER="0")  # an environment has no place for a user's packages
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX"):
        surroundings.pop(name, None)
    # A group of its own, so that it can be stopped with all it started; it holds the claim, so that even when this
    # process is killed outright nobody fills the folder beside it.
    posix = {} if os.name == "nt" else {"start_new_session": True, "pass_fds": (claim,)}
    process = subprocess.Popen(  # type: ignore[call-overload]  # the two arguments above
        command,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        **posix,
    )
    lines = queue.Queue()  # type: queue.Queue[str | None]
    threading.Thread(target=_read, args=(process, lines), daemon=True).start()
    output = []
    try:
        while True:
            try:
                line = lines.get(timeout=0.5)
            except queue.Empty:
                progress.show()
                continue
            if line is None:
                break
            output.append(line)
            progress.hear(line)
        status = process.wait()
    finally:
        if process.poll() is None:
            _stop(process)
    if status:
        raise StepFailed(output, status)


def _read(process: "subprocess.Popen[str]", lines: "queue.Queue[str | None]") -> None:
    if process.stdout:
        for line in process.stdout:
            lines.put(line.rstrip())
    lines.put(None)


def _stop(process: "subprocess.Popen[str]") -> None:
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        with contextlib.suppress(ProcessLookupError):
            if os.name == "nt":
                process.terminate()
            else:
                os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)


def cause_of(failure: StepFailed) -> "tuple[str, bool]":
    """What made a command fail and what to do, in one line, and whether every package would fail alike."""
    text = "\n".join(failure.output)
    for pattern, meaning, general in CAUSES:
        found = re.search(pattern, text, re.IGNORECASE)
        if found:
            return meaning.format(*found.groups()[-1:]), general
    return f"The last command ended with code {failure.status}; its last lines are above.", False
