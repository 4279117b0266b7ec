"""Hides the messages that sound libraries print."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from voiceguide.base.log import is_shown


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Discard the process's standard error for a while, because libraries report there each device that is missing.

    While the log is shown, standard error is left alone.
    """
    if is_shown():
        yield
        return
    try:
        sys.stderr.flush()
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
    except (OSError, AttributeError):
        # The process has no standard error.
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
