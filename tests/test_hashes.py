"""Hashes that are worked out once for a file's size and time of change."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from voiceguide.hashes import Hashes


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


def test_what_others_have_learned_stays_and_what_is_gone_goes(tmp_path: Path, cache: Path) -> None:
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
