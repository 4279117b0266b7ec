"""The rows that time whole processes, and the functions that all rows share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from _bench.processes import Run, Runs, interleaved
from _bench.sounding import mp3_seconds
from _bench.table import Figure, Line
from _bench.workshop import PEERS, PIPER, SESSION, Missing, Workshop, need

MAX_COLD_RATIO = 1.15
MAX_EXPORT_S = 0.4
MAX_PEAK_MB = 120.0
MAX_GROWTH = 1.10


@dataclass(frozen=True, slots=True)
class Row:
    """A row that the command line can name."""

    name: str
    what: str
    measure: Callable[[Workshop], list[Line]]
    """Function that measures the row. It may raise `Missing` and `CommandFailed`."""


def seconds(runs: Runs) -> Figure:
    """Return wall-clock time, peak memory and processor time of some runs."""
    middle, low, high = runs.seconds
    return Figure(middle, "s", low, high, runs.peak_bytes / 1e6, runs.processor_seconds)


def within(line: Line, limit: float, unit: str) -> Line:
    """Return the line with a target: its value should be at most `limit`."""
    met = line.measured is not None and line.measured.value <= limit
    return replace(line, target=f"≤ {limit:g} {unit}".replace("-", "−"), met=met)


def start_help(workshop: Workshop) -> list[Line]:
    """Measure `voiceguide --help`."""
    return [_start(workshop, Line("help", "`voiceguide --help`"), "--help", 0.15)]


def start_list(workshop: Workshop) -> list[Line]:
    """Measure `voiceguide list`."""
    return [_start(workshop, Line("list", "`voiceguide list`"), "list", 0.3)]


def _start(workshop: Workshop, line: Line, argument: str, limit: float) -> Line:
    workshop.voiceguide(argument)  # not measured: it brings the files into memory
    runs = interleaved({"it": lambda: workshop.voiceguide(argument)}, workshop.times(15))["it"]
    return within(replace(line, measured=seconds(runs)), limit, "s")


def cold_export(workshop: Workshop) -> list[Line]:
    """Measure an export with an empty cache, Piper alone with the same phrases, and Piper with pydub."""
    need(modules=PIPER)

    def ours() -> Run:
        cold = workshop.path("cold-cache")
        run = workshop.export(".mp3", "--engine", "piper", cache=cold)
        workshop.adopt(cold)
        return run

    def pipers() -> Run:
        return workshop.peer(PEERS / "piper_alone.py", workshop.piper_job)

    jobs = {"ours": ours, "Piper alone": pipers}
    if not _missing(_PIPER_PYDUB):
        jobs[_PIPER_PYDUB.name] = _making(workshop, _PIPER_PYDUB, workshop.path("peer.mp3"))
    runs = interleaved(jobs, workshop.times(3))
    ratio = runs["ours"].seconds[0] / runs["Piper alone"].seconds[0]
    what = f"cold MP3 export of {SESSION} with Piper"
    beside = Line(
        row="cold-export",
        what=what,
        measured=seconds(runs["ours"]),
        target=f"≤ {MAX_COLD_RATIO:g} × Piper alone",
        met=ratio <= MAX_COLD_RATIO,
        peer_name="Piper alone",
        peer=seconds(runs["Piper alone"]),
        ratio=ratio,
        ratio_means="its time",
    )
    obvious = Line("cold-export", f"{what}, beside {_PIPER_PYDUB.name}")
    return [beside, _compared(obvious, runs["ours"], _PIPER_PYDUB, runs.get(_PIPER_PYDUB.name))]


@dataclass(frozen=True, slots=True)
class _Peer:
    """Another tool that makes the session's MP3 file."""

    name: str
    factor: int
    """How many times faster voiceguide should be."""
    start: Callable[[Workshop, Path], Run]
    """Function that makes the file."""
    commands: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


_PIPER_PYDUB = _Peer(
    "piper + pydub",
    3,
    lambda workshop, out: workshop.peer(PEERS / "piper_pydub.py", workshop.plan_file, workshop.piper_job, out),
    ("ffmpeg",),
    ("pydub", *PIPER),
)


