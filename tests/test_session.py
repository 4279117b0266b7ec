"""The façade: what programs do with the package."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import voiceguide
from tests.conftest import require_module
from tests.output.sessions import mixed
from voiceguide.app.exporting import Exported, Progress
from voiceguide.base.errors import FileError, RoutineError, UnknownName
from voiceguide.base.units import RATE
from voiceguide.choices.model import Choices
from voiceguide.script.cues import Say
from voiceguide.sound.levels import to_int16

SCRIPT = """
# Rest
[chime bell]
Sit down. Close your eyes.
[hold 10s | "Halfway." at half | chime bell at end]
Sit down.
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "rest.md"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def test_a_shipped_session_is_exported_by_its_name(tmp_path: Path) -> None:
    session = voiceguide.open("sciatica", engine="tone")
    path = tmp_path / "sciatica.mp3"
    done = session.export(path)
    timeline = session.timeline()
    assert done == Exported(
        path=path,
        seconds=round(timeline.length / RATE, 6),
        bytes=path.stat().st_size,
        phrases=len({event.text for event in timeline.events if event.kind == "speech"}),
        synthesised=done.synthesised,
        cached=done.phrases - done.synthesised,
    )
    assert session.warnings == []
    assert session.routine is not None
    assert not timeline.problems


SUMMARY = "Seven points, seated, about seventeen minutes."


@pytest.mark.parametrize(
    ("choices", "comment"),
    [
        (Choices(), SUMMARY),
        (Choices(order="side", bed="rain"), SUMMARY),
        (Choices(length_ms=900_000), ""),
        (Choices(hold=(30_000, 30_000)), ""),
        (Choices(only=("LI4", "BL40")), ""),
        (Choices(skip=("GV20",)), ""),
        (Choices(sore=("BL40",)), ""),
        (Choices(detail="cues"), ""),
        (Choices(profiles=("pregnant",)), ""),
    ],
)
def test_no_summary_is_told_of_a_session_it_is_not_true_of(choices: Choices, comment: str) -> None:
    session = voiceguide.open("sciatica", replace(choices, engine="tone"))
    spoken = [cue.text for cue in session.script.cues if isinstance(cue, Say) and cue.role == "intro"]
    assert session.about.comment == comment
    assert spoken == ["Acupressure for sciatica.", *([SUMMARY] if comment else [])]


def test_a_script_has_no_summary(script: Path) -> None:
    assert voiceguide.open(script).about.comment == ""


def test_a_second_export_speaks_no_phrase_and_makes_the_same_file(script: Path, tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in ("first.mp3", "second.mp3")]
    done = [voiceguide.open(script, engine="tone", pace=0.87).export(path) for path in paths]
    assert [(each.phrases, each.synthesised, each.cached) for each in done] == [(3, 3, 0), (3, 0, 3)]
    assert Path(paths[0]).read_bytes() == Path(paths[1]).read_bytes()


def test_an_empty_cache_gives_the_same_bytes(script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    for name in ("one", "other"):
        monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(tmp_path / name))
        done = voiceguide.open(script, engine="tone").export(tmp_path / "rest.mp3")
        assert done.cached == 0
        written.append((tmp_path / "rest.mp3").read_bytes())
    assert written[0] == written[1]


LOADED = """
import sys
import voiceguide
done = voiceguide.open(sys.argv[1], engine="tone").export(sys.argv[2])
print(done.cached, *sorted({"numpy", "lameenc", "PIL", "onnxruntime", "piper", "pyttsx3", "av"} & set(sys.modules)))
"""


def test_a_session_made_before_is_copied_without_any_library_of_sound(script: Path, tmp_path: Path) -> None:
    path = str(tmp_path / "rest.mp3")
    voiceguide.open(script, engine="tone").export(path)
    first = Path(path).read_bytes()
    command = [sys.executable, "-c", LOADED, str(script), path]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("3\n", "")
    assert Path(path).read_bytes() == first


def test_a_file_holds_what_the_timeline_says(script: Path, tmp_path: Path) -> None:
    require_module("soundfile")
    import soundfile

    session = voiceguide.open(str(script), engine="tone")
    assert session.routine is None
    session.export(tmp_path / "rest.wav")
    samples, rate = soundfile.read(str(tmp_path / "rest.wav"), dtype="int16")
    assert rate == RATE
    assert np.array_equal(samples, to_int16(mixed(session.timeline())))


def test_pydub_gets_the_samples_of_the_file(script: Path) -> None:
    require_module("pydub")
    session = voiceguide.open(script, engine="tone")
    samples = session.to_pydub().get_array_of_samples()
    assert np.array_equal(np.array(samples), to_int16(mixed(session.timeline())))


