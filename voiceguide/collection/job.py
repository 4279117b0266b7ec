"""The work given to a worker, and its result. Both can be pickled."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from voiceguide.app.exporting import Exported
from voiceguide.base.hashes import sha256
from voiceguide.base.source import Problem
from voiceguide.base.store import Store, cache_folder
from voiceguide.collection.file_kind import Form
from voiceguide.output.options import Order
from voiceguide.session import Session
from voiceguide.speech.registry import Choice


@dataclass(frozen=True, slots=True)
class Job:
    """A file to write."""

    session: Session
    path: Path
    form: Form
    choice: Choice
    """Engine and voice. The engine may be one that has only cached phrases."""
    beside: tuple[Path, ...] = ()
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
    if job.beside:
        exported, written = None, job.beside
        order = Order(store=Store(cache_folder()), quality=job.form.quality, about=session.about)
        job.form.with_beside(job.path).write_beside(written, session.timeline(spoken_by=job.choice), order)
    else:
        exported = session.export(
            job.path,
            quality=job.form.quality,
            also=job.form.also,
            spoken_by=job.choice,
            # The manifest knows what is in the folder.
            warn_of_replaced=False,
        )
        written = (exported.path, *exported.also)
    hashes = {path.name: _hash(path) for path in written}
    return Done(exported, hashes, session.problems(), tuple(session.warnings))


def _hash(path: Path) -> str:
    # If the file is already gone, an empty hash makes the next run write it again.
    with suppress(OSError):
        return sha256(path)
    return ""
