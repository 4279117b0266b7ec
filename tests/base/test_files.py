"""Files are read whole only where they are regular, and not larger than allowed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from voiceguide.base.files import NoRegularFile, TooLarge, open_regular, read_whole

posix = pytest.mark.skipif(os.name != "posix", reason="only on POSIX")


def test_a_file_of_exactly_the_limit_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 5000)
    assert read_whole(path, 5000) == b"x" * 5000
    with pytest.raises(TooLarge, match="the file is larger than 4 KB"):
        read_whole(path, 4999)


@posix
def test_a_file_that_is_not_regular_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link to a device").symlink_to("/dev/zero")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path / "link to a device"):
        with pytest.raises(NoRegularFile):
            open_regular(path)
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)


@posix
def test_a_link_is_followed_unless_the_caller_forbids_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert read_whole(tmp_path / "link", 10) == b"abc"
    with pytest.raises(NoRegularFile):
        read_whole(tmp_path / "link", 10, follow=False)
