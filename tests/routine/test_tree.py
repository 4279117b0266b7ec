"""Files are read as text and as a tree of plain texts. A file that cannot be a routine is refused in one line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from voiceguide.base.source import MAX_SOURCE_BYTES, Problems, Span, UnreadableSource
from voiceguide.base.text_files import read_text
from voiceguide.routine.tree import Mapping, Scalar, Sequence, parse

pipes_only = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only on systems with named pipes")


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableSource) as caught:
        read_text(path)
    problem = caught.value.problem
    assert problem.span.file == str(path)
    return f"{problem.span.line}:{problem.span.column}: {problem.message}"


def test_a_text_is_read_without_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufefftitle: Größe\r\n".encode())
    assert read_text(path) == "title: Größe\r\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"title: Caf\xe9\n", "1:11: the file is not saved as UTF-8 text"),
        ("a: ö\nb: ".encode() + b"\xff", "2:4: the file is not saved as UTF-8 text"),
        ("title: T".encode("utf-16"), "1:1: the file is not saved as UTF-8 text"),
        ("title: T".encode("utf-16-le"), "1:2: the character U+0000 here cannot be read or heard"),
        (b"a: b\n\x00", "2:1: the character U+0000 here cannot be read or heard"),
        (b"a: b\r\nc: \x1b[2J", "2:4: the character U+001B here cannot be read or heard"),
        ("a: \ue000".encode(), "1:4: the character U+E000 here cannot be read or heard"),
        (b"x" * (MAX_SOURCE_BYTES + 1), "1:1: the file is larger than 256 KB"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_file_that_is_not_text_is_refused_at_the_first_wrong_place(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    assert refusal(path) == said


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.yaml") == "1:1: there is no such file"
    assert refusal(tmp_path / ("x" * 5_000)).startswith("1:1: the")
    assert refusal(tmp_path / "a.yaml" / "b.yaml") == "1:1: there is no such file"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    # Windows reports only that the folder may not be opened.
    assert refusal(tmp_path).startswith("1:1: this is a folder, not a file" if os.name != "nt" else "1:1: the file")


@pipes_only
def test_a_named_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    assert refusal(tmp_path / "a.yaml") == "1:1: this is not a file"


@pipes_only
def test_an_endless_device_is_refused() -> None:
    assert refusal(Path("/dev/zero")) == "1:1: this is not a file"


def test_a_huge_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with path.open("wb") as file:
        file.truncate(2**30)
    assert refusal(path) == "1:1: the file is larger than 256 KB"


def test_every_value_is_a_text() -> None:
    problems = Problems()
    root = parse("a: [yes, 1:30, 0x10, ~]\nb: {c: 2001-01-01}\n", "f", problems)
    assert not list(problems)
    assert isinstance(root, Mapping)
    (_, numbers), (_, inner) = root.pairs
    assert isinstance(numbers, Sequence)
    assert [item.value for item in numbers.items if isinstance(item, Scalar)] == ["yes", "1:30", "0x10", "~"]
    assert isinstance(inner, Mapping)
    ((key, value),) = inner.pairs
    assert (key, value) == (
        Scalar("c", Span("f", 2, 5), "c"),
        Scalar("2001-01-01", Span("f", 2, 8), "2001-01-01"),
    )


def test_a_text_keeps_its_written_form() -> None:
    root = parse("- 'it''s'\n- >-\n  two\n  lines\n", "f", Problems())
    assert isinstance(root, Sequence)
    assert [(item.value, item.written) for item in root.items if isinstance(item, Scalar)] == [
        ("it's", "'it''s'"),
        ("two lines", ">-\n  two\n  lines\n"),
    ]
