"""A process that writes files, one at a time: jobs come in on standard input, replies go out on standard output.

When its parent ends, however it ends, so does a worker.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from contextlib import suppress
from queue import SimpleQueue

from voiceguide.collection.job import Done, Job, do, receive, send
from voiceguide.errors import VoiceguideError
from voiceguide.libraries import BrokenLibrary, naming_libraries
from voiceguide.output.replacing import give_up_unfinished

_PATIENCE_S = 1.0
"""How long a worker may take over ending by itself."""


def main() -> None:
    """Work until there is nothing more to come."""
    # What a library prints must not get among the replies.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    jobs: SimpleQueue[Job | VoiceguideError | None] = SimpleQueue()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Whoever ends a whole group of processes ends its parent, too, and that is what it goes by.
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_listen, args=(jobs,), daemon=True).start()
    with suppress(KeyboardInterrupt, OSError):
        while job := jobs.get():
            send(replies, job if isinstance(job, VoiceguideError) else _reply(job))
    # A thread that hangs must not keep it from ending.
    os._exit(0)


def _reply(job: Job) -> Done | VoiceguideError:
    try:
        with naming_libraries():
            return do(job)
    except VoiceguideError as failure:
        return failure


def _listen(jobs: SimpleQueue[Job | VoiceguideError | None]) -> None:
    """Pass on what comes in. When nothing more can come, what is under way is given up, and leaves nothing."""
    try:
        while True:
            try:
                # To know what a job is, modules are loaded.
                with naming_libraries():
                    jobs.put(receive(sys.stdin.buffer))
            except BrokenLibrary as failure:
                jobs.put(failure)
    finally:
        # Nobody wants to know what becomes of it now.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        _thread.interrupt_main()
        jobs.put(None)
        threading.Event().wait(_PATIENCE_S)
        # Where a library has called Python back, it may have swallowed the interrupt, and worked on.
        give_up_unfinished()
        os._exit(1)


if __name__ == "__main__":
    main()
