"""Playlists that voiceguide wrote are known from all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.output.sessions import session
from voiceguide.output.playlist import listed, others, write_playlist

HEAD = "#EXTM3U\n#EXTENC:UTF-8\n#PLAYLIST:Rest\n"
STRANGE = {
    "nothing": "",
    "no parts": HEAD,
    "another program's": "#EXTM3U\n#EXTINF:1,Rest\n01 Rest.mp3\n",
    "no title": "#EXTM3U\n#EXTENC:UTF-8\n#EXTINF:1,Rest\n01 Rest.mp3\n",
    "a path": HEAD + "#EXTINF:1,Rest\n01 /../../Rest.mp3\n",
    "a path of Windows": HEAD + "#EXTINF:1,Rest\n01 \\Rest.mp3\n",
    "a name without a number": HEAD + "#EXTINF:1,Rest\nRest.mp3\n",
    "another number": HEAD + "#EXTINF:1,Rest\n01 Rest.mp3\n#EXTINF:1,Legs\n03 Legs.mp3\n",
    "a longer number": HEAD + "#EXTINF:1,Rest\n012 Rest.mp3\n",
    "a name that is not told of": HEAD + "01 Rest.mp3\n02 Legs.mp3\n",
    "cut": HEAD + "#EXTINF:1,Rest\n01 Re",
    "cut between": HEAD + "#EXTINF:1,Rest\n",
}


def test_the_names_written_are_those_read(tmp_path: Path) -> None:
    part = session()
    names = [f"{number:03d} 坐下 2 🧘.mp3" for number in range(1, 102)]
    write_playlist("坐下", [(tmp_path / name, part) for name in names], tmp_path / "a.m3u")
    assert list(listed(tmp_path / "a.m3u")) == names


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_a_foreign_playlist_lists_no_parts(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.m3u").write_text(text, encoding="utf-8")
    assert listed(tmp_path / "a.m3u") == ()


def test_a_playlist_that_cannot_be_read_lists_no_parts(tmp_path: Path) -> None:
    (tmp_path / "a.m3u").write_bytes(HEAD.encode() + b"\xff")
    (tmp_path / "b.m3u").mkdir()
    assert [listed(tmp_path / name) for name in ("a.m3u", "b.m3u", "c.m3u")] == [(), (), ()]


def test_the_others_beside_it_are_those_of_sessions(tmp_path: Path) -> None:
    ours = HEAD + "#EXTINF:1,Rest\n01 Rest.mp3\n"
    for name, text in (("a.m3u", ours), ("b.m3u", ours), ("c.m3u", "#EXTM3U\n"), ("d.txt", ours)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert others(tmp_path / "a.m3u") == [tmp_path / "b.m3u"]
    assert others(tmp_path / "new.m3u") == [tmp_path / "a.m3u", tmp_path / "b.m3u"]
