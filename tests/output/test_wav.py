"""WAV files, exact to the sample."""

from __future__ import annotations

import struct
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import require_module
from tests.output.sessions import TITLE, export_options, ffmpeg, ffprobe, mixed, noisy, session
from voiceguide.base.errors import FileError
from voiceguide.base.units import RATE, frames
from voiceguide.output.wav import write
from voiceguide.sound.levels import to_int16
from voiceguide.timeline.model import Timeline


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return the chunks of a RIFF file or list, as pairs of name and content."""
    found, at = [], 0
    while at < len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        found.append((name, data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    assert at == len(data)
    return found


def parts(path: Path) -> dict[bytes, bytes]:
    """Return the chunks of a file by name, and lists by their type."""
    data = path.read_bytes()
    assert data[:4] == b"RIFF"
    assert data[8:12] == b"WAVE"
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    return {content[:4] if name == b"LIST" else name: content for name, content in chunks(data[12:])}


@pytest.mark.parametrize("timeline", [session(), noisy(0), noisy(1), noisy(8193)], ids=lambda each: str(each.length))
def test_every_sample_is_the_same_as_in_the_mix(timeline: Timeline, tmp_path: Path) -> None:
    require_module("soundfile")
    import soundfile

    path = tmp_path / "session.wav"
    write(timeline, path, export_options(path))
    samples, rate = soundfile.read(str(path), dtype="int16")
    assert rate == RATE
    assert np.array_equal(samples, to_int16(mixed(timeline)))


def test_ffmpeg_reads_the_same_samples(tmp_path: Path) -> None:
    write(session(), tmp_path / "session.wav", export_options(tmp_path / "session.wav"))
    assert np.array_equal(ffmpeg(tmp_path / "session.wav") * 32768, to_int16(mixed(session())))
    assert float(ffprobe(tmp_path / "session.wav")["format"]["duration"]) == 20


def test_chapters_are_cue_points_with_labels_and_an_id3_tag(tmp_path: Path) -> None:
    from mutagen.id3 import ID3

    write(session(), tmp_path / "session.wav", export_options(tmp_path / "session.wav"))
    found = parts(tmp_path / "session.wav")
    (count,) = struct.unpack_from("<I", found[b"cue "])
    cues = list(struct.iter_unpack("<II4sIII", found[b"cue "][4:]))
    assert count == len(cues) == 3
    assert [(cue[0], cue[5]) for cue in cues] == list(enumerate(each.start for each in session().chapters))
    labels = [content for name, content in chunks(found[b"adtl"][4:]) if name == b"labl"]
    assert [(label[0], label[4:-1].decode()) for label in labels] == list(
        enumerate(each.title for each in session().chapters)
    )
    info = dict(chunks(found[b"INFO"][4:]))
    assert info[b"INAM"].decode() == f"{TITLE}\0"
    assert set(info) == {b"INAM", b"IART", b"IPRD", b"IGNR", b"ISFT"}
    tag = ID3(BytesIO(found[b"id3 "]))
    assert tag["TIT2"] == TITLE
    assert [str(each.sub_frames["TIT2"]) for each in tag.getall("CHAP")] == [each.title for each in session().chapters]
    # FFmpeg reads the cue points and the tag, and shows them as one list.
    told = [(each["tags"]["title"], each["start_time"]) for each in ffprobe(tmp_path / "session.wav")["chapters"]]
    assert [title for title, _ in told] == [each.title for each in session().chapters]
    assert [float(at) for _, at in told] == pytest.approx([each.start / RATE for each in session().chapters], abs=0.001)


def test_a_session_without_chapters_is_written(tmp_path: Path) -> None:
    write(noisy(100), tmp_path / "noise.wav", export_options(tmp_path / "noise.wav"))
    assert struct.unpack("<I", parts(tmp_path / "noise.wav")[b"cue "]) == (0,)


def test_a_session_too_long_for_wav_is_refused_before_it_is_mixed(tmp_path: Path) -> None:
    path = tmp_path / "day.wav"
    with pytest.raises(FileError, match=r"larger than a WAV file can be\. Export it as \.mp3\."):
        write(replace(session(), length=frames(24 * 3_600_000)), path, export_options(path))
    assert not path.exists()


def test_progress_is_reported_to_the_end(tmp_path: Path) -> None:
    told: list[int] = []
    path = tmp_path / "session.wav"
    write(session(), path, replace(export_options(path), on_progress=told.append))
    assert told == sorted(told)
    assert told[-1] == session().length
