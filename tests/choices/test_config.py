"""Defaults in the config file: reading them, and their precedence."""

from __future__ import annotations

from pathlib import Path

import pytest

from voiceguide.app.choosing import Setting, choices_from, resolve
from voiceguide.base.errors import RoutineError, UnknownName
from voiceguide.choices.config import config_path, load_config, read_config
from voiceguide.choices.kinds import Value
from voiceguide.choices.model import Choices
from voiceguide.choices.table import KEPT, WrongValue

WHOLE = """\
engine = "piper"
voice = "en_US-joe-medium"
pace = 0.9
profile = ["pregnant", "knee"]
bed = "rain"
bed-level = "-20dB"
detail = "brief"
order = "side"
"""
VALUES: dict[str, Value] = {
    "engine": "piper",
    "voice": "en_US-joe-medium",
    "pace": 0.9,
    "profile": ("pregnant", "knee"),
    "bed": "rain",
    "bed-level": -20.0,
    "detail": "brief",
    "order": "side",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def test_every_key_is_read(path: Path) -> None:
    assert read_config(write(path, WHOLE)) == (VALUES, ())
    assert VALUES.keys() == KEPT.keys()


def test_no_file_means_no_values(path: Path) -> None:
    assert read_config(path) == ({}, ())
    assert read_config(path / "below" / "a file") == ({}, ())
    assert read_config(write(path, "")) == ({}, ())


def test_a_byte_order_mark_and_windows_lines_are_read(path: Path) -> None:
    path.write_bytes(b'\xef\xbb\xbfpace = 0.9\r\nbed = "rain"\r\n')
    assert read_config(path) == ({"pace": 0.9, "bed": "rain"}, ())


NO_SECTIONS = (
    "1:1: sections in brackets and keys with dots are not used here (write each key on a line of its own: pace = 0.9)"
)

LEVELS = "a level from -40dB to -10dB"

PROBLEMS = {
    'pase = 0.9\npace = 0.8\nvoiec = "x"': [
        "1:1: `pase` is not a key of config.toml (did you mean `pace`?)",
        "3:1: `voiec` is not a key of config.toml (did you mean `voice`?)",
    ],
    'bed_level = "-20dB"': ["1:1: `bed_level` is not a key of config.toml (did you mean `bed-level`?)"],
    'pace = "0.9"': ["1:8: `pace` should be a number from 0.5 to 2, not a text (write it like this: pace = 0.9)"],
    "pace = true": ["1:8: `pace` should be a number from 0.5 to 2, not a truth value (write it like this: pace = 0.9)"],
    "\npace = 2.5": ["2:8: `pace` should be a number from 0.5 to 2, not 2.5 (write it like this: pace = 0.9)"],
    "pace = nan": ["1:8: `pace` should be a number from 0.5 to 2, not nan (write it like this: pace = 0.9)"],
    "bed-level = -18": [
        f'1:13: `bed-level` should be {LEVELS}, not a number (write it like this: bed-level = "-20dB")'
    ],
    'bed-level = "-3dB"': [
        f"1:13: `bed-level` should be {LEVELS}, not '-3dB' (write it like this: bed-level = \"-20dB\")"
    ],
    'detail = "breif"': [
        "1:10: `detail` should be one of auto, full, brief, cues, not 'breif' (did you mean `brief`?)"
    ],
    "pace = 1979-05-27": [
        "1:8: `pace` should be a number from 0.5 to 2, not a date or time (write it like this: pace = 0.9)"
    ],
    "pace = [1]": ["1:8: `pace` should be a number from 0.5 to 2, not a list (write it like this: pace = 0.9)"],
    "[play]\npace = 0.9": [NO_SECTIONS],
    "pace.live = 0.9": [NO_SECTIONS],
    'detail = "full"\nengine = piper': ["2:10: this is not a value (put a text in quotes)"],
}


@pytest.mark.parametrize(("text", "said"), PROBLEMS.items(), ids=[text[:12] for text in PROBLEMS])
def test_mistakes_are_found_at_their_places(path: Path, text: str, said: list[str]) -> None:
    _, problems = read_config(write(path, text))
    assert [str(problem) for problem in problems] == [f"{path}:{line}" for line in said]
    with pytest.raises(RoutineError) as refused:
        load_config(path)
    assert (refused.value.problems, refused.value.exit_code) == (problems, 1)


def test_right_values_are_read_beside_wrong_ones(path: Path) -> None:
    values, problems = read_config(write(path, 'pace = 9\nbed = "rain"\n'))
    assert values == {"bed": "rain"}
    assert len(problems) == 1


HINT = "put it right, or move it away to go on without it"


def test_a_path_without_a_text_file_is_refused(path: Path, tmp_path: Path) -> None:
    def said(file: Path) -> str:
        return str(read_config(file)[1][0])

    assert said(tmp_path) == f"{tmp_path}:1:1: this is a folder, not a file ({HINT})"
    assert said(write(path, "#" * 300_000)) == f"{path}:1:1: the file is larger than 256 KB ({HINT})"
    path.write_bytes(b'bed = "\xff"')
    assert said(path) == f"{path}:1:8: the file is not saved as UTF-8 text ({HINT})"


def test_the_file_is_in_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEGUIDE_DATA_DIR", str(tmp_path))
    assert config_path() == tmp_path / "config.toml"


# The order of precedence.

#    command line, config, routine → value, origin
PRECEDENCE: list[tuple[object, object, object, Value, str]] = [
    (None, None, None, 1.0, "built-in"),
    (None, None, "0.7", 0.7, "routine"),
    (None, 0.8, None, 0.8, "config"),
    (None, 0.8, "0.7", 0.8, "config"),
    ("0.9", None, None, 0.9, "command line"),
    (0.9, None, "0.7", 0.9, "command line"),
    (0.9, 0.8, None, 0.9, "command line"),
    (0.9, 0.8, 0.7, 0.9, "command line"),
    (1.0, 0.8, 0.7, 1.0, "command line"),
]


@pytest.mark.parametrize(("command_line", "config", "routine", "value", "origin"), PRECEDENCE)
def test_the_origin_that_comes_first_wins(
    command_line: object, config: object, routine: object, value: Value, origin: str
) -> None:
    resolved = resolve({"pace": command_line}, {"pace": config}, {"pace": routine})
    assert resolved["pace"] == Setting("pace", value, origin)  # type: ignore[arg-type]
    assert all(setting.origin == "built-in" for name, setting in resolved.items() if name != "pace")


def test_each_key_is_decided_by_itself() -> None:
    resolved = resolve({"pace": 0.9}, {"bed": "rain", "order": "side"}, {"order": "posture", "detail": "full"})
    assert {name: setting.origin for name, setting in resolved.items() if setting.origin != "built-in"} == {
        "pace": "command line",
        "bed": "config",
        "order": "config",
        "detail": "routine",
    }


def test_an_empty_text_takes_a_default_away_and_an_unused_option_does_not() -> None:
    config = {"bed": "rain", "profile": ("pregnant",)}
    kept = resolve({"bed": None, "profile": ()}, config, {})
    assert (kept["bed"].value, kept["profile"].value) == ("rain", ("pregnant",))
    gone = resolve({"bed": "", "profile": ("",)}, config, {})
    assert (gone["bed"].value, gone["profile"].value) == ("", ())


#    command line, config, routine → engine, voice
TOGETHER = [
    ({"engine": "tone"}, {"voice": "joe"}, {}, "tone", ""),
    ({"voice": "rp"}, {"engine": "piper", "voice": "joe"}, {}, "auto", "rp"),
    ({}, {"voice": "joe"}, {"engine": "system"}, "auto", "joe"),
    ({}, {"engine": "piper"}, {"engine": "system", "voice": "rp"}, "piper", ""),
    ({"engine": "piper", "voice": "amy"}, {"engine": "system"}, {}, "piper", "amy"),
    ({"pace": 0.9}, {"engine": "piper", "voice": "joe"}, {}, "piper", "joe"),
]


@pytest.mark.parametrize(("command_line", "config", "routine", "engine", "voice"), TOGETHER)
def test_a_voice_stays_with_its_engine(
    command_line: dict[str, object], config: dict[str, object], routine: dict[str, object], engine: str, voice: str
) -> None:
    resolved = resolve(command_line, config, routine)
    assert (resolved["engine"].value, resolved["voice"].value) == (engine, voice)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_values_are_checked_wherever_they_come_from(place: int) -> None:
    sources: list[dict[str, object]] = [{}, {}, {}]
    sources[place] = {"detail": "short"}
    with pytest.raises(WrongValue, match="`detail` should be one of auto, full, brief, cues, not 'short'"):
        resolve(*sources)
    sources[place] = {"detial": "full"}
    with pytest.raises(UnknownName, match="detail"):
        resolve(*sources)


def test_choices_are_made_of_settings() -> None:
    assert choices_from(resolve({}, {}, {})) == Choices()
    assert choices_from(resolve({}, VALUES, {}), only=("LI4",), length_ms=720_000) == Choices(
        engine="piper",
        voice="en_US-joe-medium",
        pace=0.9,
        profiles=("pregnant", "knee"),
        bed="rain",
        bed_level_db=-20.0,
        detail="brief",
        order="side",
        only=("LI4",),
        length_ms=720_000,
    )
