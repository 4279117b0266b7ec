"""Splitting texts into sentences as a reader would, with exact silences between them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voiceguide.base.source import MAX_PROBLEMS, Problems, Span, UnreadableSource
from voiceguide.routine.model import Length, Text
from voiceguide.routine.tree import Scalar
from voiceguide.routine.words import is_language, read_length, split_sentences, spoken_pieces

START = Span("a.yaml", 1, 1)

# Each text, with a bar at the end of each sentence.
SENTENCES = """\
Sit down.|Breathe in.
Sit down!|Breathe?|Rest…|Now go on.
Sit down. and breathe
One sentence
Press 1.5 cm below the knee.|Rest.
It is 1.5 cun.|2 fingers.
Wait 5 s.|Then rest.
Use a tool, e.g. This one, i.e. That one.
Use a ball (e.g. a tennis ball).|Rest.
Rest approx. 30 seconds.
Your neck, your arms, etc. and more.
Relax your neck, arms, etc.|Then your legs.
Dr. Smith said so.|Mrs. Jones too.
Find St. John.|Go.
He said no.|Then he left.
Take no. 5 first.
Point No. 5.|Then No. 6.
J. S. Bach was tired.
From A to B. then back
Find point C. Then rest.
At 10 p.m. rest.|At 10 p.m.|Rest again.
Wait... and breathe.
Wait...|Now breathe.
Breathe in… and out.|Rest.
He said “Rest.”|Then he left.
“Sit down.”|Then rest.
"Sit down."|"Breathe."
(See a doctor.)|Then rest.
'Sit.'|Rest.
Really?!|Yes.
1. Sit down.|2. Breathe.
Count to 3.|Then rest.
Press here.|{side} hand first.
¿Listo?|¡Vamos!
Сядьте.|Дышите медленно.
坐下。|深呼吸。|休息
座って。|「はい。」|休む
बैठो।|आराम करो।
…and breathe.
"""

# Each text with its pieces: sentences, and silences in milliseconds.
PIECES: dict[str, list[str | int]] = {
    "Breathe in [4s] and out [6s].": ["Breathe in", 4000, "and out", 6000],
    "[2s] Breathe.": [2000, "Breathe."],
    "Breathe. [2s]": ["Breathe.", 2000],
    "[4s]": [4000],
    "[4s][6s]": [4000, 6000],
    "Breathe in [4s]. Breathe out [6s]. Rest.": ["Breathe in", 4000, "Breathe out", 6000, "Rest."],
    "In [4s], out [6s]; rest [1m30s] – go.": ["In", 4000, "out", 6000, "rest", 90_000, "– go."],
    "Sit. Breathe [ 4s ] slowly. Rest.": ["Sit.", "Breathe", 4000, "slowly.", "Rest."],
    "Breathe\nin [4s]\n\nand   out": ["Breathe in", 4000, "and out"],
    "Hold (gently) [0.5s] it": ["Hold (gently)", 500, "it"],
    "Wait [30s..60s].": ["Wait", 45_000],
    "Dr. Smith [4s]. e.g. This.": ["Dr. Smith", 4000, "e.g. This."],
}


def pieces_of(text: str) -> list[str | int]:
    problems = Problems()
    pieces = spoken_pieces(Scalar(text, START, text), problems)
    assert not list(problems)
    return [piece.value if isinstance(piece, Text) else piece.usual_ms for piece in pieces]


@pytest.mark.parametrize("line", SENTENCES.splitlines())
def test_a_sentence_ends_where_a_reader_would_end_it(line: str) -> None:
    text = line.replace("。|", "。").replace("|", " ")
    problems = Problems()
    assert [sentence.value for sentence in split_sentences(Scalar(text, START), problems)] == line.split("|")
    assert not list(problems)


@pytest.mark.parametrize(("text", "pieces"), PIECES.items())
def test_silences_are_found_between_sentences(text: str, pieces: list[str | int]) -> None:
    assert pieces_of(text) == pieces


letters = st.text(st.sampled_from("Ab.!? …[]()'\"“”1s\n。"), max_size=60)


@given(st.text(max_size=80) | letters)
@example("Dr. X " * 20)
@example("[" * 50 + "]" * 50)
def test_no_word_is_lost_or_added(text: str) -> None:
    problems = Problems()
    pieces = spoken_pieces(Scalar(text, START, text), problems)
    if not list(problems):
        spoken = "".join(piece.value for piece in pieces if isinstance(piece, Text))
        without_silences = "".join(part.partition("]")[2] if part else "" for part in ("]" + text).split("["))
        assert [char for char in spoken if char.isalnum()] == [char for char in without_silences if char.isalnum()]


@given(st.text(max_size=80) | letters)
def test_the_span_of_a_piece_is_its_place_in_the_text(text: str) -> None:
    written = " ".join(text.split())
    for piece in spoken_pieces(Scalar(written, START, written), Problems()):
        rest = written[piece.span.column - 1 :]
        assert rest.startswith(piece.value if isinstance(piece, Text) else "[")


@pytest.mark.parametrize("unit", ["Dr. X ", "Go. ", ". ", ".", "'", ".'", "[", "]", "[]", "[1s]", "( ", "。", "x"])
def test_a_text_of_a_quarter_of_a_megabyte_is_read_in_time(unit: str) -> None:
    text = unit * (256 * 1024 // len(unit))
    problems = Problems()
    with suppress(UnreadableSource):
        spoken_pieces(Scalar(text, START, text), problems)
    assert len(problems) <= MAX_PROBLEMS


@pytest.mark.parametrize(
    ("tag", "known"),
    [("en", True), ("en-US", True), ("zh-Hant-TW", True), ("English", False), ("en_US", False), ("", False)],
)
def test_language_tags_are_recognised(tag: str, known: bool) -> None:
    assert is_language(tag) is known


def test_a_length_is_read_with_its_place() -> None:
    problems = Problems()
    assert read_length(Scalar(" 30s .. 1m ", START), problems) == Length(30_000, 60_000, START)
    assert not list(problems)