_PEERS = (
    _Peer(
        "pyttsx3 + pydub",
        15,
        lambda workshop, out: workshop.peer(PEERS / "pyttsx3_pydub.py", workshop.plan_file, out),
        ("ffmpeg",),
        ("pyttsx3", "pydub"),
    ),
    _Peer(
        "espeak-ng into lame",
        5,
        lambda workshop, out: workshop.peer(PEERS / "espeak_lame.sh", workshop.ssml_file, out),
        ("espeak-ng", "lame"),
    ),
)


def cached_export(workshop: Workshop) -> list[Line]:
    """Measure an export with all speech cached, and other tools that make the same file."""
    _ = workshop.timeline  # fills the cache
    outputs = {peer.name: workshop.path("peer.mp3") for peer in _PEERS}
    missing = {peer.name: _missing(peer) for peer in _PEERS}
    jobs: dict[str, Callable[[], Run]] = {ending: _exporting(workshop, ending) for ending in (".mp3", ".wav")}
    jobs |= {peer.name: _making(workshop, peer, outputs[peer.name]) for peer in _PEERS if not missing[peer.name]}
    runs = interleaved(jobs, workshop.times(3))

    what = f"cached MP3 export of {SESSION}"
    ours = seconds(runs[".mp3"])
    lines = [within(Line("cached-export", what, ours, note=_lengths(workshop, outputs)), MAX_EXPORT_S, "s")]
    for peer in _PEERS:
        beside = Line("cached-export", f"{what}, beside {peer.name}")
        lines.append(_compared(beside, runs[".mp3"], peer, runs.get(peer.name)))
    return [*lines, Line("cached-export", f"cached WAV export of {SESSION}", seconds(runs[".wav"]))]


def _exporting(workshop: Workshop, ending: str) -> Callable[[], Run]:
    return lambda: workshop.export(ending)


def _making(workshop: Workshop, peer: _Peer, out: Path) -> Callable[[], Run]:
    return lambda: peer.start(workshop, out)


def _missing(peer: _Peer) -> str:
    try:
        need(commands=peer.commands, modules=peer.modules)
    except Missing as absent:
        return str(absent)
    return ""


def _compared(line: Line, ours: Runs, peer: _Peer, theirs: Runs | None) -> Line:
    """Return the line with the ratio of the two times. `theirs` is None if the peer could not run."""
    line = replace(line, target=f"≥ {peer.factor} × as fast")
    if theirs is None:
        return replace(line, skipped=f"skipped: needs {_missing(peer)}")
    ratio = theirs.seconds[0] / ours.seconds[0]
    return replace(
        line,
        measured=seconds(ours),
        met=ratio >= peer.factor,
        peer_name=peer.name,
        peer=seconds(theirs),
        ratio=ratio,
        ratio_means="as fast",
    )


def _lengths(workshop: Workshop, outputs: dict[str, Path]) -> str:
    """Return a note with the lengths of all the files, which should be about equal."""
    lengths = {"voiceguide": workshop.timeline["length"]}
    lengths |= {name: mp3_seconds(path) for name, path in outputs.items() if path.exists()}
    listed = ", ".join(f"{length / 60:.1f} min ({name})" for name, length in lengths.items())
    return f"the files last {listed}; the peers have no cache, and speak with eSpeak NG"


def memory(workshop: Workshop) -> list[Line]:
    """Measure the peak memory of cached exports of one hour, four hours, and the usual session."""
    lines = []
    for ending in (".mp3", ".wav"):
        hour, hours = (workshop.long_export(ending, minutes) for minutes in (60, 240))
        growth = hours.peak_bytes / hour.peak_bytes
        name = ending[1:].upper()
        lines += [
            within(_peak(f"{name} export of 1 h", hour), MAX_PEAK_MB, "MB"),
            replace(
                _peak(f"{name} export of 4 h", hours),
                target=f"≤ {MAX_GROWTH:g} × 1 h",
                met=growth <= MAX_GROWTH,
                ratio=growth,
                ratio_means="1 h",
            ),
        ]
    _ = workshop.exported  # fills the cache of MP3 frames, too
    return [*lines, within(_peak(f"MP3 export of {SESSION}", workshop.export(".mp3")), MAX_PEAK_MB, "MB")]


def _peak(what: str, run: Run) -> Line:
    return Line("memory", f"peak memory, cached {what}", Figure(run.peak_bytes / 1e6, "MB"))
