"""Kept defaults: they are checked when they are set, and a session may meet one that no longer works."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from tests.sound.files import noise, write_floats
from voiceguide.app.kept_values import as_known_here
from voiceguide.base.errors import FileError, UnknownName, WrongChoice
from voiceguide.session import open_as_typed

PLAIN = "title: T\nsteps: [{say: One.}]\n"


@pytest.fixture
def routine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A routine, and a data folder of its own."""
    monkeypatch.setenv("VOICEGUIDE_DATA_DIR", str(tmp_path))
    path = tmp_path / "t.yaml"
    path.write_text(PLAIN, encoding="utf-8")
    return path


def keep(routine: Path, text: str) -> Path:
    path = routine.with_name("config.toml")
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("profile", "Pregnant, ANKLE-injury", ("pregnant", "ankle-injury")),
        ("engine", "TONE", "tone"),
        ("engine", "Auto", "auto"),
        ("voice", "Hum", "hum"),
        ("voice", "", ""),
        ("bed", "RAIN", "rain"),
        ("bed", "None", "none"),
        ("bed", "", ""),
        ("order", "Side", "side"),
        ("pace", "0.9", 0.9),
    ],
)
def test_names_are_kept_as_they_are_spelled_here(routine: Path, name: str, typed: str, kept: object) -> None:  # noqa: ARG001
    assert as_known_here(name, typed, "tone") == kept


@pytest.mark.parametrize(
    ("name", "typed", "near"),
    [
        ("profile", "pregnat", "pregnant"),
        ("engine", "toen", "tone"),
        ("voice", "humm", "hum"),
        ("bed", "rian", "rain"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(routine: Path, name: str, typed: str, near: str) -> None:  # noqa: ARG001
    with pytest.raises(UnknownName) as refused:
        as_known_here(name, typed, "tone")
    assert near in refused.value.near


def test_a_file_is_kept_with_its_whole_path_and_must_be_there(routine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(routine.parent)
    with pytest.raises(FileError, match="does not exist"):
        as_known_here("bed", "song.wav")
    write_floats(routine.with_name("song.wav"), noise(1.5))
    assert as_known_here("bed", "song.wav") == str(routine.with_name("song.wav"))


def test_a_profile_that_only_a_move_library_knows_can_be_kept(routine: Path) -> None:
    moves = routine.parent / "routines" / "moves"
    moves.mkdir(parents=True)
    caution = "{when: Größe, action: warn, say: Slowly.}"
    move = f"{{name: Knee, where: There., how: So., why: Because., hold: 5s, sides: single, cautions: [{caution}]}}"
    (moves / "mine.yaml").write_text(f"moves:\n  KNEE: {move}\n", encoding="utf-8")
    typed = unicodedata.normalize("NFD", "größe")
    assert as_known_here("profile", typed) == ("Größe",)
    keep(routine, 'profile = "Größe"\n')
    assert open_as_typed(routine, {"engine": "tone"}).script.title == "T"


@pytest.mark.parametrize(
    ("text", "name"),
    [('voice = "gone"', "voice"), ('engine = "gone"', "engine"), ('bed = "/nowhere/gone.wav"', "bed")],
)
def test_a_session_goes_on_without_a_default_that_no_longer_works(routine: Path, text: str, name: str) -> None:
    config = keep(routine, text)
    session = open_as_typed(routine, {} if name != "bed" else {"engine": "tone"})
    assert session.timeline().length
    (warning,) = (each for each in session.warnings if "goes on without" in each)
    assert warning.startswith(f"The session goes on without your {name}: ")
    assert "gone" in warning
    assert warning.endswith(f". It is kept in {config}; to forget it: voiceguide config unset {name}")


def test_a_typed_choice_that_does_not_work_is_refused(routine: Path) -> None:
    keep(routine, 'bed = "gone.wav"\n')
    for typed in ({"voice": "gone"}, {"engine": "gone"}, {"engine": "tone", "bed": "gone"}):
        with pytest.raises(UnknownName):
            open_as_typed(routine, typed).timeline()


def test_a_session_does_not_go_on_without_a_profile(routine: Path) -> None:
    config = keep(routine, 'profile = "pregnat"\n')
    with pytest.raises(UnknownName) as refused:
        open_as_typed(routine, {})
    assert "No profile is called 'pregnat'. The nearest: pregnant." in str(refused.value)
    assert f"It is kept in {config}; to forget it: voiceguide config unset profile" in str(refused.value)


def test_a_profile_applies_to_cautions_in_any_capitals() -> None:
    assert (
        open_as_typed("Sciatica", {"profile": "PREGNANT"}).changes
        == open_as_typed("sciatica", {"profile": "pregnant"}).changes
    )
    assert open_as_typed("sciatica", {"profile": "PREGNANT"}).changes


def test_a_script_names_the_profile_that_it_cannot_heed_but_any_order_will_do(routine: Path) -> None:
    script = routine.with_name("s.md")
    script.write_text("# S\nSit down.\n", encoding="utf-8")
    keep(routine, 'order = "side"\n')
    assert open_as_typed(script, {}).script.title == "S"
    config = keep(routine, 'profile = "pregnant"\n')
    with pytest.raises(WrongChoice, match="Your profile is pregnant") as refused:
        open_as_typed(script, {})
    assert str(config) in str(refused.value)
    assert open_as_typed(script, {"profile": ""}).script.title == "S"


def test_a_default_of_the_routine_is_named_with_its_line(routine: Path) -> None:
    defaults = "defaults:\n  bed: gone.wav\n  voice: nobody\n"
    routine.write_text(f"title: T\n{defaults}steps: [{{say: One.}}]\n", encoding="utf-8")
    session = open_as_typed(routine, {})
    session.timeline()
    bed, voice = (each for each in session.warnings if "goes on without" in each)
    assert f"It is a default of the routine, {routine}:3:8" in bed
    assert f"It is a default of the routine, {routine}:4:10" in voice
    routine.write_text("title: T\ndefaults: {bed: ../gone.wav}\nsteps: [{say: One.}]\n", encoding="utf-8")
    with pytest.raises(FileError, match=r":2:17: The bed '\.\./gone\.wav' lies outside"):
        open_as_typed(routine, {})
    routine.write_text("title: T\ndefaults: {profile: pregnat}\nsteps: [{say: One.}]\n", encoding="utf-8")
    with pytest.raises(UnknownName, match=r"a default of the routine, .*:2:21"):
        open_as_typed(routine, {})
