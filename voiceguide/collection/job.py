"""The work given to a worker, and its result. Both can be pickled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voiceguide.app.exporting import Exported
from voiceguide.base.hashes import sha256
from voiceguide.base.log import suppressed
from voiceguide.base.paths import cache_folder
from voiceguide.base.source import Problem
from voiceguide.base.store import Store
from voiceguide.collection.file_kind import FileKind
from voiceguide.output.options import ExportOptions
from voiceguide.session import Session
from voiceguide.speech.registry import EngineVoice


@dataclass(frozen=True, slots=True)
class Job:
    """A file to write."""

    session: Session
    path: Path
    form: FileKind
    choice: EngineVoice
    """Engine and voice. The engine may be one that has only cached phrases."""
    sidecars: tuple[Path, ...] = ()
    """Extra files to write beside a file that is already right; empty to write everything."""


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a job."""

    exported: Exported | None
    """Result of the export; None if only extra files were written."""
    hashes: dict[str, str]
    """Hash of each written file, by name."""
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


def do(job: Job) -> Done:
    """Write a file and its extra files, or only its missing extra files.

    Raises:
        NotKept: a phrase is not in the cache, and the job's engine has only cached phrases.
        VoiceguideError: see `Session.export`.
    """
    session = job.session
    if job.sidecars:
        exported, written = None, job.sidecars
        export_options = ExportOptions(store=Store(cache_folder()), quality=job.form.quality, about=session.about)
        job.form.with_sidecars(job.path).write_sidecars(written, session.timeline(spoken_by=job.choice), export_options)
    else:
        exported = session.export(
            job.path,
            quality=job.form.quality,
            also=job.form.also,
            spoken_by=job.choice,
            # The manifest lists the files in the folder.
            warn_of_replaced=False,
        )
        written = (exported.path, *exported.also)
    hashes = {path.name: _hash(path) for path in written}
    return Done(exported, hashes, session.problems(), tuple(session.warnings))


def _hash(path: Path) -> str:
    # If the file is already gone, an empty hash makes the next run write it again.
    with suppressed(OSError, log=__name__, what=f"{path} cannot be read again"):
        return sha256(path)
    return ""
