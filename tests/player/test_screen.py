"""What the listener sees: a line that never wraps, and a terminal left as it was."""

from __future__ import annotations

import io
import os
import sys
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from voiceguide.base.units import RATE
from voiceguide.player.screen import Screen
from voiceguide.player.transport import Moment

HIDE, SHOW, CLEAR = "\x1b[?25l", "\x1b[?25h", "\r\x1b[K"
WIDTHS = (20, 40, 80, 200)
TITLES = {
    "plain": "Weizhong, left knee",
    "wide": "委中、左膝の裏側にあるツボ",
    "emoji": "👩‍👩‍👧 Warm-up 👍🏽 ✌️❤️ 🇩🇪",
    "accents": "Wärme für den Rücken, e\u0301 a\u0300",
    "hostile": "\x1b[2J\x1b]0;owned\x07\r\nKnee\t\u202e",
}
WORDS = "Find the middle of the crease at the back of your left knee. 膝の裏のしわの真ん中を見つけます。"


class Terminal(io.StringIO):
    """What is written to it looks as if it went to a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def at(second: float, chapter: str = "", text: str = "", length: int | None = None) -> Moment:
    return Moment(round(second * RATE), length, chapter, text, 0)


def harmless(line: str) -> bool:
    """Whether nothing in it moves the cursor or turns the reading direction round."""
    return not [
        char for char in line if unicodedata.category(char) in ("Cc", "Zl", "Zp") or "\u202a" <= char <= "\u202e"
    ]


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("second", [0, 65, 4 * 3600 + 5])
def test_the_line_never_wraps(columns: int, title: str, second: int) -> None:
    line = Screen(Terminal()).line(at(second, TITLES[title], WORDS), columns)
    # Two columns for the ^C that a terminal shows, and the last one stays free.
    assert cell_len(line) <= columns - 3
    assert harmless(line)
    assert line.startswith(("0:00", "1:05", "4:00:05"))


@given(st.text(), st.text(), st.integers(0, 200))
def test_the_line_fits_and_is_harmless_with_any_text(chapter: str, text: str, columns: int) -> None:
    line = Screen(Terminal()).line(at(1, chapter, text), columns)
    assert cell_len(line) <= max(columns - 3, 0)
    assert harmless(line)


def test_the_line_has_the_clock_then_the_chapter_then_the_words() -> None:
    screen = Screen(Terminal())
    moment = at(65, "Knee", "Press.", length=100 * RATE)
    assert screen.line(moment, 80) == "1:05 / -0:35  Knee  Press."
    assert screen.line(moment, 28) == "1:05 / -0:35  Knee  Pres…"
    assert screen.line(moment, 20) == "1:05 / -0:35  Kn…"
    assert screen.line(at(65, "", "", length=100 * RATE), 80) == "1:05 / -0:35"


def test_the_time_left_is_a_guess_until_the_length_is_known() -> None:
    screen = Screen(Terminal())
    with screen.showing("Knees", 70 * RATE):
        assert screen.line(at(10), 80) == "0:10 / -~1:00"
        assert screen.line(at(10, length=20 * RATE), 80) == "0:10 / -0:10"
        assert screen.line(at(90), 80) == "1:30 / -~0:00"


def test_on_a_terminal_one_line_is_drawn_over_and_over_and_then_removed() -> None:
    terminal = Terminal()
    with Screen(terminal).showing("Knees", 0) as _:
        pass
    assert terminal.getvalue() == f"{HIDE}Knees  (Ctrl-C ends it){CLEAR}{SHOW}"


def test_a_title_that_is_wider_than_the_terminal_goes_away_with_the_line_and_stays_whole_when_it_plays() -> None:
    terminal = Terminal()
    screen = Screen(terminal)
    with screen.showing("Knees " * 20, 0):
        drawn = terminal.getvalue().removeprefix(HIDE)
        assert cell_len(drawn) <= 77
        assert drawn.endswith("…")
        screen.show(at(0, length=RATE))
    title = f"{'Knees ' * 20}  (Ctrl-C ends it)"
    assert terminal.getvalue() == f"{HIDE}{drawn}{CLEAR}{title}\n{CLEAR}0:00 / -0:01{CLEAR}{SHOW}"


def test_a_line_that_is_the_same_is_not_drawn_again() -> None:
    terminal = Terminal()
    screen = Screen(terminal)
    with screen.showing("Knees", 0):
        for second in (1.0, 1.1, 1.2, 2.0):
            screen.show(at(second, length=10 * RATE))
    title = "Knees  (Ctrl-C ends it)"
    drawn = f"{CLEAR}0:01 / -0:09{CLEAR}0:02 / -0:08"
    assert terminal.getvalue() == f"{HIDE}{title}{CLEAR}{title}\n{drawn}{CLEAR}{SHOW}"


def test_a_note_stays_above_the_line_which_is_drawn_again() -> None:
    terminal = Terminal()
    screen = Screen(terminal)
    screen.show(at(1, length=2 * RATE))
    screen.note("No voice\x1b[2J.")
    screen.show(at(1, length=2 * RATE))
    line = f"{CLEAR}0:01 / -0:01"
    assert terminal.getvalue() == f"{line}{CLEAR}No voice\\x1b[2J.\n{line}"


def test_the_terminal_is_always_restored() -> None:
    terminal = Terminal()
    with pytest.raises(KeyboardInterrupt), Screen(terminal).showing("Knees", 0):
        raise KeyboardInterrupt
    assert terminal.getvalue().endswith(f"{CLEAR}{SHOW}")


@pytest.mark.parametrize("terminal", ["none", "dumb"])
def test_elsewhere_there_is_a_line_for_each_chapter_and_no_escape_code(
    terminal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.StringIO() if terminal == "none" else Terminal()
    monkeypatch.setenv("TERM", "dumb" if terminal == "dumb" else "xterm")
    screen = Screen(out)
    with screen.showing("Knees\x1b[2J", 0):
        for moment in (at(0), at(0, "One", "A."), at(5, "One", "B."), at(65, "Two\x07", "B.")):
            screen.show(moment)
        screen.note("Hm.")
    assert out.getvalue() == ("Knees\\x1b[2J  (Ctrl-C ends it)\n0:00  One\n1:05  Two\\x07\nHm.\n")


def test_no_lasting_line_is_written_before_the_first_moment() -> None:
    """There may turn out to be no speaker."""
    out = io.StringIO()
    with pytest.raises(KeyError), Screen(out).showing("Knees", 0):
        raise KeyError
    assert out.getvalue() == ""


class Full(io.StringIO):
    """A disk without room."""

    def write(self, text: str, /) -> int:
        raise OSError(f"no room for {text!r}")


def test_the_session_goes_on_when_the_screen_fails() -> None:
    screen = Screen(Full())
    with screen.showing("Knees", 0):
        screen.show(at(1, "One"))
        screen.note("Hm.")
    assert screen.position == RATE


def test_the_screen_keeps_the_last_position() -> None:
    screen = Screen(io.StringIO())
    assert (screen.position, screen.missed) == (0, 0)
    screen.show(Moment(7, None, "", "", 3))
    assert (screen.position, screen.missed) == (7, 3)


@pytest.fixture
def narrow() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal of 30 columns."""
    if os.name != "posix":
        pytest.skip("only on POSIX: it opens a terminal")
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 10, 30, 0, 0))
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


def test_the_width_is_that_of_the_terminal_it_writes_to(
    narrow: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not that of standard output, which may go into a file."""
    ours, theirs = narrow
    monkeypatch.setenv("COLUMNS", "200")
    with open(theirs, "w", encoding="utf-8", closefd=False) as terminal:
        Screen(terminal).show(at(1, "A chapter of many, many words", "And more."))
    assert len(os.read(ours, 1000).decode().removeprefix(CLEAR)) == 27


def test_without_a_standard_error_it_writes_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with Screen().showing("Knees", 0):
        pass
