"""The table of choices that can be kept as a default."""

from __future__ import annotations

import dataclasses
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.choices.kinds import Value
from voiceguide.choices.model import Choices
from voiceguide.choices.table import KEPT, Choice, WrongValue

RIGHT = [
    ("engine", "auto", "auto"),
    ("engine", " piper ", "piper"),
    ("voice", "", ""),
    ("voice", "gmw/en-gb-x-rp", "gmw/en-gb-x-rp"),
    ("pace", "0.9", 0.9),
    ("pace", "1", 1.0),
    ("pace", 2, 2.0),
    ("pace", 0.5, 0.5),
    ("profile", "pregnant", ("pregnant",)),
    ("profile", "pregnant, knee", ("pregnant", "knee")),
    ("profile", ["pregnant", "knee", "pregnant"], ("pregnant", "knee")),
    ("profile", ("pregnant",), ("pregnant",)),
    ("profile", "", ()),
    ("bed", "Regen am Fenster.ogg", "Regen am Fenster.ogg"),
    ("bed", 'C:\\Beds\\"rain".wav', 'C:\\Beds\\"rain".wav'),
    ("bed-level", "-18dB", -18.0),
    ("bed-level", "-20.5 db", -20.5),
    ("bed-level", -40.0, -40.0),
    ("detail", "auto", "auto"),
    ("detail", "cues", "cues"),
    ("order", "posture", "posture"),
    ("order", " Posture", "posture"),
]


@pytest.mark.parametrize(("name", "raw", "value"), RIGHT)
def test_right_values(name: str, raw: object, value: Value) -> None:
    assert KEPT[name].read(raw) == value
    # A value is also one way of writing itself.
    assert KEPT[name].read(value) == value


WRONG = [
    ("engine", "", "`engine` should be the name of an engine, or auto, not ''"),
    ("voice", "a\nb", "`voice` should be the name of a voice, on one line, not 'a\\nb'"),
    ("voice", "\x1b[31m", "`voice` should be the name of a voice, on one line, not '\\x1b[31m'"),
    ("voice", "caf\udce9", "`voice` should be the name of a voice, on one line, not 'caf\\udce9'"),
    ("pace", "2.1", "`pace` should be a number from 0.5 to 2, not '2.1'"),
    ("pace", "0,9", "`pace` should be a number from 0.5 to 2, not '0,9'"),
    ("pace", "nan", "`pace` should be a number from 0.5 to 2, not 'nan'"),
    ("pace", float("nan"), "`pace` should be a number from 0.5 to 2, not nan"),
    ("pace", True, "`pace` should be a number from 0.5 to 2, not True"),
    ("profile", ["pregnant", 3], "`profile` should be the name of a profile, or a list of names, not ['pregnant', 3]"),
    ("bed", 7, "`bed` should be the name of a bed or a sound file, on one line, not 7"),
    ("bed-level", "-18", "`bed-level` should be a level from -40dB to -10dB, not '-18'"),
    ("bed-level", "18dB", "`bed-level` should be a level from -40dB to -10dB, not '18dB'"),
    ("bed-level", "-41dB", "`bed-level` should be a level from -40dB to -10dB, not '-41dB'"),
    ("detail", "breif", "`detail` should be one of auto, full, brief, cues, not 'breif' (did you mean `brief`?)"),
    ("order", "sides", "`order` should be one of routine, side, posture, not 'sides' (did you mean `side`?)"),
    # `expected` already lists all options, so the hint does not.
    ("detail", "x", "`detail` should be one of auto, full, brief, cues, not 'x'"),
]


@pytest.mark.parametrize(("name", "raw", "said"), WRONG)
def test_wrong_values(name: str, raw: object, said: str) -> None:
    with pytest.raises(WrongValue) as refused:
        KEPT[name].read(raw)
    assert str(refused.value) == said
    assert (refused.value.key, refused.value.exit_code) == (name, 2)


@pytest.mark.parametrize("key", KEPT.values(), ids=KEPT.keys())
def test_built_in_values_and_examples_are_right(key: Choice) -> None:
    assert key.read(key.built_in) == key.built_in
    example = key.read(key.example)
    assert key.read(tomllib.loads(key.line(example))[key.name]) == example
    assert example != key.built_in


def test_every_key_is_a_field_of_choices() -> None:
    assert {key.field for key in KEPT.values()} <= {field.name for field in dataclasses.fields(Choices)}


@pytest.mark.parametrize(("name", "raw"), [(name, raw) for name, raw, _ in RIGHT])
def test_a_written_line_is_read_as_the_same_value(name: str, raw: object) -> None:
    key = KEPT[name]
    value = key.read(raw)
    assert key.read(tomllib.loads(key.line(value))[name]) == value


@given(st.text())
def test_any_line_of_text_survives_being_written(text: str) -> None:
    key = KEPT["bed"]
    try:
        value = key.read(text)
    except WrongValue:
        return
    assert tomllib.loads(key.line(value)) == {"bed": value}


@pytest.mark.parametrize("level", [-40.1, -9.9, float("nan")])
def test_choices_refuse_a_bed_out_of_range(level: float) -> None:
    with pytest.raises(ValueError, match=r"bed_level_db must be from -40.0 to -10.0"):
        Choices(bed_level_db=level)
