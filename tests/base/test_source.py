"""Problems are kept once and in order, and the line they point at is shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from voiceguide.base.source import (
    MAX_PROBLEMS,
    MAX_SOURCE_BYTES,
    Problem,
    Problems,
    Span,
    UnreadableSource,
    did_you_mean,
    error,
    errors_in,
    excerpt,
    in_order,
    nearest,
    shortened,
    split_lines,
    warning,
)


def shown(path: Path, content: str | bytes, line: int, column: int) -> list[str]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return excerpt(Span(str(path), line, column)).splitlines()


def test_a_problem_reads_as_one_line() -> None:
    span = Span("a.yaml", 3, 7)
    assert str(error(span, "wrong", "do this")) == "a.yaml:3:7: wrong (do this)"
    assert str(warning(span, "odd")) == "a.yaml:3:7: odd"


def test_problems_are_kept_once() -> None:
    problems = Problems()
    problems.add(error(Span("a", 1, 1), "wrong"))
    problems.add(error(Span("a", 1, 1), "wrong"))
    assert len(problems) == len(list(problems)) == 1


def test_after_too_many_problems_the_reading_stops() -> None:
    problems = Problems()
    for line in range(MAX_PROBLEMS):
        problems.add(error(Span("a", line, 1), "wrong"))
    problems.add(error(Span("a", 1, 1), "wrong"))
    with pytest.raises(UnreadableSource, match="more than 100 mistakes") as caught:
        problems.add(error(Span("a", 500, 1), "wrong"))
    assert caught.value.problem.span.line == 500
    assert len(problems) == MAX_PROBLEMS


def test_problems_in_the_order_of_their_lines() -> None:
    first, second, third = (error(Span("a", *place), "wrong") for place in ((2, 9), (10, 1), (10, 3)))
    assert in_order([third, first, second, first]) == (first, second, third)


def test_only_errors_stop_a_routine() -> None:
    bad, odd = error(Span("a", 1, 1), "wrong"), warning(Span("a", 1, 1), "odd")
    assert errors_in([odd, bad]) == (bad,)


def test_the_nearest_words_are_found_in_any_case() -> None:
    known = ["sciatica", "sciatica-short", "neck", "Sleep"]
    assert nearest("siatica", known)[0] == "sciatica"
    assert nearest("SLEEP", known) == ["Sleep"]
    assert nearest("xyz", known) == []
    assert nearest(".xyz", [".txt", ".wav"]) == []
    assert nearest("a" * 200_000, known) == []


def test_a_hint_names_the_nearest_word_or_all() -> None:
    assert did_you_mean("titel", ["steps", "title"]) == "did you mean `title`?"
    assert did_you_mean("xyz", ["b", "a"]) == "one of: a, b"
    assert did_you_mean("xyz", [str(number) for number in range(100, 150)]).endswith("110, 111, ...")
    assert did_you_mean("xyz", []) == ""


def test_a_quoted_text_is_one_short_line() -> None:
    assert shortened("two\n  lines") == "two lines"
    assert len(shortened("x" * 1_000_000)) == 40


def test_lines_end_where_yaml_says() -> None:
    assert split_lines("a\r\nb\rc\nd\u2028e\x0cf") == ["a", "b", "c", "d", "e\x0cf"]


class TestExcerpt:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "a.yaml"

    def test_the_caret_is_under_the_column(self, path: Path) -> None:
        assert shown(path, "title: T\nsteps: x\n", 2, 8) == ["    steps: x", "           ^"]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_any_end_of_line(self, path: Path, end: str) -> None:
        assert shown(path, f"title: T{end}steps: x{end}", 2, 8)[0] == "    steps: x"

    def test_a_byte_order_mark_takes_no_column(self, path: Path) -> None:
        assert shown(path, "\ufefftitle: T", 1, 8) == ["    title: T", "           ^"]

    def test_wide_letters_take_two_columns_and_accents_none(self, path: Path) -> None:
        assert shown(path, "穴e\u0301: T", 1, 6) == ["    穴e\u0301: T", "         ^"]

    def test_a_long_line_is_cut_around_the_column(self, path: Path) -> None:
        line, caret = shown(path, "a" * 500 + "!" + "a" * 500, 1, 501)
        assert len(line) == 104
        assert line[caret.index("^")] == "!"

    def test_no_character_in_it_moves_the_cursor(self, path: Path) -> None:
        line, caret = shown(path, "a\x1b[2J\tb\x9bc", 1, 8)
        assert line == r"    a\x1b[2J b\x9bc"
        assert line[caret.index("^") :] == r"\x9bc"

    def test_no_character_in_it_reverses_the_reading_direction(self, path: Path) -> None:
        assert shown(path, "title: a\u202eb", 1, 10) == [r"    title: a\u202eb", "                  ^"]

    def test_letters_that_are_not_utf8_are_marked(self, path: Path) -> None:
        assert shown(path, b"title: Caf\xe9\n", 1, 11) == ["    title: Caf\ufffd", "              ^"]

    @pytest.mark.parametrize(
        "content", ["title: T".encode("utf-16"), b"", b"\n", b"a" * (MAX_SOURCE_BYTES + 1)], ids=len
    )
    def test_no_excerpt_is_shown_without_a_line_of_text(self, path: Path, content: bytes) -> None:
        assert shown(path, content, 1, 1) == []

    def test_no_excerpt_is_shown_of_a_line_that_no_longer_exists(self, path: Path) -> None:
        assert shown(path, "title: T", 7, 1) == []
        assert excerpt(Span(str(path.parent), 1, 1)) == excerpt(Span(str(path) + "x", 1, 1)) == ""

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only on systems with named pipes")
    def test_a_named_pipe_is_not_waited_for(self, path: Path) -> None:
        os.mkfifo(path)
        assert excerpt(Span(str(path), 1, 1)) == ""


def test_a_problem_is_a_value() -> None:
    assert error(Span("a", 1, 1), "wrong") == Problem(Span("a", 1, 1), "error", "wrong", "")
