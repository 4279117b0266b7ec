"""Updating a collection: open every routine, and speak and write only those whose file is missing or out of date."""

from __future__ import annotations

import logging
import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from voiceguide import session as sessions
from voiceguide.base.atomic import folders_made, require_folder, require_place
from voiceguide.base.errors import FileError, VoiceguideError, WrongChoice
from voiceguide.collection.file_kind import FileKind
from voiceguide.collection.inputs import inputs_of
from voiceguide.collection.ledger import Failed, Ledger, Made, PlannedFile
from voiceguide.collection.manifest import FILE_NAME, Entry, Left, Manifest, is_as_made
from voiceguide.collection.origins import is_there, told
from voiceguide.collection.scheduler import Advance, Watch, make
from voiceguide.output.lock import locked
from voiceguide.routine.search_path import find, routines
from voiceguide.session import Session
from voiceguide.speech.shared_engines import SharedEngines

log = logging.getLogger(__name__)

Opening: TypeAlias = Callable[[str], Session]
"""Opens the routine at a path as the listener wants it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome for every routine, in the order in which they were named."""

    sessions: tuple[Made, ...]
    failed: tuple[Failed, ...]
    stale: tuple[Path, ...]
    """Files that no routine makes any more, and that `prune` would remove."""
    removed: tuple[Path, ...]
    """Stale files that were removed."""
    changed: tuple[Path, ...]
    """Stale files that are kept because the user changed them. They are reported once, and then forgotten."""
    unasked: frozenset[Path]
    """Those of all these files whose routine still exists: sidecars that are not asked for any more."""
    warnings: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """Exit code of the worst failure: of the machine, then of an author, then a wrong choice. 0 if none failed."""
        codes = {failed.error.exit_code for failed in self.failed}
        return next((code for code in (3, 1, 2) if code in codes), 0)


def export_all(
    names: Iterable[str | Path] | None,
    folder: str | Path,
    opening: Opening = sessions.open,
    *,
    form: FileKind | None = None,
    prune: bool = False,
    on_advance: Watch | None = None,
) -> Report:
    """Write to one folder those of many sessions that have changed since the last time.

    A failed session does not stop the others. After a kill at any moment, the next run continues where this one was.

    >>> import voiceguide
    >>> def opening(path):
    ...     return voiceguide.open(path, engine="tone", only=["LI4"])
    >>> report = voiceguide.export_all(["sciatica"], "phone", opening, form=voiceguide.FileKind(".wav"))
    >>> [made.exported.path.name for made in report.sessions]
    ['sciatica.wav']

    Args:
        names: routines by name or path; None for every one that can be called by name.
        folder: folder for the files; it is made if missing.
        opening: opens a routine at a path; to make choices, give `lambda path: voiceguide.open(path, pace=0.9)`.
        form: format and quality of the files, by default MP3; each file has the name of its routine.
        prune: remove files of routines that no longer exist, and sidecars that are not asked for any more, if they were
            made by an update and not changed since.
        on_advance: called from several threads, in no strict order.

    Raises:
        UnknownName: the format or a sidecar is unknown.
        FileError: the folder cannot be made or written, or another run is using it.
        MachineError: the library that writes such files is not installed.
    """
    folder, form = Path(folder), form or FileKind()
    form.require()
    require_folder(folder)
    with folders_made(folder), locked(folder):
        watch = on_advance or (lambda _: None)
        manifest = Manifest(folder)
        with Ledger(manifest, form) as ledger, SharedEngines() as engines:
            wanted = _changed(_opened(names, folder, opening, ledger, watch), ledger, engines)
            if wanted:
                # A folder that cannot be written is reported before minutes of speaking, not after.
                require_place(folder / FILE_NAME)
            make(wanted, ledger, watch)
            by_name = routines()
            leftovers = _leftovers(manifest, folder, by_name)
            changed = [path for path, left in leftovers.items() if not is_as_made(path, left.sha256)]
            manifest.forget([path.name for path in changed])
            stale = [path for path in leftovers if path not in changed]
            removed = _removed(stale, ledger) if prune else []
    outcomes = ledger.outcomes
    return Report(
        sessions=tuple(each for each in outcomes if isinstance(each, Made)),
        failed=tuple(each for each in outcomes if isinstance(each, Failed)),
        stale=() if prune else tuple(stale),
        removed=tuple(removed),
        changed=tuple(changed),
        unasked=frozenset(path for path, left in leftovers.items() if is_there(left.routine, folder, by_name)),
        warnings=tuple(filter(None, [manifest.complaint])),
    )


def _paths(names: Iterable[str | Path] | None, ledger: Ledger) -> list[Path]:
    """Return the paths of the routines, each once."""
    if names is None:
        return [*routines().values()]
    found: dict[str, Path] = {}
    for name in names:
        try:
            path = find(str(name))
            found.setdefault(os.path.realpath(path), path)
        except VoiceguideError as failure:
            ledger.fail(str(name), None, failure)
    return [*found.values()]


