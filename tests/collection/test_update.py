"""A folder of sessions: what is made again and what is left alone, and whose files are removed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import voiceguide
from tests.collection.shelves import REST, contents, crowded, made, shelf, sound_file, update
from tests.plugins import install
from voiceguide.base.errors import FileError, MachineError, RoutineError, UnknownName, WrongChoice
from voiceguide.collection.file_kind import FileKind
from voiceguide.collection.manifest import Manifest
from voiceguide.collection.update import export_all
from voiceguide.output.lock import locked

on_posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX")


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The listener's routines."""
    monkeypatch.setenv("VOICEGUIDE_ROUTINES", str(tmp_path / "own"))
    return shelf(tmp_path / "own")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def three(own: Path) -> list[Path]:
    return [own / f"{name}.md" for name in ("rest", "walk", "sleep")]


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_each_file_equals_that_of_a_single_export(own: Path, out: Path, tmp_path: Path) -> None:
    report = update(three(own), out, FileKind(also=("lrc",)))
    assert made(report) == ["rest", "walk", "sleep"]
    single = voiceguide.open(own / "rest.md", engine="tone").export(tmp_path / "rest.mp3", also=["lrc"])
    for name in ("rest.mp3", "rest.lrc"):
        assert (out / name).read_bytes() == (tmp_path / name).read_bytes()
    exported = report.sessions[0].exported
    assert (exported.seconds, exported.bytes, exported.also) == (single.seconds, single.bytes, (out / "rest.lrc",))
    assert (report.failed, report.stale, report.exit_code) == ((), (), 0)


def test_an_up_to_date_file_is_left_alone(own: Path, out: Path) -> None:
    first = update(three(own), out)
    before = stamps(out)
    # Where a line stands does not matter, nor when its file was saved.
    (own / "rest.md").write_text(REST.replace("[pause", "\n\n[pause"), encoding="utf-8")
    second = update(three(own), out)
    assert made(second) == []
    assert stamps(out) == before
    assert [each.exported.path for each in second.sessions] == [each.exported.path for each in first.sessions]
    assert [each.exported.synthesised for each in second.sessions] == [0, 0, 0]
    assert [each.exported.cached for each in second.sessions] == [2, 2, 2]


def edit(own: Path, _: Path) -> None:
    (own / "rest.md").write_text(REST.replace("2s", "3s"), encoding="utf-8")


def lose(_: Path, out: Path) -> None:
    (out / "rest.mp3").unlink()


def damage(_: Path, out: Path) -> None:
    whole = (out / "rest.mp3").read_bytes()
    (out / "rest.mp3").write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))


def cut(_: Path, out: Path) -> None:
    os.truncate(out / "rest.mp3", 5000)


@pytest.mark.parametrize("change", [edit, lose, damage, cut])
def test_only_changed_sessions_are_made_again(own: Path, out: Path, change: Callable[[Path, Path], None]) -> None:
    form = FileKind(also=("lrc",))
    update(three(own), out, form)
    before = contents(out)
    change(own, out)
    assert made(update(three(own), out, form)) == ["rest"]
    if change is not edit:
        assert contents(out) == before
    assert made(update(three(own), out, form)) == []


@pytest.mark.parametrize(
    ("form", "choices"),
    [(FileKind(quality="best"), {}), (FileKind(), {"pace": 0.9}), (FileKind(), {"bed": "brown"})],
    ids=["quality", "pace", "bed"],
)
def test_another_choice_makes_all_again(own: Path, out: Path, form: FileKind, choices: dict[str, Any]) -> None:
    names = three(own)[:2]
    update(names, out)
    before = contents(out)
    assert made(update(names, out, form, **choices)) == ["rest", "walk"]
    assert contents(out) != before
    assert made(update(names, out, form, **choices)) == []
    assert made(update(names, out)) == ["rest", "walk"]


