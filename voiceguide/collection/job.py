"""What a worker is asked to do, and what it has then done. Both are picklable."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from voiceguide.collection.form import Form
from voiceguide.exporting import Exported
from voiceguide.hashes import sha256
from voiceguide.output.order import Order
from voiceguide.session import Session
from voiceguide.source import Problem
from voiceguide.speech.registry import Choice
from voiceguide.store import Store, cache_folder


@dataclass(frozen=True, slots=True)
class Job:
    """One file to write."""

    session: Session
    path: Path
    form: Form
    choice: Choice
    """Who speaks in it, or stands in for who has spoken."""
    beside: tuple[Path, ...] = ()
    """Where the file is as it should be: what to write beside it, and nothing else."""


@dataclass(frozen=True, slots=True)
class Done:
    """A file that was written, and what lies beside it."""

    exported: Exported | None
    """None where only what lies beside it was."""
    hashes: dict[str, str]
    """Of every file that was written, by its name."""
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


def do(job: Job) -> Done:
    """Write one file, and what is to lie beside it; or, of these, what is missing.

    Raises:
        NotKept: a phrase is not in the cache, and `job` has only an understudy to speak it.
        VoiceguideError: as `Session.export`.
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
    # A file that was taken away at once will have to be made again.
    with suppress(OSError):
        return sha256(path)
    return ""
