"""MP3, put together from frames that were encoded before.

A session is mostly silence and phrases that other sessions have, too. Each `Piece` of it between two silences is
encoded alone, once, and its frames are kept in the cache; a session is these frames with silent ones between. They
stand on a grid: a piece begins at the granule (13 ms) nearest to its place in the timeline, never more than 6.6 ms
from it, so that it has two encodings at the most, wherever it comes. With a bed there is no silence to cut at: all is
encoded in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from voiceguide.output.mp3_encoding import signature
from voiceguide.output.mp3_frames import FRAME, GRANULE, Stream, frames_for
from voiceguide.output.order import Order, Quality
from voiceguide.output.pieces import Piece, Pieces, pieces
from voiceguide.output.replacing import replacing
from voiceguide.output.tags import id3_tag
from voiceguide.sound.clip import Placed
from voiceguide.store import Store, key_of
from voiceguide.timeline.model import Timeline
from voiceguide.units import RATE

if TYPE_CHECKING:
    from voiceguide.sound.beds import Bed
    from voiceguide.timeline.placing import Arrival

BITRATES: dict[Quality, int] = {"small": 48, "good": 64, "best": 96}
"""kbit/s, all constant: in a file of variable bitrate, players find chapters seconds off. Speech in mono needs no more
than 64; at 48, LAME cuts off what is above 10.5 kHz, which a voice of 22,050 Hz has next to nothing of."""

APART = 5 * FRAME
"""Samples of silence between two pieces at the least: the grid moves each by up to half a granule, a decoder lags
behind by 1,105 samples, the frames are whole, and silence comes before each piece and after it."""

SILENCE = 4096
"""Silent frames written at a time: a megabyte at the most."""

LONGEST = 3 * 60 * RATE
"""Samples of a piece worth keeping: a longer one, such as an hour of breathing tones, will hardly come again."""


def write(timeline: Timeline, path: Path, order: Order) -> None:
    """Write a session as MP3. See `formats.Writer`."""
    stream = Stream(BITRATES[order.quality])
    with replacing(path) as file:
        file.write(id3_tag(timeline, order, f"LAME, {stream.bitrate} kbit/s"))
        info_at = file.tell()
        file.write(bytes(stream.info_bytes))
        tape = _Tape(file, stream, lambda samples: order.on_progress(min(samples, timeline.length)))
        # One frame alone is no file to FFmpeg.
        total = max(frames_for(timeline.length), 2)
        if timeline.bed:
            tape.add(_encoded(timeline.sounds, timeline.length, total, stream, timeline.bed))
        else:
            for piece in pieces(timeline.sounds, APART):
                tape.be_silent_until(_on_grid(piece)[0])
                tape.add(_piece(piece, stream, order.store))
            tape.be_silent_until(max(total, tape.count))
        file.seek(info_at)
        file.write(stream.info(timeline.length, tape.count, stream.info_bytes + tape.size))


def ahead(arrivals: Iterable[Arrival], order: Order) -> Iterator[Arrival]:
    """Encode the pieces of a session as they arrive, while others are still being spoken. Gives what it is given."""
    stream = Stream(BITRATES[order.quality])
    gathering = Pieces(APART)
    for arrival in arrivals:
        for piece in gathering.take(arrival):
            # Where nothing can be kept, it would be done twice.
            kept = order.store.complaint or order.store.has(_key(piece, stream))
            if piece.length <= LONGEST and not kept:
                _kept(piece, stream, order.store)
        yield arrival


class _Tape:
    """Frames written one after another."""

    def __init__(self, file: BinaryIO, stream: Stream, on_progress: Callable[[int], None]) -> None:
        self._file = file
        self._stream = stream
        self._on_progress = on_progress
        self.count = 0
        """Frames so far."""
        self.size = 0
        """Their bytes."""

    def add(self, frames: Iterable[tuple[int, bytes]]) -> None:
        """Write frames, some at a time: how many, and their bytes."""
        for count, data in frames:
            self._file.write(data)
            self.count += count
            self.size += len(data)
            self._on_progress(self.count * FRAME)

    def be_silent_until(self, frame: int) -> None:
        """Write silent frames up to that one."""
        assert frame >= self.count, "two pieces overlap"
        while self.count < frame:
            count = min(frame - self.count, SILENCE)
            self.add([(count, self._stream.silence(count, self.count, self.size))])


def _on_grid(piece: Piece) -> tuple[int, int]:
    """The frame of the file that a piece begins in, and how many samples into it."""
    granule = (piece.start + GRANULE // 2) // GRANULE
    # A granule of silence in front, where there is room: with nothing before it LAME does not see a sharp beginning
    # coming, and the first moments of a struck chime have up to 12 dB more noise.
    first = max(granule - 1, 0) // 2
    return first, (granule - 2 * first) * GRANULE


def _piece(piece: Piece, stream: Stream, store: Store) -> Iterator[tuple[int, bytes]]:
    """The frames of a piece."""
    if piece.length <= LONGEST:
        yield _count(piece), _kept(piece, stream, store)
    else:
        yield from _encoded_piece(piece, stream)


def _kept(piece: Piece, stream: Stream, store: Store) -> bytes:
    """The frames of a piece, from the cache, or into it."""
    key = _key(piece, stream)
    data = store.get(key)
    if data is None:
        data = b"".join(frames for _, frames in _encoded_piece(piece, stream))
        data = store.put(key, data) or data
    return data


def _key(piece: Piece, stream: Stream) -> str:
    return key_of(
        {
            "mp3": stream.bitrate,
            "encoder": signature(),
            "into": _on_grid(piece)[1],
            # Spoken anew, the same words may take another time.
            "sounds": [(sound.start, sound.clip.identity, sound.clip.frames) for sound in piece.sounds],
        }
    )


def _count(piece: Piece) -> int:
    """Frames of a piece: one of silence comes last, so that no sound is cut out of its overlap with what follows."""
    return frames_for(_on_grid(piece)[1] + piece.length) + 1


def _encoded_piece(piece: Piece, stream: Stream) -> Iterator[tuple[int, bytes]]:
    into = _on_grid(piece)[1]
    sounds = (replace(sound, start=sound.start + into) for sound in piece.sounds)
    return _encoded(sounds, into + piece.length, _count(piece), stream)


def _encoded(
    sounds: Iterable[Placed], length: int, count: int, stream: Stream, bed: Bed | None = None
) -> Iterator[tuple[int, bytes]]:
    """Sounds mixed and encoded in one pass, to `count` frames."""
    from voiceguide.output.mp3_encoding import BLOCK, encode
    from voiceguide.sound.mixer import mix

    for frames in encode(mix(sounds, length, BLOCK, bed=bed), count, stream):
        yield len(frames), b"".join(frames)
