"""Kinds of sound files by their first bytes."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.sound.sniffing import Kind, is_cut, is_playlist, kind_of

MP3 = b"\xff\xfb\x90\x64" + bytes(400)


def id3(content: bytes, length: int = 300) -> bytes:
    """Return `content` after an ID3 tag of `length` bytes."""
    return b"ID3\x04\x00\x00\x00\x00" + bytes([length >> 7, length & 127]) + bytes(length) + content


KINDS: dict[str, tuple[bytes, Kind | None]] = {
    "wav": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "wav"),
    "large wav": (b"RF64\xff\xff\xff\xffWAVEds64", "wav"),
    "aiff": (b"FORM\x00\x00\x00\x24AIFFCOMM", "wav"),
    "flac": (b"fLaC\x00\x00\x00\x22", "flac"),
    "mp3": (MP3, "mp3"),
    "mp3 behind a tag": (id3(MP3), "mp3"),
    "mp3 behind two tags": (id3(id3(MP3)), "mp3"),
    "flac behind a tag": (id3(b"fLaC\x00\x00\x00\x22"), "flac"),
    "vorbis": (b"OggS" + bytes(22) + b"\x01\x1e\x01vorbis", "vorbis"),
    "opus": (b"OggS" + bytes(22) + b"\x01\x13OpusHead", "ogg"),
    "m4a": (b"\x00\x00\x00\x20ftypM4A ", "mov"),
    "webm": (b"\x1aE\xdf\xa3\x01", "matroska"),
    "aac": (b"\xff\xf1\x50\x80", "aac"),
    "wma": (b"0&\xb2u\x8ef\xcf\x11", "asf"),
    "caf": (b"caff\x00\x01", "caf"),
    "nothing": (b"", None),
    "one byte": (b"\xff", None),
    "text": (b"Just some words.", None),
    "text in UTF-16": ("Words".encode("utf-16"), None),
    "avi": (b"RIFF\x24\x00\x00\x00AVI LIST", None),
    "png": (b"\x89PNG\r\n\x1a\n", None),
    "mp3 behind three tags": (id3(id3(id3(MP3))), "mp3"),
    "mp3 behind four tags": (id3(id3(id3(id3(MP3)))), None),
    "a tag whose length has a byte over 127": (b"ID3\x04\x00\x00\x00\x00\x00\x80" + bytes(128) + MP3, None),
    "a frame of a version there is not": (b"\xff\xeb\x90\x64" + bytes(400), None),
    "a frame of a bit rate there is not": (b"\xff\xfb\xf0\x64" + bytes(400), None),
    "a frame of a free bit rate": (b"\xff\xfb\x00\x64" + bytes(400), None),
    "a frame of a sample rate there is not": (b"\xff\xfb\x9c\x64" + bytes(400), None),
    "a tag and no more": (id3(b""), None),
    "a tag of tags": (id3(b"", 0) * 50 + MP3, None),
}


@pytest.mark.parametrize(("data", "kind"), KINDS.values(), ids=KINDS)
def test_the_first_bytes_tell_the_kind(data: bytes, kind: Kind | None) -> None:
    assert kind_of(io.BytesIO(data)) == kind


PLAYLISTS = {
    "m3u": b"#EXTM3U\n#EXTINF:10,Rain\nrain.mp3\n",
    "m3u with a byte order mark": b"\xef\xbb\xbf#EXTM3U\n",
    "m3u after blank lines": b"\n\n  #EXTM3U\n",
    "hls": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\nhttp://localhost/1.ts\n",
    "pls": b"[playlist]\nFile1=http://localhost/rain\n",
    "asx": b'<ASX version="3.0"><entry><ref href="http://localhost/"/></entry></ASX>',
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "an address": b"https://localhost/rain.mp3\n",
}


@pytest.mark.parametrize("data", PLAYLISTS.values(), ids=PLAYLISTS)
def test_a_playlist_is_not_sound(data: bytes) -> None:
    assert kind_of(io.BytesIO(data)) is None
    assert is_playlist(io.BytesIO(data))


def test_other_text_is_not_a_playlist() -> None:
    assert not is_playlist(io.BytesIO(b"Just some words."))


def ogg_page(flags: int, content: bytes) -> bytes:
    full, rest = divmod(len(content), 255)
    return b"OggS\x00" + bytes([flags]) + bytes(20) + bytes([full + 1]) + b"\xff" * full + bytes([rest]) + content


def wav(size: int) -> bytes:
    return (
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0"
        + bytes(16)
        + b"LIST\x03\0\0\0abc\0data"
        + size.to_bytes(4, "little")
        + bytes(100)
    )


def webm(size: bytes) -> bytes:
    return b"\x1aE\xdf\xa3\x83abc\x18S\x80g" + size + bytes(100)


WHOLE = {
    "wav": ("wav", wav(100)),
    "wav with more after it": ("wav", wav(60)),
    "wav of unknown length": ("wav", wav(0xFFFFFFFF)),
    "large wav": (
        "wav",
        b"RF64\xff\xff\xff\xffWAVEds64\x10\0\0\0"
        + bytes(8)
        + (9).to_bytes(8, "little")
        + b"data"
        + b"\xff" * 4
        + bytes(9),
    ),
    "aiff": ("wav", b"FORM\0\0\0\0AIFFSSND\0\0\0\x09" + bytes(9)),
    "ogg": ("ogg", ogg_page(2, b"head") + ogg_page(4, bytes(600))),
    "ogg with its letters in the sound": ("ogg", ogg_page(4, b"OggS\x07" + bytes(600))),
    "webm": ("matroska", webm(b"\x40\x64")),
    "webm of unknown length": ("matroska", webm(b"\x01" + b"\xff" * 7)),
}
CUT = {
    "wav": ("wav", wav(101)),
    "wav without sound": ("wav", wav(100)[:40]),
    "ogg in a page": ("ogg", ogg_page(4, bytes(600))[:-1]),
    "ogg in a page's head": ("ogg", ogg_page(2, b"head") + ogg_page(4, bytes(600))[:20]),
    "ogg between pages": ("ogg", ogg_page(2, b"head") + ogg_page(0, bytes(600))),
    "ogg without a page": ("ogg", bytes(600)),
    "webm": ("matroska", webm(b"\x40\x65")),
    "webm in its head": ("matroska", webm(b"\x40\x65")[:4]),
}


@pytest.mark.parametrize(("kind", "data"), WHOLE.values(), ids=WHOLE)
def test_a_whole_file_is_not_cut(kind: Kind, data: bytes) -> None:
    assert not is_cut(io.BytesIO(data), kind, len(data))


@pytest.mark.parametrize(("kind", "data"), CUT.values(), ids=CUT)
def test_a_cut_file_is_cut(kind: Kind, data: bytes) -> None:
    assert is_cut(io.BytesIO(data), kind, len(data))


STARTS = [
    b"",
    b"RIFF\0\0\0\0WAVE",
    b"RF64\0\0\0\0WAVEds64",
    b"FORM\0\0\0\0AIFF",
    b"OggS",
    b"\x1aE\xdf\xa3",
    b"ID3",
    b"\xff\xfb",
]


@given(st.sampled_from(STARTS), st.binary(max_size=400))
def test_no_bytes_cause_an_error(start: bytes, data: bytes) -> None:
    file = io.BytesIO(start + data)
    kind = kind_of(file)
    is_playlist(file)
    if kind:
        is_cut(file, kind, len(start + data))


@pytest.mark.parametrize(("chunks", "cut"), [(999, False), (1000, True)])
def test_sound_behind_a_thousand_chunks_is_not_looked_for(chunks: int, cut: bool) -> None:
    data = b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * chunks + b"data\x04\0\0\0" + bytes(4)
    assert is_cut(io.BytesIO(data), "wav", len(data)) is cut