@pytest.mark.parametrize("kind", ["cue", "vtt"])
def test_a_missing_sidecar_is_made_without_its_sound_file(own: Path, out: Path, tmp_path: Path, kind: str) -> None:
    choices: dict[str, Any] = {"bed": "brown"} if kind == "cue" else {}
    names = three(own)[:2]
    update(names, out, FileKind(also=("lrc",)), **choices)
    before = stamps(out)
    form = FileKind(also=("lrc", kind))
    report = update(names, out, form, **choices)
    sidecars = {f"rest.{kind}", f"walk.{kind}"}
    assert [[path.name for path in each.written] for each in report.sessions] == [[f"rest.{kind}"], [f"walk.{kind}"]]
    after = stamps(out)
    assert {name for name, stamp in after.items() if before.get(name) != stamp} == sidecars | {"voiceguide.json"}
    update(names, tmp_path / "at once", form, **choices)
    assert contents(out) == contents(tmp_path / "at once")
    (out / f"walk.{kind}").write_text("damaged", encoding="utf-8")
    (out / "rest.lrc").unlink()
    report = update(names, out, form, **choices)
    assert [[path.name for path in each.written] for each in report.sessions] == [["rest.lrc"], [f"walk.{kind}"]]
    assert contents(out) == contents(tmp_path / "at once")
    assert stamps(out)["rest.mp3"] == before["rest.mp3"]
    assert made(update(names, out, form, **choices)) == []


def test_a_sidecar_can_be_made_when_no_speech_is_in_the_cache(
    own: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(three(own), out)
    before = stamps(out)
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(tmp_path / "empty"))
    report = update(three(own), out, FileKind(also=("lrc",)))
    assert sum(each.exported.synthesised for each in report.sessions) == 5
    assert stamps(out)["rest.mp3"] == before["rest.mp3"]
    update(three(own), tmp_path / "at once", FileKind(also=("lrc",)))
    assert contents(out) == contents(tmp_path / "at once")


def test_a_sidecar_asked_for_again_is_written_again(own: Path, out: Path, tmp_path: Path) -> None:
    names = three(own)[:1]
    update(names, out, FileKind(also=("lrc",)))
    edit(own, out)
    report = update(names, out)
    assert (report.stale, report.unasked) == ((out / "rest.lrc",), frozenset({out / "rest.lrc"}))
    report = update(names, out, FileKind(also=("lrc",)))
    assert report.stale == ()
    update(names, tmp_path / "new", FileKind(also=("lrc",)))
    assert contents(out) == contents(tmp_path / "new")


def test_another_sound_in_the_file_of_a_bed_makes_it_again(own: Path, out: Path, tmp_path: Path) -> None:
    bed = sound_file(tmp_path / "bed.wav")
    names = three(own)[:1]
    for every, again in ((100, True), (100, False), (140, True)):
        sound_file(bed, every)
        assert bool(made(update(names, out, bed=str(bed)))) == again


def test_a_wish_for_a_length_looks_at_the_whole_routine(tmp_path: Path, out: Path) -> None:
    path = tmp_path / "own.yaml"
    text = "title: Own\nsteps:\n  - say: Sit down.\n  - hold: 20s..90s\n"
    for upper, again in (("90s", True), ("90s", False), ("95s", True)):
        path.write_text(text.replace("90s", upper), encoding="utf-8")
        assert bool(made(update([path], out, length_ms=40_000))) == again


def test_a_failed_session_does_not_stop_the_others(own: Path, out: Path) -> None:
    (own / "wrong.md").write_text("# Wrong\n[pause 5]\n", encoding="utf-8")
    words = " ".join(["breathe"] * 30)
    (own / "tight.md").write_text(f'# Tight\n[hold 2s | "{words}." at start]\n', encoding="utf-8")
    names = [own / "wrong.md", own / "rest.md", own / "tight.md", own / "none.md", own / "walk.md"]
    report = update(names, out)
    assert made(report) == ["rest", "walk"]
    failures = {each.name: type(each.error) for each in report.failed}
    assert failures == {str(own / "none.md"): UnknownName, "wrong": RoutineError, "tight": RoutineError}
    assert report.exit_code == 1
    assert sorted(contents(out)) == ["rest.mp3", "voiceguide.json", "walk.mp3"]
    # The failed sessions are tried again, the others are not.
    assert made(update(names, out)) == []


