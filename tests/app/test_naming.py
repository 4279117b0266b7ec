"""File names and titles of sessions with choices."""

from __future__ import annotations

from pathlib import Path

import pytest

import voiceguide
from voiceguide.app.naming import LONGEST, file_stem, full_title
from voiceguide.choices.model import Choices

TOLD = {
    "nothing": (Choices(), "sciatica", "Title"),
    "an engine": (Choices(engine="tone"), "sciatica", "Title"),
    "minutes": (Choices(length_ms=720_000), "sciatica-12min", "Title, 12 minutes"),
    "one minute": (Choices(length_ms=60_000), "sciatica-1min", "Title, 1 minute"),
    "minutes and seconds": (Choices(length_ms=750_000), "sciatica-12min30s", "Title, 12m30s"),
    "moves": (Choices(only=("LI4", "BL40", "GV20")), "sciatica-LI4+BL40+GV20", "Title, LI4, BL40 and GV20"),
    "moves left out": (Choices(skip=("GV20",)), "sciatica-without-GV20", "Title, without GV20"),
    "sore moves": (Choices(sore=("BL40", "LI4")), "sciatica-sore-BL40+LI4", "Title, BL40 and LI4 first"),
    "order": (Choices(order="side"), "sciatica-by-side", "Title, by side"),
    "one hold": (Choices(hold=(30_000, 30_000)), "sciatica-hold-30s", "Title, holds of 30s"),
    "holds": (Choices(hold=(30_000, 90_000)), "sciatica-hold-30s-1m30s", "Title, holds of 30s to 1m30s"),
    "detail": (Choices(detail="brief"), "sciatica-brief", "Title, brief"),
    "profiles": (Choices(profiles=("pregnant", "head-injury")), "sciatica-head-injury+pregnant", None),
    "pace": (Choices(pace=0.9), "sciatica-pace90", "Title, pace 90 %"),
    "a voice": (Choices(voice="en_US-joe-medium"), "sciatica-voice-en_US-joe-medium", "Title, voice en_US-joe-medium"),
    "a bed": (Choices(bed="rain"), "sciatica-rain", "Title, with rain"),
    "a bed file": (Choices(bed="/home/me/my song.mp3"), "sciatica-my_song", "Title, with my song"),
    "a bed's level": (Choices(bed="rain", bed_level_db=-20.0), "sciatica-rain-20dB", "Title, with rain at -20 dB"),
    "a level without a bed": (Choices(bed_level_db=-20.0), "sciatica", "Title"),
}


@pytest.mark.parametrize(("choices", "stem", "title"), TOLD.values(), ids=TOLD)
def test_choices_are_in_the_name_and_the_title(choices: Choices, stem: str, title: str | None) -> None:
    assert file_stem("sciatica", choices) == stem
    assert title in (None, full_title("Title", choices))


def test_moves_are_called_by_their_keys_in_the_order_of_the_routine() -> None:
    one = voiceguide.open("sciatica", only=("LI4", "Weizhong"))
    other = voiceguide.open("sciatica", only=("bl40", "hegu", "LI4"))
    assert one.file_name == other.file_name
    assert {*one.file_name.removeprefix("sciatica-").split("+")} == {"LI4", "BL40"}


def test_defaults_of_the_routine_are_not_in_the_name(tmp_path: Path) -> None:
    path = tmp_path / "slow.yaml"
    path.write_text("title: Slow\ndefaults: {pace: 0.9, bed: rain}\nsteps:\n  - say: Rest.\n", encoding="utf-8")
    assert voiceguide.open(path, pace=0.9, bed="rain").file_name == "slow"
    assert voiceguide.open(path, pace=0.9).file_name == "slow-no-bed"
    assert voiceguide.open(path, bed="rain").file_name == "slow-pace100"


def test_a_long_name_is_cut_and_still_differs_from_others() -> None:
    moves = tuple(f"MOVE{number}" for number in range(100))
    one, other = (file_stem("sciatica", Choices(only=some)) for some in (moves, moves[:-1]))
    assert one != other
    assert one.startswith("sciatica-MOVE0+MOVE1+")
    assert len(one.encode()) <= LONGEST == 100


@pytest.mark.parametrize(
    ("name", "stem"),
    [("CON", "_CON"), ("a:b", "a b"), ("end. ", "end"), ("n" * 300, "n" * 120), ("Cafe\u0301", "Café")],
)
def test_a_name_is_one_that_every_disk_takes(name: str, stem: str) -> None:
    assert file_stem(name, Choices()) == stem
