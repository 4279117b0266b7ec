"""Playing a session: placing, mixing and the device, each in its own thread, from first cue to last."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue

from voiceguide.player.buffer import Buffer
from voiceguide.player.speaker import Speaker
from voiceguide.script.cues import Script
from voiceguide.sound.clip import Horizon, Placed
from voiceguide.sound.mixer import CHANNELS, Mixer
from voiceguide.source import Problem
from voiceguide.timeline.model import Chapter, Event
from voiceguide.timeline.placing import Arrival, ClipFor, End, place
from voiceguide.units import RATE, frames

BLOCK = frames(40)
"""Frames mixed at a time: short, so that the first sound is out soon."""

TICK_S = 0.1
"""How often the listener is shown where the session is."""

RING_OUT_S = 0.3
"""Time for the last frames to pass through the device before it is closed."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a session is."""

    position: int
    """Frames heard."""
    length: int | None
    """Frames of the whole session; None while it is still being spoken."""
    chapter: str
    text: str
    """The sentence being said, or the last one said."""


@dataclass(frozen=True, slots=True)
class Played:
    """How a play went."""

    position: int
    """Frames heard."""
    complete: bool
    missed: int
    """Frames of silence because speech came late."""
    problems: tuple[Problem, ...]


class Transport:
    """Plays one script once."""

    def __init__(self, script: Script, clip_for: ClipFor, speaker: Speaker) -> None:
        self._speaker = speaker
        self._arrivals = place(script, clip_for)
        self._queue: SimpleQueue[Arrival | None] = SimpleQueue()
        self._buffer = Buffer()
        self._stopping = threading.Event()
        self._failure: BaseException | None = None
        self._chapters: list[Chapter] = []
        self._spoken: list[Event] = []
        self._problems: list[Problem] = []
        self._length: int | None = None

    def play(self, on_moment: Callable[[Moment], None]) -> Played:
        """Play to the end, or until `stop`. Blocks; calls `on_moment` about ten times a second.

        Raises:
            SpeakerError: there is no speaker.
            EngineError: speech failed on the way; what was ready has been heard.
        """
        threads = [
            threading.Thread(target=self._guard, args=(work,), name=work.__name__, daemon=True)
            for work in (self._place, self._mix)
        ]
        for thread in threads:
            thread.start()
        try:
            self._speaker.open(self._buffer, RATE, CHANNELS)
            while not (self._buffer.drained and self._heard() >= self._buffer.taken):
                on_moment(self.moment())
                if self._stopping.wait(TICK_S):
                    break
            # Two ways lead here: the end, and `stop`, after which the fade is still in the buffer.
            self._ring_out()
        except KeyboardInterrupt:
            self.stop()
            self._ring_out()
            raise
        finally:
            self.stop()
            self._speaker.stop()
        if self._failure is not None:
            raise self._failure
        complete = self._length is not None and self._buffer.taken >= self._length
        return Played(self._heard(), complete, self._buffer.missed, tuple(self._problems))

    def stop(self) -> None:
        """End the session with a short fade. May be called from any thread, or a signal handler."""
        self._buffer.end_softly()
        self._stopping.set()

    def moment(self) -> Moment:
        """Where the session is now."""
        heard = self._heard()
        chapter = bisect_right(self._chapters, heard, key=lambda each: each.start) - 1
        spoken = bisect_right(self._spoken, heard, key=lambda each: each.start) - 1
        return Moment(
            position=heard,
            length=self._length,
            chapter=self._chapters[chapter].title if chapter >= 0 else "",
            text=self._spoken[spoken].text if spoken >= 0 else "",
        )

    def _ring_out(self) -> None:
        threading.Event().wait(RING_OUT_S)

    def _heard(self) -> int:
        """Frames of the session heard: what the device has played, less the silence it was given for late sound."""
        return min(max(self._speaker.position() - self._buffer.missed, 0), self._buffer.taken)

    def _guard(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as failure:  # carried to the thread that plays, and raised there
            if self._failure is None:
                self._failure = failure
            self._queue.put(None)
            self._buffer.end()

    def _place(self) -> None:
        """Place the script as fast as it is spoken."""
        for arrival in self._arrivals:
            match arrival:
                case Chapter():
                    self._chapters.append(arrival)
                case Event(kind="speech"):
                    self._spoken.append(arrival)
                case Problem():
                    self._problems.append(arrival)
                case End(frame):
                    self._length = frame
                case Placed() | Horizon():
                    self._queue.put(arrival)
            if self._stopping.is_set():
                break
        self._queue.put(None)

    def _mix(self) -> None:
        """Mix what is placed, as far ahead of the ear as the buffer holds."""
        mixer = Mixer(self._placed())
        while True:
            # The length is known when all is placed; until then whole blocks are mixed.
            rest = BLOCK if self._length is None else self._length - mixer.position
            if rest <= 0:
                break
            if not self._buffer.put(mixer.read(min(BLOCK, rest))):
                return
        self._buffer.end()

    def _placed(self) -> Iterator[Placed | Horizon]:
        while (arrival := self._queue.get()) is not None:
            if isinstance(arrival, Placed | Horizon):
                yield arrival
