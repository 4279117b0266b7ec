"""The transport, played to a speaker for which time passes when the test says so: nothing here waits for a clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest

from tests.fakes import FakeSpeaker
from voiceguide.base.errors import EngineError, FileError, SpeakerError
from voiceguide.base.units import RATE
from voiceguide.player import transport
from voiceguide.player.buffer import FADE, Buffer
from voiceguide.player.transport import BLOCK, Moment, Played, Transport
from voiceguide.script.cues import Say, Script
from voiceguide.script.text import read_script
from voiceguide.sound.audio import Samples
from voiceguide.sound.clip import Clip
from voiceguide.sound.levels import to_int16
from voiceguide.sound.mixer import mix
from voiceguide.timeline.placing import ClipFor, build, place

SCRIPT = """\
# A session
## One
[pause 0.5s]
Alpha.
[pause 1s]
## Two
Bravo.
[hold 3s | "Charlie." at half]
Delta.
"""
LEVELS = {"Alpha.": 0.1, "Bravo.": 0.2, "Charlie.": 0.3, "Delta.": 0.4}


def script(text: str = SCRIPT) -> Script:
    read, problems = read_script(text, "session.md")
    assert read, problems
    return read


@dataclass(frozen=True)
class Level:
    """A third of a second of one level for each sentence, so that it can be told in what was heard."""

    text: str
    frames: int = RATE // 3
    identity: str = "level"

    def samples(self) -> Samples:
        return np.full((self.frames, 1), LEVELS[self.text], np.float32)


def clip(say: Say) -> Clip:
    return Level(say.text)


def exported(session: Script, clip_for: ClipFor = clip) -> list[int]:
    """The session as a file would have it."""
    timeline = build(session, clip_for)
    blocks = [to_int16(samples)[:, 0] for samples in mix(timeline.sounds, timeline.length)]
    return [int(number) for number in np.concatenate(blocks)]


@dataclass
class Listener:
    """Plays a script to a fake speaker, a tick at a time, and keeps what was shown."""

    text: str = SCRIPT
    clip_for: ClipFor = clip
    on_moment: Callable[[Moment], None] = lambda _: None
    speaker: FakeSpeaker = field(default_factory=FakeSpeaker)
    patience: float = 60.0
    """Seconds that the speaker gives the mixer's thread for each block, so that only what cannot be ready is late."""
    moments: list[Moment] = field(default_factory=list)
    slept: float = 0.0

    def __post_init__(self) -> None:
        self.transport = Transport(place(script(self.text), self.clip_for), self.speaker, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        # In whole blocks, as they come: then none is taken before all of it is there.
        for _ in range(round(seconds * RATE / BLOCK)):
            self.let_mix()
            self.speaker.play(BLOCK)

    def let_mix(self) -> None:
        """Until the next block is there. The mixer is seconds ahead of a real device; of this one, by nothing."""
        if isinstance(self.speaker.source, Buffer):
            self.speaker.source.wait(self.patience)

    def show(self, moment: Moment) -> None:
        self.moments.append(moment)
        self.on_moment(moment)

    def play(self) -> Played:
        try:
            return self.transport.play(self.show)
        finally:
            assert self.speaker.state == "stopped"


def test_the_heard_sound_equals_a_file_followed_by_silence() -> None:
    listener = Listener()
    played = listener.play()
    heard, expected = listener.speaker.given.tolist(), exported(script())
    assert heard[: len(expected)] == expected
    assert not any(heard[len(expected) :])
    assert (played.position, played.complete, played.problems) == (len(expected), True, ())
    # The end may be noticed after the last block, which it cuts.
    assert played.missed < BLOCK


def test_the_transport_reports_its_position() -> None:
    listener = Listener()
    listener.play()
    timeline = build(script(), clip)
    spoken = [event for event in timeline.events if event.kind == "speech"]
    positions = [moment.position for moment in listener.moments]
    assert positions == sorted(positions)
    assert positions[-1] > spoken[-1].start
    # Before anything is heard, nothing need be placed yet.
    for moment in (moment for moment in listener.moments if moment.position):
        assert moment.text == "".join([each.text for each in spoken if each.start <= moment.position][-1:])
        assert moment.chapter == [each.title for each in timeline.chapters if each.start <= moment.position][-1]
    assert listener.moments[-1].length == timeline.length


def test_late_speech_is_waited_for_in_silence_that_is_counted() -> None:
    ready = threading.Event()

    def clip_for(say: Say) -> Clip:
        if say.text == "Bravo.":
            assert ready.wait(60)
        return clip(say)

    timeline = build(script(), clip)
    due = next(event.start for event in timeline.events if event.text == "Bravo.")
    waited = due + 10 * RATE

    def on_moment(moment: Moment) -> None:
        if not ready.is_set():
            assert moment.position <= due
            assert moment.length is None
            assert moment.position <= max(len(listener.speaker.given) - moment.missed - RATE // 2, 0)
        if len(listener.speaker.given) >= waited:
            ready.set()

    speaker = FakeSpeaker(latency=RATE // 2)
    listener = Listener(clip_for=clip_for, on_moment=on_moment, speaker=speaker, patience=0)
    played = listener.play()
    assert played.complete
    assert played.position == timeline.length
    assert played.missed >= waited - due
    assert sounding(listener.speaker.given) == sounding(exported(script()))


def test_a_session_ends_in_time_though_its_length_is_known_only_while_the_last_block_is_mixed() -> None:
    @dataclass(frozen=True)
    class Short:
        frames: int = 100
        identity: str = "short"

        def samples(self) -> Samples:
            return np.ones((self.frames, 1), np.float32)

    asked, ready = threading.Event(), threading.Event()

    def clip_for(_: Say) -> Clip:
        asked.set()
        assert ready.wait(60)
        return Short()

    def on_moment(_: Moment) -> None:
        assert asked.wait(60)
        ready.set()

    listener = Listener("# Short\nAlpha.\n", clip_for=clip_for, on_moment=on_moment, patience=0)
    played = listener.play()
    assert (played.position, played.complete) == (100, True)


def test_speech_before_a_failure_is_heard() -> None:
    def clip_for(say: Say) -> Clip:
        if say.text == "Charlie.":
            raise EngineError("fake", "It broke.", "Mend it.")
        return clip(say)

    listener = Listener(clip_for=clip_for)
    with pytest.raises(EngineError, match=r"It broke\. Mend it\."):
        listener.play()
    expected = [number for number in sounding(exported(script())) if number < round(0.25 * 32767)]
    assert sounding(listener.speaker.given) == expected


def test_a_session_that_no_engine_can_speak_is_an_error() -> None:
    def clip_for(say: Say) -> Clip:
        raise EngineError("fake", f"No {say.text}", "Mend it.")

    listener = Listener(clip_for=clip_for)
    with pytest.raises(EngineError, match="No Alpha"):
        listener.play()
    assert sounding(listener.speaker.given) == []


def test_a_phrase_that_is_gone_from_the_cache_ends_it() -> None:
    class Gone:
        frames = 100
        identity = "gone"

        def samples(self) -> Samples:
            raise FileError("clip", "It is gone.", "Run it again.")

    listener = Listener(clip_for=lambda say: Gone() if say.text == "Bravo." else clip(say))
    with pytest.raises(FileError, match="It is gone"):
        listener.play()
    assert set(sounding(listener.speaker.given)) == {round(0.1 * 32767)}


def test_a_speaker_that_does_not_open_is_an_error() -> None:
    listener = Listener(speaker=FakeSpeaker(failure="There is none."))
    with pytest.raises(SpeakerError, match="There is none"):
        listener.play()
    assert listener.moments == []


def test_a_speaker_that_takes_no_more_is_given_up_after_five_seconds() -> None:
    class Stuck(FakeSpeaker):
        def play(self, frames: int) -> None:
            if len(self.given) < RATE:
                super().play(frames)

    listener = Listener(speaker=Stuck())
    with pytest.raises(SpeakerError, match=r"stopped playing.*voiceguide export"):
        listener.play()
    assert listener.slept == pytest.approx(1 + 5 + transport.FADE_OUT_S, abs=0.3)


def test_a_speaker_may_take_four_seconds_to_begin() -> None:
    class Slow(FakeSpeaker):
        waited = 0

        def play(self, frames: int) -> None:
            self.waited += frames
            if self.waited > 4 * RATE:
                super().play(frames)

    assert Listener(speaker=Slow()).play().complete


def assert_fades(heard: list[int]) -> None:
    """Sound goes on at one level and then falls to silence, a little with each frame."""
    last = max(np.flatnonzero(heard))
    fade = np.array(heard[last - FADE + 2 : last + 2], int)
    assert heard[last - FADE] == round(LEVELS["Bravo."] * 32767)
    assert fade[-1] == 0
    assert np.all(np.diff(fade) <= 0)
    assert np.diff(fade).min() >= -10


def sounding(samples: npt.ArrayLike) -> list[int]:
    """Return the samples that are not silent."""
    return [int(number) for number in np.asarray(samples) if number]


def in_bravo(listener: Listener) -> bool:
    """Whether Bravo is being said. Then the next block of it, which is to fade, has been mixed, too."""
    said = bool(len(listener.speaker.given)) and listener.speaker.given[-1] == round(LEVELS["Bravo."] * 32767)
    if said:
        listener.let_mix()
    return said


def test_a_session_can_be_stopped_and_fades_out() -> None:
    def on_moment(_: Moment) -> None:
        if in_bravo(listener):
            listener.transport.stop()

    listener = Listener(on_moment=on_moment)
    played = listener.play()
    assert not played.complete
    assert played.position < len(exported(script()))
    assert_fades(listener.speaker.given.tolist())


@pytest.mark.parametrize("cause", [KeyboardInterrupt, OSError])
def test_a_session_fades_out_after_any_exception_before_the_speaker_is_stopped(cause: type[BaseException]) -> None:
    def on_moment(_: Moment) -> None:
        if in_bravo(listener):
            raise cause

    listener = Listener(on_moment=on_moment)
    with pytest.raises(cause):
        listener.play()
    assert_fades(listener.speaker.given.tolist())


def test_stopped_before_the_first_sound() -> None:
    listener = Listener()
    listener.transport.stop()
    assert not listener.play().complete
    assert sounding(listener.speaker.given) == []


def test_words_that_do_not_fit_into_their_hold_are_reported_at_the_end() -> None:
    listener = Listener('# Tight\n[hold 0.2s | "Alpha." at start]\n')
    played = listener.play()
    assert played.complete
    (problem,) = played.problems
    assert problem.span.line == 2
