"""Cutting a session at its silences."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.blanks import Blank
from voiceguide.output.mp3.pieces import Pieces, pieces
from voiceguide.sound.clip import End, Horizon, Placed

APART = 50

clips = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 150)), max_size=12)


def placed(gaps: list[tuple[int, int]]) -> list[Placed]:
    """Return a clip for each pair of a distance from the start before and a length."""
    start, found = 0, []
    for gap, length in gaps:
        start += gap
        found.append(Placed(start, Blank(length)))
    return found


@given(clips)
def test_every_sound_is_in_one_piece_at_its_place(gaps: list[tuple[int, int]]) -> None:
    sounds = placed(gaps)
    found = [Placed(piece.start + each.start, each.clip) for piece in pieces(sounds, APART) for each in piece.sounds]
    assert found == sounds


@given(clips)
def test_pieces_lie_apart_and_sounds_inside_a_piece_do_not(gaps: list[tuple[int, int]]) -> None:
    cut = list(pieces(placed(gaps), APART))
    for before, after in itertools.pairwise(cut):
        assert after.start - (before.start + before.length) >= APART
    for piece in cut:
        end = 0
        for sound in piece.sounds:
            assert sound.start < end + APART
            end = max(end, sound.start + sound.clip.frames)


@given(clips, st.integers(0, 100))
def test_early_horizons_give_the_same_pieces(gaps: list[tuple[int, int]], wait: int) -> None:
    gathering, sounds = Pieces(APART), placed(gaps)
    came = []
    for each in sounds:
        came += list(gathering.take(Horizon(max(each.start - wait, 0))))
        came += list(gathering.take(each))
    came += list(gathering.take(End(0)))
    assert came == list(pieces(sounds, APART))


def test_a_horizon_after_enough_silence_completes_a_piece() -> None:
    gathering = Pieces(APART)
    assert not list(gathering.take(Placed(10, Blank(20))))
    assert not list(gathering.take(Horizon(30 + APART - 1)))
    (piece,) = gathering.take(Horizon(30 + APART))
    assert (piece.start, piece.length) == (10, 20)