def _opened(
    names: Iterable[str | Path] | None, folder: Path, opening: Opening, ledger: Ledger, watch: Watch
) -> Iterable[tuple[Session, Path]]:
    """Yield every session that can be opened, with the path of its file."""
    paths = _paths(names, ledger)
    clashes = _clashes(paths, ledger.form)
    for number, path in enumerate(paths):
        watch(Advance("Checking", number, len(paths)))
        target = ledger.form.file(folder, path)
        try:
            if path in clashes:
                others = " and ".join(map(str, clashes[path]))
                raise WrongChoice(f"{others} would have one file, {target}: rename one, or export it by itself.")
            yield opening(str(path)), target
        except VoiceguideError as failure:
            ledger.fail(path.stem, target, failure)


def _clashes(paths: Sequence[Path], form: FileKind) -> dict[Path, list[Path]]:
    """Return routines whose files would overwrite each other. Capitals are ignored, as most disks for phones do."""
    groups: dict[str, list[Path]] = {}
    for path in paths:
        groups.setdefault(_folded(form.file(Path(), path).name), []).append(path)
    return {path: group for group in groups.values() if len(group) > 1 for path in group}


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _changed(opened: Iterable[tuple[Session, Path]], ledger: Ledger, engines: SharedEngines) -> list[PlannedFile]:
    """Return the sessions whose files are missing or out of date."""
    wanted = []
    by_name = routines()
    for session, path in opened:
        try:
            choice = session.engine_voice(engines.choose)
            inputs = inputs_of(session, choice, ledger.form, ledger.hashes)
        except VoiceguideError as failure:
            ledger.fail(session.path.stem, path, failure)
            continue
        routine = told(session.path, path.parent, by_name)
        each = PlannedFile(ledger.number(), session, routine, path, inputs, choice)
        entry = ledger.manifest.entries.get(path.name)
        if not entry or (why := _why_made_again(entry, inputs, path, ledger)):
            log.info("%s is made: %s", path, why if entry else "nothing is known of it")
            wanted.append(each)
            continue
        sidecars = ledger.form.with_sidecars(path).also
        # Sidecars that are not asked for any more are not updated either.
        kept = {other.name: entry.also[other.name] for other in sidecars if other.name in entry.also}
        entry = replace(entry, routine=routine, also=kept)
        ledger.manifest.put(path.name, entry)
        missing = tuple(other for other in sidecars if entry.lacks(other))
        if missing:
            log.info("%s is as it was made, and beside it are made: %s", path, ", ".join(each.name for each in missing))
            wanted.append(replace(each, sidecars=missing))
        else:
            log.debug("%s is as it was made, and of the same inputs", path)
            ledger.keep(each, entry)
    return wanted


def _why_made_again(entry: Entry, inputs: str, path: Path, ledger: Ledger) -> str:
    """Return the reason why a file is out of date; empty if it is up to date."""
    if entry.inputs != inputs:
        return "its inputs have changed"
    if entry.still_is(path, ledger.hashes):
        return ""
    return "the file has been changed" if path.exists() else "the file is missing"


def _leftovers(manifest: Manifest, folder: Path, by_name: Mapping[str, Path]) -> dict[Path, Left]:
    """Return the files of routines that no longer exist, and sidecars that are not asked for any more.

    Files in other formats are kept while their routine exists: each of two formats in a folder is updated by itself.
    """
    kept: set[str] = set()
    left = dict(manifest.left)
    for name, entry in manifest.entries.items():
        if is_there(entry.routine, folder, by_name):
            kept |= {name, *entry.also}
        else:
            files = {name: entry.sha256, **entry.also}
            left |= {file: Left(entry.routine, made) for file, made in files.items()}
    gone = {name for name in left.keys() - kept if _is_gone(name, kept, folder)}
    manifest.forget(gone)
    return {folder / name: each for name, each in sorted(left.items()) if name not in gone | kept}


def _is_gone(name: str, kept: Iterable[str], folder: Path) -> bool:
    """Whether a file does not exist, or is the same file as a kept one because the disk ignores capitals."""
    if not os.path.lexists(folder / name):
        return True
    others = (folder / other for other in kept if _folded(other) == _folded(name))
    return any(other.exists() and other.samefile(folder / name) for other in others)


def _removed(stale: Iterable[Path], ledger: Ledger) -> list[Path]:
    """Remove the stale files that were not changed since an update made them."""
    removed = []
    for path in stale:
        try:
            path.unlink()
        except OSError as cause:
            what = f"{path} was not removed: {cause.strerror or cause}."
            ledger.fail(path.stem, path, FileError(path, what, "Remove it yourself."))
            continue
        log.info("%s is removed", path)
        removed.append(path)
    ledger.manifest.forget([path.name for path in removed])
    return removed
