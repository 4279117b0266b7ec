"""The clip cache: an entry is whole or missing, even with other writers, kills and full disks."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import numpy.typing as npt
import pytest

from tests.disks import with_small_disk
from voiceguide.base.errors import FileError
from voiceguide.base.paths import cache_folder
from voiceguide.base.store import KEEP_SECONDS, TIDY_SECONDS, Store, key_of
from voiceguide.sound.levels import to_int16
from voiceguide.speech.cache import CachedClip, ClipCache, UncachedClip

Whole = npt.NDArray[np.int16]
KEY = key_of({"text": "Breathe in."})


def phrase(seed: int = 0, frames: int = 500) -> Whole:
    return np.random.default_rng(seed).integers(-32767, 32768, frames, dtype=np.int16)


def heard(clip: CachedClip | UncachedClip) -> Whole:
    return to_int16(clip.samples()[:, 0])


@pytest.fixture
def cache(tmp_path: Path) -> ClipCache:
    return ClipCache(Store(tmp_path))


def entry(cache: ClipCache) -> Path:
    """Return the only file in the cache."""
    (path,) = (each for each in cache.store.folder.rglob("*") if each.is_file())
    return path


def test_a_stored_phrase_is_read_back(cache: ClipCache) -> None:
    assert cache.get(KEY) is None
    put = cache.put(KEY, phrase())
    got = cache.get(KEY)
    assert isinstance(put, CachedClip)
    assert put == got
    assert put.frames == 500
    assert put.samples().shape == (500, 1)
    assert np.array_equal(heard(put), phrase())
    assert not cache.store.complaint


def test_an_empty_phrase_is_stored(cache: ClipCache) -> None:
    assert cache.put(KEY, phrase(frames=0)).frames == 0
    assert cache.get(KEY) is not None


def test_a_key_depends_on_every_part_but_not_on_their_order() -> None:
    parts = {"engine": "piper", "text": "Sit.", "pace": 1.0}
    assert key_of(parts) == key_of(dict(reversed(parts.items())))
    others = [{**parts, name: value} for name, value in [("engine", "tone"), ("text", "Sit"), ("pace", 0.9), ("a", "")]]
    assert len({key_of(each) for each in [parts, *others]}) == 5
    assert len(key_of(parts)) == 64


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:0],
        lambda data: data[:15],
        lambda data: data[:16],
        lambda data: data[:-1],
        lambda data: data[:-2],
        lambda data: data + b"\0\0",
        lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:],
        lambda data: b"vgcache\0" + data[8:],
        lambda data: data[:8] + b"\1" + data[9:],
        lambda data: b"\0" * len(data),
    ],
)
def test_a_broken_entry_is_made_again(cache: ClipCache, spoil: Callable[[bytes], bytes]) -> None:
    clip = cache.put(KEY, phrase())
    path = entry(cache)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(FileError, match="gone from the cache") as caught:
        clip.samples()
    assert caught.value.path == str(path)
    assert cache.get(KEY) is None
    assert np.array_equal(heard(cache.put(KEY, phrase(1))), phrase(1))
    again = cache.get(KEY)
    assert again is not None
    assert np.array_equal(heard(again), phrase(1))


def test_the_error_for_a_deleted_entry_says_what_to_do(cache: ClipCache) -> None:
    clip = cache.put(KEY, phrase())
    entry(cache).unlink()
    with pytest.raises(FileError, match="Run the command again"):
        clip.samples()


def test_the_first_of_two_writers_wins(cache: ClipCache) -> None:
    cache.put(KEY, phrase(1))
    assert np.array_equal(heard(cache.put(KEY, phrase(2))), phrase(1))
    assert entry(cache).name == KEY[2:]


def test_threads_that_write_one_key_get_the_same_samples(cache: ClipCache) -> None:
    barrier = Barrier(8)

    def write(seed: int) -> list[bytes]:
        clips = []
        for round_ in range(20):
            barrier.wait()
            clips.append(heard(cache.put(key_of({"round": round_}), phrase(seed))).tobytes())
        return clips

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(write, range(8)))
    assert all(result == results[0] for result in results)


WRITER = """
import hashlib, sys
import numpy as np
from pathlib import Path
from voiceguide.speech.cache import ClipCache
from voiceguide.base.store import Store, key_of
cache, seed = ClipCache(Store(Path(sys.argv[1]))), int(sys.argv[2])
samples = np.full(20_000, seed, np.int16)
print("ready", flush=True)
for number in range(int(sys.stdin.readline())):
    key = key_of({"number": number})
    clip = cache.get(key) or cache.put(key, samples)
    print(hashlib.sha256(clip.samples().tobytes()).hexdigest(), flush=True)
