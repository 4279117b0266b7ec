"""The terminal while something is drawn on it, in a program that has nothing else to do."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminals import Terminal, in_terminal
from voiceguide.player.terminal import HeldTerminal

on_posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX: it opens a terminal")

ASKING = """\
import select, sys
from voiceguide.player.terminal import HeldTerminal

with HeldTerminal(sys.stdin, draws=False, by_key=True).holding() as terminal:
    print("Press one.", flush=True)
    select.select([0], [], [])
    terminal.forget_typed()
    print("Now press another.", flush=True)
    print(repr(terminal.key({seconds})), flush=True)
"""


@pytest.fixture
def opened() -> Iterator[list[Terminal]]:
    made: list[Terminal] = []
    yield made
    for terminal in made:
        terminal.close()


def asking(opened: list[Terminal], folder: Path, seconds: float) -> Terminal:
    """A program that has dropped one key, and waits so many seconds for another."""
    terminal = in_terminal([sys.executable, "-c", ASKING.format(seconds=seconds)], folder)
    opened.append(terminal)
    terminal.wait_for("Press one.")
    assert not terminal.echoes()
    terminal.press(b"w")
    terminal.wait_for("Now press another.")
    return terminal


@on_posix
def test_keys_that_were_pressed_before_are_dropped_and_the_time_is_limited(
    opened: list[Terminal], tmp_path: Path
) -> None:
    terminal = asking(opened, tmp_path, 0.5)
    assert terminal.end() == (0, "Press one.\nNow press another.\n''\n")
    assert terminal.echoes()


@on_posix
@pytest.mark.parametrize(
    ("key", "read"), [(b"b", "'b'"), ("é".encode(), "'é'"), (b"\x1b[A", r"'\x1b'"), (b"\n", r"'\n'")]
)
def test_a_key_is_read_without_return(opened: list[Terminal], tmp_path: Path, key: bytes, read: str) -> None:
    terminal = asking(opened, tmp_path, 60)
    terminal.press(key)
    assert terminal.end() == (0, f"Press one.\nNow press another.\n{read}\n")
    assert terminal.echoes()


def test_a_stream_without_a_terminal_is_not_held() -> None:
    stream = io.StringIO()
    with HeldTerminal(stream, draws=False).holding() as held:
        assert held.hold()
        held.forget_typed()
        assert held.key(60) == ""
    assert stream.getvalue() == ""