def test_pydub_gets_no_session_whose_words_do_not_fit(tmp_path: Path) -> None:
    require_module("pydub")
    path = tmp_path / "tight.md"
    path.write_text('# Tight\n[hold 2s | "{}." at start]\n'.format(" ".join(["Breathe"] * 30)), encoding="utf-8")
    with pytest.raises(RoutineError):
        voiceguide.open(path, engine="tone").to_pydub()


def test_a_hold_lasts_its_time_in_the_file_too(script: Path) -> None:
    timeline = voiceguide.open(script, engine="tone").timeline()
    chimes = [event.start for event in timeline.events if event.kind == "chime"]
    (hold,) = (event for event in timeline.events if event.kind == "hold")
    assert (hold.end - hold.start, chimes[-1]) == (10 * RATE, hold.end)


def test_progress_goes_from_speaking_to_writing(script: Path, tmp_path: Path) -> None:
    told: list[Progress] = []
    voiceguide.open(script, engine="tone", pace=1.13).export(tmp_path / "rest.mp3", told.append)
    assert max(each.spoken for each in told if not each.written) == 1
    written = [each.written for each in told if each.written]
    assert all(before <= after for before, after in pairwise(written))
    assert written[-1] == 1


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_spoken(script: Path, tmp_path: Path) -> None:
    session = voiceguide.open(script, engine="tone", pace=1.21)
    for path, failure in (
        (script / "a.mp3", FileError),
        (tmp_path, FileError),
        (tmp_path / "song", UnknownName),
    ):
        told: list[Progress] = []
        with pytest.raises(failure):
            session.export(path, told.append)
        assert told == []


def test_words_that_cannot_fit_their_hold_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "tight.md"
    words = " ".join(["Breathe"] * 30)
    path.write_text(f'# Tight\n[hold 2s | "{words}." at start]\n', encoding="utf-8")
    session = voiceguide.open(path, engine="tone")
    (problem,) = session.problems()
    assert (problem.severity, problem.span.line) == ("error", 2)
    with pytest.raises(RoutineError) as caught:
        session.export(tmp_path / "tight.mp3")
    assert caught.value.problems == (problem,)
    assert not (tmp_path / "tight.mp3").exists()


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        voiceguide.open("siatica")
    assert caught.value.near[0] == "sciatica"


def test_a_folder_is_no_session(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        voiceguide.open(tmp_path)


def test_all_mistakes_of_a_file_come_at_once(tmp_path: Path) -> None:
    path = tmp_path / "wrong.md"
    path.write_text("# Wrong\n[pause 5]\n[chime gong]\n[hold 10 s]\n", encoding="utf-8")
    with pytest.raises(RoutineError) as caught:
        voiceguide.open(path)
    assert [problem.span.line for problem in caught.value.problems] == [2, 4]
    assert "and 1 more" in str(caught.value)


def test_choices_are_checked() -> None:
    for wrong in ({"pace": 9}, {"speed": 1}, {"choices": Choices(), "pace": 1}):
        with pytest.raises((TypeError, ValueError)):
            voiceguide.open("sciatica", **wrong)
    with pytest.raises(UnknownName) as caught:
        voiceguide.open("sciatica", engine="piperr").timeline()
    assert "piper" in caught.value.near


def test_a_cache_that_cannot_be_written_is_a_warning(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(tmp_path / "file"))
    session = voiceguide.open(script, engine="tone")
    for _ in range(2):
        assert session.export(tmp_path / "rest.mp3").synthesised == 3
        (warning,) = session.warnings
        assert "not kept for next time" in warning
        assert str(tmp_path / "file") in warning


def test_asking_for_the_timeline_changes_nothing_of_the_session(tmp_path: Path) -> None:
    session = voiceguide.open("sciatica", engine="tone", length_ms=600_000)
    script, changes, problems = session.script, session.changes, session.problems()
    timeline = session.timeline()
    session.export(tmp_path / "ten.wav")
    assert session.script is script
    assert session.changes is changes
    assert session.problems() is problems
    fitted = session.fitted()
    assert fitted.timeline().length == timeline.length
    assert abs(timeline.length - 600 * 44_100) <= 44_100
    assert fitted.script != script
    assert fitted.problems() == timeline.problems


def test_a_session_without_a_length_is_fitted_as_it_is() -> None:
    session = voiceguide.open("sciatica-short", engine="tone")
    assert session.fitted() is session
