"""Writes files with FFmpeg's libraries, through PyAV: a session goes to an encoder, and its packets to a file.

A format is a `Container` plus its `Extras`. The session is streamed, so memory does not grow with its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, Literal

from voiceguide.base.units import RATE
from voiceguide.output.options import ExportOptions, Quality
from voiceguide.timeline.model import Timeline

if TYPE_CHECKING:
    import numpy.typing as npt
    from av import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.container.core import Chapter

    from voiceguide.sound.audio import Samples

BLOCK = 1 << 16
"""Frames mixed and encoded at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A kind of file. Names and options are FFmpeg's."""

    muxer: str
    encoder: str
    samples: Literal["s16", "flt", "fltp"]
    """Sample format that the encoder needs."""
    rate: int = RATE
    """Sample rate of the file in Hz."""
    bitrates: Mapping[Quality, int] = field(default_factory=dict)
    """kbit/s; empty for lossless formats."""
    encoder_options: Mapping[str, str] = field(default_factory=dict)
    muxer_options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """The parts of a file besides the sound."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of the file, by FFmpeg's names or the container's own."""
    language: str = ""
    """Language of the sound, in three letters."""
    has_chapters: bool = False
    """True if FFmpeg shall write the chapters."""
    cover: bytes = b""
    """Picture to attach, as JPEG; empty for none."""


def write(
    container: Container,
    timeline: Timeline,
    export_options: ExportOptions,
    file: BinaryIO,
    extras: Extras,
    *,
    lead: int = 0,
) -> None:
    """Write a session to a file opened for writing and reading.

    Args:
        container: the kind of file.
        timeline: the session.
        export_options: the quality, the tags, and where to report progress.
        file: an empty file on a disk.
        extras: the parts of the file besides the sound.
        lead: frames of silence to encode before time zero. Players skip them.

    Raises:
        OSError: the file cannot be written.
        FileError: a file with sound for the session is gone.
    """
    import av
    from av.error import FFmpegError

    disk = _Disk(file)
    options = dict(container.muxer_options)
    try:
        with av.open(disk, "w", container.muxer, container_options=options, io_open=disk.reopened) as output:
            stream = _stream(container, export_options, output, extras.language)
            output.metadata.update(extras.tags)
            if extras.has_chapters:
                output.set_chapters(list(_chapters(timeline)))
            _attach(extras.cover, output)
            for frame in _frames(container, timeline, export_options, lead):
                output.mux(stream.encode(frame))
                disk.raise_failure()
            output.mux(stream.encode(None))
    except FFmpegError as failure:
        disk.raise_failure()
        raise OSError(f"FFmpeg failed ({failure.strerror})") from failure
    disk.raise_failure()


class _Disk:
    """A file that never shows a failure to FFmpeg, because FFmpeg would print it, continue, and forget it.

    It keeps the first failure, or an interruption, and writes nothing after it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._failure: BaseException | None = None

    def raise_failure(self) -> None:
        """Raise the first failure, if there was one."""
        if self._failure:
            raise self._failure

    def write(self, data: bytes) -> int:
        """Write the data; do nothing after a failure."""
        self._try(self._file.write, data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to a position; do nothing after a failure."""
        return self._try(self._file.seek, offset, whence)

    def tell(self) -> int:
        """Return the position; 0 after a failure."""
        return self._try(self._file.tell)

    def reopened(self, _url: str, _flags: int, _options: object) -> BinaryIO:
        """Open the same file for reading, for a muxer that moves the file's index to its front."""
        self._try(self._file.flush)
        return open(self._file.name, "rb", buffering=0)  # noqa: PTH123

    def _try(self, call: Callable[..., int | None], *arguments: object) -> int:
        if self._failure is None:
            try:
                return call(*arguments) or 0
            except BaseException as failure:  # noqa: BLE001
                self._failure = failure
        return 0


def _stream(container: Container, export_options: ExportOptions, output: OutputContainer, language: str) -> AudioStream:
    """Add the stream of sound to the file."""
    from av.audio.stream import AudioStream

    options = dict(container.encoder_options)
    stream = output.add_stream(container.encoder, container.rate, options, layout="mono", format=container.samples)
    assert isinstance(stream, AudioStream)
    stream.time_base = Fraction(1, container.rate)
    if container.bitrates:
        stream.bit_rate = 1000 * container.bitrates[export_options.quality]
    if language:
        stream.metadata["language"] = language
    return stream


def _attach(cover: bytes, output: OutputContainer) -> None:
    """Write the cover to the file, before the sound."""
    if cover:
        from av import Packet
        from av.stream import Disposition

        from voiceguide.output.cover.drawing import SIDE

        shown = output.add_mux_stream("mjpeg", width=SIDE, height=SIDE)
        shown.disposition = Disposition.attached_pic
        # FLAC has kinds of pictures, and FFmpeg reads the kind from this comment.
        shown.metadata["comment"] = "Cover (front)"
        packet = Packet(cover)
        packet.stream = shown
        output.mux(packet)


def _chapters(timeline: Timeline) -> Iterator[Chapter]:
    tick = Fraction(1, timeline.rate)
    for number, (chapter, end) in enumerate(zip(timeline.chapters, timeline.chapter_ends(), strict=True)):
        title = {"title": chapter.title}
        yield {"id": number, "start": chapter.start, "end": end, "time_base": tick, "metadata": title}


def _frames(container: Container, timeline: Timeline, export_options: ExportOptions, lead: int) -> Iterator[AudioFrame]:
    """Yield the lead and the session as frames for the encoder."""
    import numpy as np
    from av import AudioFrame

    from voiceguide.sound.levels import to_int16

    at = -lead
    silence = np.zeros((lead, 1), np.float32)
    for block in _at_rate(chain([silence], _mixed(timeline, export_options)), container.rate):
        row = np.ascontiguousarray(block.T)
        # Encoders reject a frame without samples.
        if row.size:
            wanted: npt.NDArray[np.int16] | Samples = to_int16(row) if container.samples == "s16" else row
            frame = AudioFrame.from_ndarray(wanted, container.samples, "mono")
            frame.sample_rate, frame.time_base, frame.pts = container.rate, Fraction(1, container.rate), at
            at += frame.samples
            yield frame


def _mixed(timeline: Timeline, export_options: ExportOptions) -> Iterator[Samples]:
    from voiceguide.sound.mixer import mix

    done = 0
    for block in mix(timeline.sounds, timeline.length, BLOCK, bed=timeline.bed):
        yield block
        done += len(block)
        export_options.on_progress(done)


def _at_rate(blocks: Iterator[Samples], rate: int) -> Iterator[Samples]:
    """Resample the blocks of a mono sound to another rate, in Hz."""
    if rate == RATE:
        yield from blocks
        return
    import numpy as np
    import soxr

    stream = soxr.ResampleStream(RATE, rate, 1, dtype="float32")
    for block in blocks:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.zeros((0, 1), np.float32), last=True)