"""


def writer(folder: Path, seed: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), str(seed)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def test_processes_that_write_one_key_get_the_same_samples(tmp_path: Path) -> None:
    writers = [writer(tmp_path, seed) for seed in range(3)]
    for process in writers:
        assert process.stdin
        process.stdin.write("100\n")
        process.stdin.flush()
    outputs = {process.communicate(timeout=60)[0] for process in writers}
    assert len(outputs) == 1
    assert outputs.pop().count("\n") == 100


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with SIGKILL")
def test_a_writer_killed_at_any_moment_leaves_whole_entries(tmp_path: Path) -> None:
    for after in range(1, 60, 6):
        process = writer(tmp_path / str(after), after)
        assert process.stdin
        assert process.stdout
        process.stdin.write("100000\n")
        process.stdin.flush()
        for _ in range(after):
            process.stdout.readline()
        process.kill()
        process.communicate()
        cache = ClipCache(Store(tmp_path / str(after)))
        files = [path for path in cache.store.folder.rglob("*") if path.is_file()]
        entries = [path for path in files if not path.name.startswith(".new-")]
        assert len(entries) >= after
        assert len(files) - len(entries) <= 1
        for path in entries:
            assert cache.get(path.parent.name + path.name) is not None


def test_a_clip_stays_in_memory_if_the_cache_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.write_text("a file where the folder should be")
    cache = ClipCache(Store(folder))
    assert cache.get(KEY) is None
    clip = cache.put(KEY, phrase())
    assert isinstance(clip, UncachedClip)
    assert (clip.frames, clip.samples().shape) == (500, (500, 1))
    assert np.array_equal(heard(clip), phrase())
    assert str(folder) in cache.store.complaint
    assert cache.store.prune() == 0


FILL = """
import sys
import numpy as np
from pathlib import Path
from voiceguide.speech.cache import ClipCache, UncachedClip
from voiceguide.base.store import Store, key_of
cache = ClipCache(Store(Path(sys.argv[1])))
clips = [cache.put(key_of({"number": number}), np.full(20_000, number, np.int16)) for number in range(6)]
kept = [not isinstance(clip, UncachedClip) for clip in clips]
whole = all((clip.samples() * 32767).round().max() == number for number, clip in enumerate(clips))
left = sum(path.name.startswith(".new-") for path in Path(sys.argv[1]).rglob("*"))
print(kept, whole, left, cache.store.complaint)
"""


def test_a_full_disk_loses_no_clip(tmp_path: Path) -> None:
    done = with_small_disk(tmp_path, 140, [sys.executable, "-c", FILL, str(tmp_path)])
    assert done.stderr == ""
    kept, whole, left, *complaint = done.stdout.replace(", ", ",").split(maxsplit=3)
    assert kept.startswith("[True,True,")
    assert kept.endswith("False,False]")
    assert (whole, left) == ("True", "0")
    assert "No space left on device" in complaint[0]


def aged(path: Path, seconds: float) -> Path:
    then = time.time() - seconds
    os.utime(path, (then, then))
    return path


def test_pruning_removes_the_least_recently_used_entries_and_keeps_recent_ones(tmp_path: Path) -> None:
    cache = ClipCache(Store(tmp_path, max_bytes=2500))
    keys = [key_of({"number": number}) for number in range(5)]
    paths = []
    for age, key in enumerate(keys, 1):
        clip = cache.put(key, phrase())
        assert isinstance(clip, CachedClip)
        paths.append(aged(clip.path, KEEP_SECONDS * age))
    aged(paths[0], 60)
    # An entry has 1,016 bytes, so two entries fit.
    assert cache.store.prune() == 3
    assert [path.exists() for path in paths] == [True, True, False, False, False]
    assert cache.store.prune() == 0
    assert ClipCache(Store(tmp_path, max_bytes=0)).store.prune() == 1
    assert paths[0].exists()


def test_reading_an_entry_counts_as_use(cache: ClipCache) -> None:
    cache.put(KEY, phrase())
    path = aged(entry(cache), 2 * KEEP_SECONDS)
    cache.get(KEY)
    assert time.time() - path.stat().st_mtime < 3600


def test_a_store_is_tidied_at_most_once_an_hour_and_only_after_a_put(tmp_path: Path) -> None:
    paths = []
    for number in range(2):
        clip = ClipCache(Store(tmp_path)).put(key_of({"number": number}), phrase())
        assert isinstance(clip, CachedClip)
        paths.append(aged(clip.path, 2 * KEEP_SECONDS))
    Store(tmp_path, max_bytes=0).tidy()
    assert [path.exists() for path in paths] == [True, True]
    store = Store(tmp_path, max_bytes=0)
    store.put(KEY, b"new")
    store.tidy()
    assert [path.exists() for path in paths] == [False, False]
    aged(store.path(KEY), 2 * KEEP_SECONDS)
    store.tidy()
    assert store.has(KEY)
    aged(store.folder / ".pruned", TIDY_SECONDS + 1)
    store.tidy()
    assert not store.has(KEY)


def test_an_unreadable_entry_counts_as_missing(tmp_path: Path) -> None:
    # The name is too long for the system, which answers with an error, as for a folder that may not be read.
    assert not Store(tmp_path).has("ab" + "c" * 300)


def test_pruning_removes_the_files_of_killed_writers(cache: ClipCache) -> None:
    cache.put(KEY, phrase())
    folder = entry(cache).parent
    (folder / ".new-fresh").write_bytes(b"half")
    aged_one = folder / ".new-old"
    aged_one.write_bytes(b"half")
    aged(aged_one, KEEP_SECONDS + 1)
    assert cache.store.prune() == 1
    assert sorted(path.name for path in folder.iterdir()) == sorted([".new-fresh", KEY[2:]])


def test_the_environment_variable_sets_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
    monkeypatch.delenv("VOICEGUIDE_CACHE_DIR")
    assert cache_folder().name == "voiceguide"
