"""Hiding messages of libraries: those of C code, and those printed afterwards."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from voiceguide.player.quiet import quiet_stderr


def test_messages_are_hidden_inside_and_printed_again_afterwards(capfd: pytest.CaptureFixture[str]) -> None:
    def open_device() -> None:
        with quiet_stderr():
            os.write(2, b"a library\n")
            raise KeyboardInterrupt

    os.write(2, b"before\n")
    with pytest.raises(KeyboardInterrupt):
        open_device()
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "before\nafter\n"


@pytest.mark.skipif(os.name != "posix", reason="only on POSIX: a shell closes it")
def test_a_process_without_a_standard_error_works() -> None:
    code = "from voiceguide.player.quiet import quiet_stderr\nwith quiet_stderr(): print('fine')"
    command = ["sh", "-c", '"$0" -c "$1" 2>&-', sys.executable, code]
    assert subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout == b"fine\n"
