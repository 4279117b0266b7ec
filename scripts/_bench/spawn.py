"""Run a command and print its time and memory as JSON: python -I -S spawn.py OUTPUT ERRORS COMMAND...

This is a separate, small process because Linux counts the memory of the process that starts a program as part of that
program's peak (`setmax_mm_hiwater_rss` in its fs/exec.c), and scripts/bench holds whole sessions in memory.
"""

import json
import os
import sys
import time


def main(output: str, errors: str, command: list[str]) -> None:
    """Run `command`, with its standard output in the file `output` and its standard error in the file `errors`."""
    how = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    redirect = [(os.POSIX_SPAWN_OPEN, 1, output, how, 0o600), (os.POSIX_SPAWN_OPEN, 2, errors, how, 0o600)]
    begun = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=redirect)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - begun
    unit = 1 if sys.platform == "darwin" else 1024  # the unit of ru_maxrss
    measured = {
        "seconds": seconds,
        "processor_seconds": usage.ru_utime + usage.ru_stime,
        "peak_bytes": usage.ru_maxrss * unit,
        "code": os.waitstatus_to_exitcode(status),
    }
    print(json.dumps(measured))


main(sys.argv[1], sys.argv[2], sys.argv[3:])
