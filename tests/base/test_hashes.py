"""Hashes that are worked out once for a file's size and time of change."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from voiceguide.base.hashes import Hashes


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def put(path: Path, content: bytes, ns: int) -> None:
    path.write_bytes(content)
    os.utime(path, ns=(ns, ns))


def test_a_file_is_read_again_when_its_size_or_time_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    put(path, b"one", 10**18)
    hashes = Hashes()
    assert hashes.of(path) == digest(b"one")
    hashes.keep()
    put(path, b"two", 10**18)
    assert Hashes().of(path) == hashes.of(path) == digest(b"one")
    for content, ns in ((b"two", 10**18 + 1_000_000), (b"three", 10**18)):
        put(path, content, ns)
        assert Hashes().of(path) == digest(content)


def test_hashes_of_others_are_kept_and_those_of_missing_files_are_dropped(tmp_path: Path, cache: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(name.encode())
    one, other = Hashes(), Hashes()
    one.of(tmp_path / "a")
    one.know(tmp_path / "b", "told")
    other.of(tmp_path / "c")
    one.keep()
    (tmp_path / "a").unlink()
    other.keep()
    known = json.loads((cache / "file-hashes.json").read_text(encoding="utf-8"))
    assert {Path(name).name for name in known} == {"b", "c"}
    assert Hashes().of(tmp_path / "b") == "told"


def test_a_file_that_is_not_there_is_an_error_and_is_not_known(tmp_path: Path, cache: Path) -> None:
    hashes = Hashes()
    hashes.know(tmp_path / "none", "told")
    with pytest.raises(FileNotFoundError):
        hashes.of(tmp_path / "none")
    hashes.keep()
    assert not cache.exists()


@pytest.mark.skipif(os.name != "posix", reason="only on POSIX")
@pytest.mark.parametrize("what", ["a folder", "a link", "a link to a device", "a pipe", "too large"])
def test_a_memory_that_is_no_small_file_is_made_anew(tmp_path: Path, cache: Path, what: str) -> None:
    cache.mkdir()
    memory, outside = cache / "file-hashes.json", tmp_path / "outside"
    outside.write_text("{}", encoding="utf-8")
    match what:
        case "a folder":
            memory.mkdir()
        case "a link":
            memory.symlink_to(outside)
        case "a link to a device":
            memory.symlink_to("/dev/zero")
        case "a pipe":
            os.mkfifo(memory)
        case _:
            memory.touch()
            os.truncate(memory, 1 << 40)
    (tmp_path / "file").write_bytes(b"one")
    hashes = Hashes()
    assert hashes.of(tmp_path / "file") == digest(b"one")
    hashes.keep()
    assert not memory.is_symlink()
    assert list(json.loads(memory.read_bytes())) == [str(tmp_path / "file")]
    assert outside.read_text(encoding="utf-8") == "{}"


@pytest.mark.skipif(os.name != "posix", reason="only on POSIX")
def test_a_named_pipe_has_no_hash(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="this is not a file"):
        Hashes().of(tmp_path / "pipe")
