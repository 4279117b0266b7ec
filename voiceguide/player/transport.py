"""Playing a session from first cue to last: placing, mixing and the device each run in their own thread."""

from __future__ import annotations

import logging
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from typing import assert_never

from voiceguide.base.errors import SpeakerError
from voiceguide.base.source import Problem
from voiceguide.base.units import RATE, frames, seconds
from voiceguide.player.buffer import Buffer
from voiceguide.player.speaker import NO_SPEAKER, Speaker
from voiceguide.sound.beds.bed import Bed
from voiceguide.sound.clip import End, Horizon, Placed
from voiceguide.sound.mixer import CHANNELS, Mixer
from voiceguide.timeline.model import Chapter, Event
from voiceguide.timeline.placing import Arrival

log = logging.getLogger(__name__)

BLOCK = frames(40)
"""Frames mixed at a time. The number is small, so that the first sound is played soon."""

TICK_S = 0.1
"""Seconds between two updates of the position on the screen, and two checks of the speaker."""

STALLED_TICKS = 50
"""Ticks without progress after which a speaker counts as gone. The clock is not used, because it also runs while the
machine sleeps. Five seconds, because sound servers may take two to start a stream or to move it to another device."""

FADE_OUT_S = 0.5
"""Seconds for the fade of a stopped session to be played before the device is closed."""

FIRST_BLOCK_S = 0.1
"""Seconds that the speaker waits for the first sound. It is ready at once, unless it has to be spoken first."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The position of a session and the words at it."""

    position: int
    """Frames heard."""
    length: int | None
    """Frames of the whole session; None while it is still being spoken."""
    chapter: str
    text: str
    """Sentence that is spoken now, or the last one."""
    missed: int
    """Frames of silence inserted because speech came late."""


@dataclass(frozen=True, slots=True)
class Played:
    """The result of playing a session."""

    position: int
    """Frames heard."""
    complete: bool
    missed: int
    """Frames of silence inserted because speech came late."""
    problems: tuple[Problem, ...]


class Transport:
    """Plays one session once."""

    def __init__(
        self,
        arrivals: Iterator[Arrival],
        speaker: Speaker,
        bed: Bed | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the arrivals from `timeline.placing.place`, the bed under them, and a function that waits."""
        self._speaker = speaker
        self._sleep = sleep
        self._arrivals = arrivals
        self._bed = bed
        self._queue: SimpleQueue[Placed | Horizon | End | None] = SimpleQueue()
        self._buffer = Buffer()
        self._stopping = threading.Event()
        self._failure: BaseException | None = None
        self._chapters: list[Chapter] = []
        self._spoken: list[Event] = []
        self._problems: list[Problem] = []
        self._length: int | None = None

    def play(self, on_moment: Callable[[Moment], None]) -> Played:
        """Play to the end, or until `stop`. Blocks; calls `on_moment` about ten times a second.

        If Ctrl-C or an exception, also from `on_moment`, ends it early, a short fade is heard first.

        Raises:
            SpeakerError: no speaker was found, or it stopped working.
            EngineError: speech failed during the session; the speech before it was heard.
        """
        for work in (self._place, self._mix):
            threading.Thread(target=work, name=work.__name__, daemon=True).start()
        # An opening device asks for some tenths of a second of sound: a short wait avoids that it gets silence.
        self._buffer.wait(FIRST_BLOCK_S)
        try:
            self._speaker.open(self._buffer, RATE, CHANNELS)
            try:
                self._follow(on_moment)
            finally:
                if not self._over():
                    self.stop()
                    self._sleep(FADE_OUT_S)
        finally:
            self.stop()
            self._speaker.stop()
        if self._failure is not None:
            raise self._failure
        if self._buffer.missed:
            log.info("speech came late: %.2f s of silence were put in", seconds(self._buffer.missed))
        complete = self._length is not None and self._buffer.taken >= self._length
        return Played(self._heard(), complete, self._buffer.missed, tuple(self._problems))

    def stop(self) -> None:
        """End the session with a short fade. May be called from any thread, and more than once."""
        self._buffer.end_softly()
        self._stopping.set()

    def moment(self) -> Moment:
        """Return the position of the session now."""
        heard = self._heard()
        chapter = bisect_right(self._chapters, heard, key=lambda each: each.start) - 1
        spoken = bisect_right(self._spoken, heard, key=lambda each: each.start) - 1
        return Moment(
            position=heard,
            length=self._length,
            chapter=self._chapters[chapter].title if chapter >= 0 else "",
            text=self._spoken[spoken].text if spoken >= 0 else "",
            missed=self._buffer.missed,
        )

    def _follow(self, on_moment: Callable[[Moment], None]) -> None:
        """Watch the speaker until it has played the last frame, or until `stop`."""
        position, still = -1, 0
        while not self._over():
            on_moment(self.moment())
            self._sleep(TICK_S)
            if self._stopping.is_set():
                return
            before, position = position, self._speaker.position()
            still = still + 1 if position == before else 0
            if still == STALLED_TICKS:
                raise SpeakerError("The speaker has stopped playing.", NO_SPEAKER)

    def _over(self) -> bool:
        """Whether the last frame has been heard."""
        return self._buffer.drained and self._heard() >= self._buffer.taken

    def _heard(self) -> int:
        """Return the frames of the session heard: those the device has played, without silence for late sound."""
        return min(max(self._speaker.position() - self._buffer.missed, 0), self._buffer.taken)

    def _place(self) -> None:
        """Place the script as fast as it is spoken."""
        end = 0
        try:
            for arrival in self._arrivals:
                match arrival:
                    case Chapter():
                        self._chapters.append(arrival)
                    case Event():
                        if arrival.kind == "speech":
                            self._spoken.append(arrival)
                    case Problem():
                        self._problems.append(arrival)
                    case End(frame):
                        self._length = frame
                        self._queue.put(arrival)
                    case Horizon():
                        self._queue.put(arrival)
                    case Placed(start, clip):
                        self._queue.put(arrival)
                        end = max(end, start + clip.frames)
                    case _:
                        assert_never(arrival)
                if self._stopping.is_set():
                    break
        except BaseException as failure:  # noqa: BLE001  # carried to the thread that plays, and raised there
            # The session ends after the sound that was placed before the failure.
            self._length = end
            self._failure = failure
        finally:
            self._queue.put(None)

    def _mix(self) -> None:
        """Mix the placed sound, as far ahead of the speaker as the buffer allows."""
        try:
            mixer = Mixer(iter(self._queue.get, None), self._bed)
            while self._length is None or mixer.position < self._length:
                start = mixer.position
                # `read` waits until all sound in the block is placed. Placing may set the length meanwhile.
                block = mixer.read(BLOCK)
                if not self._buffer.put(block if self._length is None else block[: self._length - start]):
                    return
        except BaseException as failure:  # noqa: BLE001  # as above
            self._failure = failure
        finally:
            self._buffer.end()
