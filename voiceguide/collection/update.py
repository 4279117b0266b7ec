"""Bringing a collection up to date: every routine is opened, what has changed is spoken and written, the rest stays."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from voiceguide import session as sessions
from voiceguide.collection.form import Form
from voiceguide.collection.inputs import inputs_of
from voiceguide.collection.lock import locked
from voiceguide.collection.manifest import FILE_NAME, Entry, Manifest, is_as_made
from voiceguide.collection.run import Advance, Failed, Made, Run, Wanted
from voiceguide.errors import FileError, VoiceguideError, WrongWish
from voiceguide.exporting import Exported
from voiceguide.output.replacing import make_folder, require_place
from voiceguide.routine.shelf import find, routines
from voiceguide.session import Session

Opening: TypeAlias = Callable[[str], Session]
"""Opens the routine at a path as the listener wants it."""

Watching: TypeAlias = Callable[[Advance], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of every routine, in the order they were named."""

    sessions: tuple[Made, ...]
    failed: tuple[Failed, ...]
    stale: tuple[Path, ...]
    """Files of routines that are gone."""
    removed: tuple[Path, ...]
    """Stale ones that were removed."""
    changed: tuple[Path, ...]
    """Stale ones that were not removed, because somebody has changed them since they were made."""
    warnings: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """That of the gravest failure: of the machine, then of an author, then a wrong wish. 0 where there is none."""
        codes = {failed.error.exit_code for failed in self.failed}
        return next((code for code in (3, 1, 2) if code in codes), 0)


def export_all(
    names: Iterable[str | Path] | None,
    folder: str | Path,
    opening: Opening = sessions.open,
    *,
    form: Form | None = None,
    prune: bool = False,
    on_advance: Watching | None = None,
) -> Report:
    """Write many sessions to one folder, those that have changed since the last time.

    What fails does not stop the others. Killed at any moment, the next run goes on where this one was.

    Args:
        names: routines by name or path; None for every one that can be called by name.
        folder: made where it is missing.
        opening: opens a routine at a path; to have wishes, `lambda path: voiceguide.open(path, pace=0.9)`.
        form: what the files are to be like, MP3 where nothing is said; each is called as its routine.
        prune: remove files of routines that are gone, if this made them and nobody has changed them.
            With `names`, none is known to be gone.
        on_advance: called from several threads, in no strict order.

    Raises:
        UnknownName: no such format or extra file.
        FileError: the folder cannot be made or written, or another run is at work in it.
        MachineError: what writes such files is not installed.
    """
    folder, form = Path(folder), form or Form()
    form.require()
    make_folder(folder)
    with locked(folder):
        run = Run(Manifest(folder), form, on_advance or (lambda _: None))
        with run:
            wanted = _changed(_opened(names, folder, opening, run), run)
            if wanted:
                # Before minutes of speaking, not after.
                require_place(folder / FILE_NAME)
            run.make(wanted)
            stale = _stale(run.manifest, folder) if names is None else {}
            removed, changed = _pruned(stale, run) if prune else ([], [])
    outcomes = [outcome for _, outcome in sorted(run.outcomes.items())]
    return Report(
        sessions=tuple(each for each in outcomes if isinstance(each, Made)),
        failed=tuple(each for each in outcomes if isinstance(each, Failed)),
        stale=() if prune else tuple(stale),
        removed=tuple(removed),
        changed=tuple(changed),
        warnings=tuple(filter(None, [run.manifest.complaint])),
    )


def _paths(names: Iterable[str | Path] | None, run: Run) -> list[Path]:
    """The routines' files, each once."""
    if names is None:
        return [*routines().values()]
    found: dict[str, Path] = {}
    for name in names:
        try:
            path = find(str(name))
            found.setdefault(os.path.realpath(path), path)
        except VoiceguideError as failure:
            run.fail(str(name), None, failure)
    return [*found.values()]


def _opened(
    names: Iterable[str | Path] | None, folder: Path, opening: Opening, run: Run
) -> Iterable[tuple[Session, Path]]:
    """Every session that can be had, and where its file goes."""
    paths = _paths(names, run)
    clashes = _clashes(paths)
    for number, path in enumerate(paths):
        run.watch(Advance("Checking", number, len(paths)))
        target = run.form.file(folder, path)
        try:
            if path in clashes:
                others = " and ".join(map(str, clashes[path]))
                raise WrongWish(f"{others} would have one file, {target}: rename one, or export it by itself.")
            yield opening(str(path)), target
        except VoiceguideError as failure:
            run.fail(path.stem, target, failure)


def _clashes(paths: Sequence[Path]) -> dict[Path, list[Path]]:
    """Routines whose files would overwrite each other: on most disks for phones, capitals make no difference."""
    groups: dict[str, list[Path]] = {}
    for path in paths:
        groups.setdefault(_folded(path.stem), []).append(path)
    return {path: group for group in groups.values() if len(group) > 1 for path in group}


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _changed(opened: Iterable[tuple[Session, Path]], run: Run) -> list[Wanted]:
    """The sessions whose files are not what they should be."""
    wanted = []
    for session, path in opened:
        try:
            choices = session.choices
            choice = run.cast.choose(choices.engine, choices.voice, session.script.language)
            inputs = inputs_of(session, choice, run.form, run.hashes)
        except VoiceguideError as failure:
            run.fail(session.path.stem, path, failure)
            continue
        entry = run.manifest.entries.get(path.name)
        number = run.number()
        if entry and entry.inputs == inputs and entry.still_is(path, run.hashes):
            run.outcomes[number] = Made(session.path.stem, _as_recorded(entry, path), made=False)
        else:
            wanted.append(Wanted(number, session, path, inputs, choice))
    return wanted


def _as_recorded(entry: Entry, path: Path) -> Exported:
    return Exported(
        path=path,
        seconds=entry.seconds,
        bytes=entry.bytes,
        phrases=entry.phrases,
        synthesised=0,
        cached=entry.phrases,
        also=tuple(path.with_name(name) for name in entry.also),
    )


def _stale(manifest: Manifest, folder: Path) -> dict[Path, str]:
    """The files of routines that are gone, and what they were when they were made.

    In whatever format: who keeps two here brings each up to date by itself.
    """
    known = {path.stem for path in routines().values()}
    folded = {_folded(name) for name in known}
    kept: set[str] = set()
    stale = dict(manifest.left)
    for name, entry in [*manifest.entries.items()]:
        if entry.routine in known:
            kept |= {name, *entry.also}
        elif _folded(entry.routine) in folded:
            # A routine whose capitals have changed may have the very same files on this disk.
            del manifest.entries[name]
        else:
            stale |= {name: entry.sha256, **entry.also}
    gone = {name for name in stale if not os.path.lexists(folder / name)}
    manifest.forget(gone - kept)
    return {folder / name: made for name, made in sorted(stale.items()) if name not in gone | kept}


def _pruned(stale: Mapping[Path, str], run: Run) -> tuple[list[Path], list[Path]]:
    """Remove what was made here and is as it was made: those removed, and those that somebody has changed."""
    removed, changed = [], []
    for path, made in stale.items():
        if not is_as_made(path, made):
            changed.append(path)
            continue
        try:
            path.unlink()
        except OSError as cause:
            what = f"{path} was not removed: {cause.strerror or cause}."
            run.fail(path.stem, path, FileError(path, what, "Remove it yourself."))
            continue
        removed.append(path)
    run.manifest.forget([path.name for path in removed])
    return removed, changed
