"""MP3, put together from frames that were encoded earlier.

A session is mostly silence and phrases that other sessions have, too. Each `Piece` between two silences is encoded once
and its frames are kept in the cache. A session is these frames with silent frames between them. A piece begins at the
granule (13 ms) nearest to its place in the timeline, at most 6.6 ms from it, so it has at most two encodings, wherever
it is used. A session with a bed has no silence to cut at and is encoded in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from voiceguide.base.atomic import replacing
from voiceguide.base.store import Store, key_of
from voiceguide.base.units import RATE
from voiceguide.output.mp3.encoding import signature
from voiceguide.output.mp3.frames import FRAME, GRANULE, Stream, frames_for
from voiceguide.output.mp3.pieces import Piece, Pieces, pieces
from voiceguide.output.options import ExportOptions, Quality
from voiceguide.output.tags import id3_tag
from voiceguide.sound.clip import Placed
from voiceguide.timeline.model import Timeline

if TYPE_CHECKING:
    from voiceguide.sound.beds.bed import Bed
    from voiceguide.timeline.placing import Arrival

BITRATES: dict[Quality, int] = {"small": 48, "good": 64, "best": 96}
"""kbit/s, constant: in a file of variable bitrate, players miss chapters by seconds. Mono speech needs no more than 64.
At 48, LAME cuts off everything above 10.5 kHz, where a voice of 22,050 Hz has almost nothing."""

APART = 5 * FRAME
"""Least silence between two pieces, in samples. It has room for the grid, which moves a piece by up to half a granule,
for a decoder's delay of 1,105 samples, for whole frames, and for the silence before and after each piece."""

SILENCE = 4096
"""Most silent frames written at a time: a megabyte at most."""

LONGEST = 3 * 60 * RATE
"""Samples of the longest piece kept in the cache. Longer ones, such as an hour of breathing, are rarely reused."""


def write(timeline: Timeline, path: Path, export_options: ExportOptions) -> None:
    """Write a session as MP3. See `formats.Writer`."""
    stream = Stream(BITRATES[export_options.quality])
    with replacing(path) as file:
        file.write(id3_tag(timeline, export_options, f"LAME, {stream.bitrate} kbit/s"))
        info_at = file.tell()
        file.write(bytes(stream.info_bytes))
        tape = _Tape(file, stream, lambda samples: export_options.on_progress(min(samples, timeline.length)))
        # FFmpeg rejects a file with only one frame.
        total = max(frames_for(timeline.length), 2)
        if timeline.bed:
            tape.add(_encoded(timeline.sounds, timeline.length, total, stream, timeline.bed))
        else:
            for piece in pieces(timeline.sounds, APART):
                tape.be_silent_until(_on_grid(piece)[0])
                tape.add(_piece(piece, stream, export_options.store))
            tape.be_silent_until(max(total, tape.count))
        file.seek(info_at)
        file.write(stream.info(timeline.length, tape.count, stream.info_bytes + tape.size))


def ahead(arrivals: Iterable[Arrival], export_options: ExportOptions) -> Iterator[Arrival]:
    """Yield the arrivals unchanged, and encode each piece while later words are still being synthesised."""
    stream = Stream(BITRATES[export_options.quality])
    gathering = Pieces(APART)
    for arrival in arrivals:
        for piece in gathering.take(arrival):
            # Without a working cache, `write` would have to encode the piece again.
            kept = export_options.store.complaint or export_options.store.has(_key(piece, stream))
            if piece.length <= LONGEST and not kept:
                _kept(piece, stream, export_options.store)
        yield arrival


class _Tape:
    """Writes frames one after another."""

    def __init__(self, file: BinaryIO, stream: Stream, on_progress: Callable[[int], None]) -> None:
        self._file = file
        self._stream = stream
        self._on_progress = on_progress
        self.count = 0
        """Frames written so far."""
        self.size = 0
        """Bytes of the frames written so far."""

    def add(self, frames: Iterable[tuple[int, bytes]]) -> None:
        """Write frames, given as pairs of their number and their bytes."""
        for count, data in frames:
            self._file.write(data)
            self.count += count
            self.size += len(data)
            self._on_progress(self.count * FRAME)

    def be_silent_until(self, frame: int) -> None:
        """Write silent frames until `frame` frames are written."""
        assert frame >= self.count, "two pieces overlap"
        while self.count < frame:
            count = min(frame - self.count, SILENCE)
            self.add([(count, self._stream.silence(count, self.count, self.size))])


def _on_grid(piece: Piece) -> tuple[int, int]:
    """Return the frame of the file in which a piece begins, and the samples of that frame before the piece."""
    granule = (piece.start + GRANULE // 2) // GRANULE
    # A granule of silence comes first, where there is room. Without it LAME cannot prepare for a sharp beginning, and
    # the start of a struck chime has up to 12 dB more noise.
    first = max(granule - 1, 0) // 2
    return first, (granule - 2 * first) * GRANULE


def _piece(piece: Piece, stream: Stream, store: Store) -> Iterator[tuple[int, bytes]]:
    """Yield the frames of a piece."""
    if piece.length <= LONGEST:
        yield _count(piece), _kept(piece, stream, store)
    else:
        yield from _encoded_piece(piece, stream)


def _kept(piece: Piece, stream: Stream, store: Store) -> bytes:
    """Return the frames of a piece from the cache; encode and store them if they are missing."""
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
            # The same words, spoken again, may have another length.
            "sounds": [(sound.start, sound.clip.identity, sound.clip.frames) for sound in piece.sounds],
        }
    )


def _count(piece: Piece) -> int:
    """Return the number of frames of a piece. The last frame is silent: frames overlap, so no sound is cut off."""
    return frames_for(_on_grid(piece)[1] + piece.length) + 1


def _encoded_piece(piece: Piece, stream: Stream) -> Iterator[tuple[int, bytes]]:
    into = _on_grid(piece)[1]
    sounds = (replace(sound, start=sound.start + into) for sound in piece.sounds)
    return _encoded(sounds, into + piece.length, _count(piece), stream)


def _encoded(
    sounds: Iterable[Placed], length: int, count: int, stream: Stream, bed: Bed | None = None
) -> Iterator[tuple[int, bytes]]:
    """Mix and encode sounds in one pass, to `count` frames."""
    from voiceguide.output.mp3.encoding import BLOCK, encode
    from voiceguide.sound.mixer import mix

    for frames in encode(mix(sounds, length, BLOCK, bed=bed), count, stream):
        yield len(frames), b"".join(frames)
