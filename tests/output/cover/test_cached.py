"""The cover: its content, when it is drawn again, and that every session gets one."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.output.sessions import export_options, session
from voiceguide.output.cover.cached import TYPE, cover
from voiceguide.output.cover.drawing import MARGIN, SIDE, draw
from voiceguide.output.cover.title import block, drawable, font
from voiceguide.timeline.model import Chapter, Event, Timeline

BLANK = Timeline("", "en-US", 60_000, (), (), ())

LIGHT = 150
"""Grey level between the background, which is darker, and the letters, which are lighter."""

# A cover without Pillow needs nothing else that is installed.
CHECKOUT = Path(__file__).resolve().parents[3]
PROGRAM = """\
import hashlib, sys
from pathlib import Path
{before}
from voiceguide.output.cover.cached import cover
from voiceguide.output.options import ExportOptions
from voiceguide.base.store import Store
from voiceguide.timeline.model import Chapter, Event, Timeline
timeline = Timeline("Rest", "en-US", 441000, (Chapter(0, "Rest"),), (Event(0, 44100, "speech", "Rest."),), ())
picture = cover(timeline, ExportOptions(store=Store(Path(sys.argv[1]))))
print(hashlib.sha256(picture).hexdigest() if picture else "none", any(name.startswith("PIL") for name in sys.modules))
"""


def run(folder: Path, before: str = "", *options: str, seed: int = 0) -> list[str]:
    """Return the hash of a cover made in another process, and whether that process imported Pillow."""
    command = [sys.executable, *options, "-c", PROGRAM.format(before=before), str(folder)]
    surroundings = {**os.environ, "PYTHONHASHSEED": str(seed)}
    return subprocess.run(
        command, env=surroundings, cwd=CHECKOUT, check=True, capture_output=True, text=True
    ).stdout.split()


def opened(picture: bytes) -> Image.Image:
    return Image.open(BytesIO(picture))


def around(share: float, radius: float = 263) -> tuple[int, int]:
    """Return the pixel at a share of the session, on the ring of a cover without a title or on another circle."""
    angle = 2 * math.pi * share
    return round(SIDE / 2 + radius * math.sin(angle)), round(SIDE / 2 - radius * math.cos(angle))


def near(picture: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    """Tell whether a pixel has a colour, within the errors of JPEG."""
    pixel: Any = picture.getpixel(place)
    return all(abs(one - other) <= 12 for one, other in zip(pixel, colour, strict=True))


def test_a_cover_is_a_small_square_jpeg(tmp_path: Path) -> None:
    picture = cover(session(), export_options(tmp_path / "session.mp3"))
    shown = opened(picture)
    assert Image.MIME[shown.format or ""] == TYPE
    assert (shown.size, shown.mode) == ((SIDE, SIDE), "RGB")
    assert len(picture) < 120_000


def test_the_session_runs_along_the_ring() -> None:
    events = (Event(15_000, 30_000, "hold"), Event(30_000, 45_000, "speech", "Rest."), Event(52_500, 52_600, "chime"))
    shown, empty = (opened(draw(replace(BLANK, events=each))) for each in (events, ()))
    gold, pale, ember, track = (242, 200, 121), (146, 172, 200), (194, 115, 86), (54, 86, 121)
    assert all(near(shown, around(share), gold) for share in (0.26, 0.375, 0.49))
    assert all(near(shown, around(share), pale) for share in (0.51, 0.625, 0.74))
    assert all(near(shown, around(share), track) for share in (0.02, 0.24, 0.76, 0.98))
    assert near(shown, around(0.875, 331), ember)
    assert all(near(empty, around(share / 100), track) for share in range(2, 98))
    assert not near(empty, around(0.875, 331), ember)


def test_holds_with_a_gap_are_drawn_with_a_gap_and_a_short_hold_is_drawn() -> None:
    gold, track = (242, 200, 121), (54, 86, 121)
    holds = (Event(6_000, 9_000, "hold"), Event(12_000, 15_000, "hold"), Event(30_000, 30_001, "hold"))
    shown = opened(draw(replace(BLANK, events=holds)))
    assert [near(shown, around(share), gold) for share in (0.12, 0.175, 0.23)] == [True, False, True]
    assert near(shown, around(0.175), track)
    assert near(shown, around(0.5026), gold)
    assert near(shown, around(0.51), track)


@pytest.mark.parametrize("length", [0, 1, 44_100 * 60 * 720, 10**12])
def test_the_minutes_stay_inside_the_ring(length: int) -> None:
    shown = opened(draw(Timeline("", "en-US", length, (), (), ())))
    assert all(near(shown, around(share / 100), (54, 86, 121)) for share in range(2, 98))
    _, lightest = cast(tuple[int, int], shown.convert("L").crop((300, 380, 700, 620)).getextrema())
    assert lightest > 240


@pytest.mark.parametrize(
    ("change", "redrawn"),
    [
        ({"title": "Rest"}, True),
        ({"length": 50_000_000}, True),
        ({"events": ()}, True),
        ({"chapters": ()}, True),
        ({"chapters": tuple(replace(each, title="Rest") for each in session().chapters)}, False),
        ({"events": tuple(replace(each, text="Rest.") for each in session().events)}, False),
        ({"language": "de-DE"}, False),
    ],
)
def test_a_cover_is_drawn_again_only_when_it_would_look_different(
    change: dict[str, Any], redrawn: bool, tmp_path: Path
) -> None:
    ordered = export_options(tmp_path / "session.mp3")
    first = cover(session(), ordered)
    kept = list(ordered.store.folder.glob("*/*"))
    second = cover(replace(session(), **change), ordered)
    assert (second != first) == redrawn
    assert (list(ordered.store.folder.glob("*/*")) != kept) == redrawn


def test_every_process_draws_the_same_and_only_the_first_one_draws(tmp_path: Path) -> None:
    first, drawn = run(tmp_path / "one", seed=1)
    second, drawn_again = run(tmp_path / "one", seed=1)
    elsewhere, _ = run(tmp_path / "two", seed=2)
    assert first == second == elsewhere
    assert (drawn, drawn_again) == ("True", "False")
    timeline = Timeline("Rest", "en-US", 441_000, (Chapter(0, "Rest"),), (Event(0, 44_100, "speech", "Rest."),), ())
    assert hashlib.sha256(draw(timeline)).hexdigest() == first


def test_another_version_of_pillow_draws_the_cover_again(tmp_path: Path) -> None:
    run(tmp_path / "covers")
    metadata = tmp_path / "newer" / "pillow-99.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Metadata-Version: 2.1\nName: pillow\nVersion: 99\n", encoding="utf-8")
    _, drawn = run(tmp_path / "covers", f"sys.path.insert(0, {str(metadata.parents[1])!r})")
    assert drawn == "True"


def test_a_session_without_pillow_has_no_cover(tmp_path: Path) -> None:
    assert run(tmp_path, "", "-S") == ["none", "False"]
    assert run(tmp_path, "sys.modules['PIL'] = None")[0] == "none"


def test_characters_that_the_font_lacks_are_left_out() -> None:
    assert drawable("Sciatica 坐骨神经痛 🧘 “quoted” & <b>") == "Sciatica “quoted” & <b>"
    assert drawable("  E\N{COMBINING ACUTE ACCENT}te\N{SOFT HYPHEN}\t7\n") == "Éte 7"
    assert drawable("Ёжик, Ψυχή, Łódź, Việt Nam") == "Ёжик, Ψυχή, Łódź, Việt Nam"
    assert drawable("坐骨神经痛 🧘 & “…”") == drawable("\0\ud800") == drawable("") == ""
    assert draw(replace(BLANK, title="坐骨神经痛 🧘")) == draw(BLANK)
    assert draw(replace(BLANK, title="Rest 🧘")) == draw(replace(BLANK, title="Rest"))


@given(st.text(max_size=400), st.integers(100, 900), st.integers(40, 400))
def test_a_title_stays_inside_its_block(title: str, width: int, height: int) -> None:
    placed = block(title, width, height)
    assert placed.height <= height
    assert all(font(placed.size).getlength(line) <= width for line in placed.lines)
    shown, words = " ".join(placed.lines), drawable(title)
    assert "…" in shown or shown.replace(" ", "") == words.replace(" ", "")


@pytest.mark.parametrize("title", ["A" * 80, "W" * 500, "An ordinary title of several words " * 3, "Rest", "i " * 300])
def test_a_title_is_as_large_as_its_block_allows(title: str) -> None:
    placed = block(title, SIDE - 2 * MARGIN, 198)
    widths = [font(placed.size).getlength(line) for line in placed.lines]
    assert placed.lines
    assert max(widths) <= SIDE - 2 * MARGIN
    assert placed.size == 84 or max(widths) > 500 or len(placed.lines) > 1
    if len(set(title)) > 1:
        assert min(widths) > 0.5 * max(widths)


events = st.builds(
    lambda start, length, kind: Event(start, start + length, kind),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.sampled_from(["speech", "chime", "pause", "hold", "bed"]),
)
timelines = st.builds(
    lambda title, length, starts, happening: Timeline(
        title,
        "en-US",
        length,
        tuple(Chapter(start, "") for start in sorted(starts)),
        tuple(sorted(happening, key=lambda event: event.start)),
        (),
    ),
    st.text(max_size=120),
    st.integers(0, 10**12),
    st.lists(st.integers(0, 10**9), max_size=20),
    st.lists(events, max_size=20),
)


def require_free_margins(picture: bytes) -> None:
    """Fail if there is a light pixel in the outer half of the margin."""
    grey = opened(picture).convert("L")
    edge = MARGIN // 2
    for box in ((0, 0, edge, SIDE), (SIDE - edge, 0, SIDE, SIDE), (0, SIDE - edge, SIDE, SIDE), (0, 0, SIDE, edge)):
        _, lightest = cast(tuple[int, int], grey.crop(box).getextrema())
        assert lightest < LIGHT


@settings(max_examples=15)
@given(timelines)
def test_every_session_gets_a_cover(timeline: Timeline) -> None:
    if timeline.events:
        timeline = replace(timeline, length=max(timeline.length, *(event.end for event in timeline.events), 1))
    require_free_margins(draw(timeline))


@pytest.mark.parametrize("title", ["W" * 80, "Wide words, many of them, " * 12, "Rest", "Weit\u00a0und\u00a0" * 20])
def test_no_letter_is_cut_by_the_edge(title: str) -> None:
    require_free_margins(draw(replace(BLANK, title=title)))


def test_events_without_length_are_drawn() -> None:
    nothing = Timeline("", "en-US", 0, (Chapter(0, "Rest"),), (Event(0, 0, "hold"), Event(0, 0, "speech", ".")), ())
    assert draw(nothing) != draw(replace(nothing, chapters=(), events=()))


def test_thousands_of_events_and_chapters_are_drawn() -> None:
    second = 44_100
    chapters = tuple(Chapter(20 * second * number, "") for number in range(300))
    crowd = tuple(
        event
        for start in range(0, 6000 * second, second)
        for event in (
            Event(start, start + 300, "chime"),
            Event(start, start + 20_000, "speech", "Rest."),
            Event(start + 20_000, start + second, "hold"),
        )
    )
    assert len(draw(Timeline("Crowded", "en-US", 6000 * second, chapters, crowd, ()))) < 250_000
