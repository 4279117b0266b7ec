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

_PATIENCE_S = 5.0
"""How long a worker may take over tidying up when it is to end."""


def main() -> None:
    """Work until there is nothing more to come."""
    # What a library prints must not get among the replies.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    jobs: SimpleQueue[Job | None] = SimpleQueue()
    busy = threading.Event()

    def give_up(*_: object) -> None:
        if busy.is_set():
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, give_up)
    threading.Thread(target=_listen, args=(jobs,), daemon=True).start()
    with suppress(KeyboardInterrupt, OSError):
        while job := jobs.get():
            busy.set()
            send(replies, _reply(job))
            busy.clear()
    # A thread that hangs must not keep it from ending.
    os._exit(0)


def _reply(job: Job) -> Done | VoiceguideError:
    try:
        return do(job)
    except VoiceguideError as failure:
        return failure


def _listen(jobs: SimpleQueue[Job | None]) -> None:
    """Pass on what comes in. When nothing more can come, what is under way is given up, and leaves nothing."""
    try:
        while True:
            jobs.put(receive(sys.stdin.buffer))
    finally:
        jobs.put(None)
        _thread.interrupt_main()
        threading.Event().wait(_PATIENCE_S)
        os._exit(1)


if __name__ == "__main__":
    main()