def test_a_session_without_room_beside_others_is_tried_by_itself(
    own: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    report = export_all(three(own), out, crowded)
    assert (made(report), report.failed) == (["rest", "walk", "sleep"], ())
    (own / "rest.tried").unlink()
    # One alone has been by itself all along.
    (failed,) = export_all([own / "rest.md"], out.with_name("other"), crowded).failed
    assert (
        str(failed.error)
        == f"{out.with_name('other') / 'rest.mp3'} was not written: The disk is full. Free some space."
    )


def test_two_routines_for_one_file_are_both_refused(own: Path, out: Path, tmp_path: Path) -> None:
    other = shelf(tmp_path / "other")
    report = update([other / "walk.md", own / "walk.md", own / "sleep.md"], out)
    assert made(report) == ["sleep"]
    assert [each.name for each in report.failed] == ["walk", "walk"]
    assert all(isinstance(each.error, WrongChoice) for each in report.failed)
    assert str(other / "walk.md") in str(report.failed[0].error)
    assert report.exit_code == 2
    # Most disks for phones would not tell these apart.
    (other / "REST.md").write_text(REST, encoding="utf-8")
    report = update([own / "rest.md", other / "REST.md"], out)
    assert [each.name for each in report.failed] == ["rest", "REST"]


@on_posix
def test_files_have_names_that_every_disk_takes(own: Path, out: Path) -> None:
    names = [own / f"{name}.md" for name in ("back:care", "back?care", "con", "???", "a.")]
    for path in names:
        path.write_text(REST, encoding="utf-8")
    report = update([names[0], *names[2:]], out, FileKind(also=("lrc",)))
    assert made(report) == ["back:care", "con", "???", "a."]
    assert set(contents(out)) == {
        f"{name}.{end}" for name in ("back care", "_con", "_", "a") for end in ("mp3", "lrc")
    } | {"voiceguide.json"}
    report = update(names[:2], out)
    assert [each.name for each in report.failed] == ["back:care", "back?care"]


def test_a_routine_named_twice_is_made_once(own: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own)
    report = update([own / "rest.md", Path("rest"), Path("rest.md")], out)
    assert [each.name for each in report.sessions] == ["rest"]


def test_files_of_missing_routines_are_reported_and_removed_with_prune(own: Path, out: Path) -> None:
    form = FileKind(also=("lrc",))
    update(None, out, form)
    (out / "mine.mp3").write_bytes(b"mine")
    for name in ("rest", "walk"):
        (own / f"{name}.md").unlink()
    (out / "walk.mp3").write_bytes(b"edited")
    stale = tuple(out / name for name in ("rest.lrc", "rest.mp3", "walk.lrc", "walk.mp3"))
    before = contents(out)
    report = update([own / "sleep.md"], out, form)
    assert (report.stale, report.changed, report.unasked) == (stale[:3], stale[3:], frozenset())
    assert {**contents(out), "voiceguide.json": b""} == {**before, "voiceguide.json": b""}
    # That one has been changed is told once.
    report = update(None, out, form)
    assert (report.stale, report.changed) == (stale[:3], ())
    report = update(None, out, form, prune=True)
    assert (report.removed, report.changed, report.stale) == (stale[:3], (), ())
    names = {f"{name}.{ending}" for name in ("sleep", "sciatica", "sciatica-short") for ending in ("mp3", "lrc")}
    assert set(contents(out)) == names | {"mine.mp3", "walk.mp3", "voiceguide.json"}
    assert "walk" not in (out / "voiceguide.json").read_text(encoding="utf-8")


def test_a_sidecar_that_is_no_longer_made_is_stale(own: Path, out: Path) -> None:
    update(None, out, FileKind(also=("lrc", "vtt")))
    report = update(None, out, FileKind(also=("lrc",)), prune=True)
    assert {path.name for path in report.removed} == {f"{path.stem}.vtt" for path in own.iterdir()}
    # Nor is a broken routine gone.
    (own / "rest.md").write_text("# Rest\n[pause 5]\n", encoding="utf-8")
    report = update(None, out, FileKind(also=("lrc",)), prune=True)
    assert (report.removed, report.exit_code) == ((), 1)


def test_routines_that_were_given_by_path_are_looked_for_where_they_were(own: Path, out: Path, tmp_path: Path) -> None:
    there = shelf(tmp_path / "there")
    names = [there / f"{name}.md" for name in ("rest", "walk", "sleep")]
    update(names, out)
    entries = json.loads((out / "voiceguide.json").read_text(encoding="utf-8"))["files"]
    assert {entry["routine"] for entry in entries.values()} == {
        f"../there/{name}.md" for name in ("rest", "walk", "sleep")
    }
    # An update of some routines, or of all with a name, does not make the files of others stale.
    for path in three(own):
        path.unlink()
    assert update(names[:1], out, prune=True).removed == ()
    assert update(None, out, prune=True).removed == ()
    names[1].rename(there / "wander.md")
    report = update([names[0], there / "wander.md"], out, prune=True)
    assert (made(report), report.removed) == (["wander"], (out / "walk.mp3",))
    # The folder went elsewhere, and they are not to be seen from there.
    (tmp_path / "far" / "away").mkdir(parents=True)
    out.rename(tmp_path / "far" / "away" / "out")
    assert update([own / "sciatica.md"], tmp_path / "far" / "away" / "out", prune=True).removed == ()
    # With what it was made of it can go anywhere.
    (tmp_path / "far" / "away" / "out").rename(out)
    (tmp_path / "usb").mkdir()
    out.rename(tmp_path / "usb" / "out")
    there.rename(tmp_path / "usb" / "there")
    (tmp_path / "usb" / "there" / "wander.md").unlink()
    report = update([tmp_path / "usb" / "there" / "sleep.md"], tmp_path / "usb" / "out")
    assert (made(report), report.stale) == ([], (tmp_path / "usb" / "out" / "wander.mp3",))


@pytest.mark.usefixtures("own")
def test_two_formats_can_share_a_folder(out: Path) -> None:
    update(None, out, FileKind(also=("lrc",)))
    report = update(None, out, FileKind(ending=".wav", also=("lrc",)), prune=True)
    assert len(made(report)) == 5
    # What the one no longer has beside its files is still beside the other's.
    report = update(None, out, FileKind(ending=".wav"), prune=True)
    assert (made(report), report.removed) == ([], ())
    assert made(update(None, out, FileKind(also=("lrc",)))) == []
    assert len(update(None, out, prune=True).removed) == 5


@pytest.mark.parametrize("name", ["../mine.md", "voiceguide.json", "/etc/hosts", "..\\mine.md", "c:mine.md", ".."])
def test_a_manifest_cannot_lead_out_of_its_folder(own: Path, out: Path, name: str) -> None:
    update([own / "rest.md"], out)
    path = out / "voiceguide.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    entry = {**manifest["files"]["rest.mp3"], "routine": "gone"}
    manifest["files"][name] = entry
    manifest["left"][name] = {"routine": "gone", "sha256": entry["sha256"]}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (own.parent / "mine.md").write_bytes((out / "rest.mp3").read_bytes())
    report = update(None, out, prune=True)
    assert (report.removed, report.changed) == ((), ())
    assert (own.parent / "mine.md").exists()


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"files": {"rest.mp3": 5}, "left": {}}', "[" * 100_000, "\ud800"])
def test_a_broken_manifest_is_made_anew(own: Path, out: Path, text: str) -> None:
    update([own / "rest.md"], out)
    whole = (out / "voiceguide.json").read_bytes()
    (out / "voiceguide.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    report = update([own / "rest.md"], out)
    assert made(report) == ["rest"]
    (warning,) = report.warnings
    assert warning.startswith(f"{out / 'voiceguide.json'} cannot be read (")
    assert (out / "voiceguide.json").read_bytes() == whole


@pytest.mark.skipif(os.name != "posix", reason="only on POSIX")
@pytest.mark.parametrize("what", ["a pipe", "a device", "too large"])
def test_a_manifest_that_cannot_be_read_is_reported(tmp_path: Path, what: str) -> None:
    path = tmp_path / "voiceguide.json"
    if what == "a pipe":
        os.mkfifo(path)
    elif what == "a device":
        path.symlink_to("/dev/zero")
    else:
        path.touch()
        os.truncate(path, 1 << 40)
    reason = "the file is larger than 65,536 KB" if what == "too large" else "this is not a file"
    assert Manifest(tmp_path).complaint == f"{path} cannot be read ({reason}), so every file is made again."


def test_the_manifest_is_the_same_wherever_and_whenever_it_is_made(own: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        update(three(own), tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    entry = json.loads((tmp_path / "one" / "voiceguide.json").read_text(encoding="utf-8"))["files"]["rest.mp3"]
    assert (entry["routine"], entry["title"], entry["voice"], entry["version"]) == (
        "rest",
        "Rest",
        "tone hum",
        voiceguide.__version__,
    )
    assert entry["encoder"].startswith("lameenc ")
    assert entry["bytes"] == (tmp_path / "one" / "rest.mp3").stat().st_size


SCRIBE = """
import os
from tests.fakes import FakeEngine

class Engine(FakeEngine):
    name = "scribe"
    def speak(self, text, voice, pace):
        with open(os.environ["SPOKEN"], "a") as file:
            file.write(f"{text}\\n")
        return super().speak(text, voice, pace)
    def close(self):
        with open(os.environ["SPOKEN"], "a") as file:
            file.write("closed\\n")
"""


def test_phrases_that_sessions_share_are_spoken_once_and_by_one_engine(
    own: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "plugins", "scribe", SCRIBE)
    monkeypatch.syspath_prepend(str(tmp_path / "plugins"))
    monkeypatch.setenv("SPOKEN", str(tmp_path / "spoken"))
    report = update(three(own), out, engine="scribe")
    spoken = (tmp_path / "spoken").read_text().splitlines()
    assert sorted(spoken[:-1]) == ["Good night.", "Lie down.", "Sit down.", "Stand up.", "Walk on."]
    assert spoken[-1] == "closed"
    counts = [(each.exported.phrases, each.exported.synthesised, each.exported.cached) for each in report.sessions]
    assert sum(synthesised for _, synthesised, _ in counts) == 5
    assert all(phrases == synthesised + cached == 2 for phrases, synthesised, cached in counts)


def test_where_speech_cannot_be_kept_files_are_made_all_the_same(
    own: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(three(own), tmp_path / "kept")
    (tmp_path / "file").touch()
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(tmp_path / "file"))
    report = update(three(own), out)
    assert made(report) == ["rest", "walk", "sleep"]
    assert contents(out) == contents(tmp_path / "kept")
    assert all("not kept for next time" in each.warnings[0] for each in report.sessions)
    assert made(update(three(own), out)) == []


def test_only_one_run_at_a_time_writes_to_a_folder(own: Path, out: Path) -> None:
    out.mkdir()
    with locked(out), pytest.raises(FileError, match="Another voiceguide is exporting"):
        update(three(own), out)
    assert contents(out) == {}
    assert made(update(three(own)[:1], out)) == ["rest"]


def test_wrong_use_is_refused_before_anything_is_made(own: Path, out: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownName):
        update(three(own), out, FileKind(also=("song",)))
    # Without ffmpeg, which may know the ending, this is no wrong use but something missing.
    with pytest.raises((UnknownName, MachineError)):
        update(three(own), out, FileKind(ending=".mp4x"))
    assert not out.exists()
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "folder"):
        with pytest.raises(FileError):
            export_all([own / "rest.md"], folder)


def test_programs_find_it_on_the_front_page(own: Path, out: Path) -> None:
    def opened(path: str) -> voiceguide.Session:
        return voiceguide.open(path, engine="tone")

    form = voiceguide.FileKind(ending=".lrc")
    report: voiceguide.Report = voiceguide.export_all([own / "rest.md"], out, opened, form=form)
    assert [each.exported.path for each in report.sessions] == [out / "rest.lrc"]


def test_a_version_that_finishes_speech_otherwise_makes_the_files_anew(tmp_path: Path, own: Path) -> None:
    package = Path(voiceguide.__file__).parent
    copy = tmp_path / "other version"
    shutil.copytree(package, copy / "voiceguide", ignore=shutil.ignore_patterns("__pycache__"))
    for sidecars in ("audio", "routines"):
        if (package.parent / sidecars).is_dir():
            shutil.copytree(package.parent / sidecars, copy / sidecars)
    narrator = copy / "voiceguide" / "speech" / "narrator.py"
    out = tmp_path / "out"
    command = [sys.executable, "-P", "-m", "voiceguide", "export", str(own / "rest.md"), "--engine", "tone"]
    inputs = []
    for finishing in ('"trim -45 dB', '"trim -45 dB', '"trim -40 dB'):
        narrator.write_text(narrator.read_text("utf-8").replace('"trim -45 dB', finishing), "utf-8")
        subprocess.run(
            [*command, "-o", f"{out}{os.sep}", "--format", "wav"],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(copy)},
            timeout=100,
        )
        inputs.append(json.loads((out / "voiceguide.json").read_text("utf-8"))["files"]["rest.wav"]["inputs"])
    assert inputs[0] == inputs[1]
    assert inputs[0] != inputs[2]
