"""Tells the kind of a sound file from its first bytes, whatever its name says, and whether its end is missing."""

from __future__ import annotations

from typing import BinaryIO, Literal, TypeAlias

Kind: TypeAlias = Literal["wav", "flac", "mp3", "vorbis", "ogg", "mov", "matroska", "aac", "asf", "caf"]
"""Kinds of sound file. The program decodes the first four itself; AIFF counts as `wav` because the same decoder reads
it. The other names are ffmpeg's, and these kinds need ffmpeg."""

NATIVE: tuple[Kind, ...] = ("wav", "flac", "mp3", "vorbis")

_HEAD = 4096
"""Bytes read to tell a file's kind."""

_TAIL = 2 * 65_307
"""Bytes read from the end of an Ogg file: twice the longest page, so the last page is among them."""

_LONGEST_CHUNK = 0x7FFF_0000
"""Bytes. A longer chunk length means that the length was unknown when the header was written. Files this large are
refused anyway."""

_MAX_CHUNKS = 1000


def kind_of(file: BinaryIO) -> Kind | None:
    """Return the kind of sound in a file; None for any other file."""
    head = _head(file)
    match head[:4]:
        case b"RIFF" | b"RF64" if head[8:12] == b"WAVE":
            return "wav"
        case b"FORM" if head[8:12] in (b"AIFF", b"AIFC"):
            return "wav"
        case b"fLaC":
            return "flac"
        case b"OggS":
            # The first packet begins after the page's segment table.
            packet = head[27 + head[26] :] if len(head) > 27 else b""
            return "vorbis" if packet.startswith(b"\x01vorbis") else "ogg"
        case b"\x1aE\xdf\xa3":
            return "matroska"
        case b"0&\xb2u":
            return "asf"
        case b"caff":
            return "caf"
    if head[4:8] == b"ftyp":
        return "mov"
    if len(head) >= 4 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "aac"
    return "mp3" if _is_mp3(head) else None


def is_playlist(file: BinaryIO) -> bool:
    """Tell whether a file is a list of other files or addresses instead of sound."""
    file.seek(0)
    text = file.read(512).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return text.startswith(
        (b"#extm3u", b"#extinf", b"[playlist]", b"<asx", b"ffconcat", b"http://", b"https://", b"file:", b"<?wpl")
    )


def is_cut(file: BinaryIO, kind: Kind, size: int) -> bool:
    """Tell whether the end of a file of `size` bytes is missing.

    False for kinds whose decoders notice a missing end themselves.
    """
    match kind:
        case "wav":
            return _is_cut_chunks(file, size)
        case "vorbis" | "ogg":
            return _is_cut_ogg(file, size)
        case "matroska":
            return _is_cut_matroska(file, size)
        case _:
            return False


def _head(file: BinaryIO) -> bytes:
    """Return the first bytes after any ID3 tags."""
    at = 0
    for _ in range(4):
        file.seek(at)
        head = file.read(_HEAD)
        if head[:3] != b"ID3" or len(head) < 10 or max(head[6:10]) > 127:
            return head
        high, upper, lower, low = head[6:10]
        at += 10 + (high << 21 | upper << 14 | lower << 7 | low)
    return b""


def _is_mp3(head: bytes) -> bool:
    """Tell whether these bytes are a frame of MPEG audio, layer III, with a valid bit rate and sample rate."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    version, bits, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and bits not in (0, 15) and rate != 3


def _is_cut_chunks(file: BinaryIO, size: int) -> bool:
    file.seek(0)
    form = file.read(4)
    order: Literal["big", "little"] = "big" if form == b"FORM" else "little"
    at, long_data = 12, 0
    for _ in range(_MAX_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        name, length = head[:4], int.from_bytes(head[4:], order)
        if name == b"ds64":
            long_data = int.from_bytes(file.read(16)[8:], "little")
        if name in (b"data", b"SSND"):
            if form == b"RF64":
                return at + 8 + long_data > size
            return length < _LONGEST_CHUNK and at + 8 + length > size
        at += 8 + length + length % 2
    # The file has no chunk of sound.
    return True


def _is_cut_ogg(file: BinaryIO, size: int) -> bool:
    """Tell whether the last page is cut, or is not marked as the last page."""
    file.seek(max(size - _TAIL, 0))
    tail = file.read(_TAIL)
    at = len(tail)
    while (at := tail.rfind(b"OggS", 0, at)) >= 0:
        head = tail[at : at + 27 + 255]
        # The four letters may occur by chance inside the sound. A real page has version 0 and at most three flags.
        if len(head) >= 6 and (head[4] or head[5] & 0xF8):
            continue
        if len(head) < 27 or len(head) < 27 + head[26]:
            return True
        length = 27 + head[26] + sum(head[27 : 27 + head[26]])
        is_last = bool(head[5] & 4)
        return at + length > len(tail) or not is_last
    return True


def _is_cut_matroska(file: BinaryIO, size: int) -> bool:
    """Tell whether the segment that follows the header claims more bytes than the file has."""
    at = 4
    for _ in range(2):
        file.seek(at)
        head = file.read(8)
        if not head or not head[0]:
            return True
        digits = 9 - head[0].bit_length()
        unknown = (1 << 7 * digits) - 1
        length = int.from_bytes(head[:digits]) & unknown
        at += digits + length
        if length == unknown:
            return False
        # Skip the four bytes of the segment's ID.
        at, end = at + 4, at
    return end > size
