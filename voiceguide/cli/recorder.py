"""Keeping the practice log while a session plays."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from voiceguide.base.units import RATE, seconds
from voiceguide.cli.output import tell
from voiceguide.cli.signals import ended_by_signals
from voiceguide.player.terminal import HeldTerminal
from voiceguide.practice.log import practice_log

if TYPE_CHECKING:
    from voiceguide.session import Session

EVERY = 5 * RATE
"""Frames heard between two updates of the log. A killed session loses at most this much."""

ASK_S = 30.0
"""Seconds to wait for an answer. A listener who fell asleep should not find the program still waiting."""

_ANSWERS = {"b": "better", "s": "same", "w": "worse"}


class PracticeRecorder:
    """Writes one session's entry in the log. It begins with the first sound: a session nobody heard is no practice."""

    def __init__(self, session: Session) -> None:
        """Take the session that is about to be played."""
        self._session = session
        self._log = practice_log()
        self._entry = 0
        self._begun = False
        self._reached = 0

    @property
    def complaint(self) -> str:
        """Why the log could not be kept; empty where all is well."""
        return self._log.complaint

    def reach(self, position: int) -> None:
        """Note how many frames were heard."""
        if position and not self._begun:
            self._begun = True
            path, script = self._session.path, self._session.script
            started = datetime.now().astimezone()
            self._entry = self._log.begin(path.stem, script.title, asdict(self._session.choices), started)
        elif position - self._reached >= EVERY:
            self._reached = position
            self._log.reach(self._entry, seconds(position))

    def end(self, position: int, complete: bool) -> None:
        """Note how the session ended."""
        self._log.finish(self._entry, seconds(position), complete)

    def ask(self, seconds: float = ASK_S) -> None:
        """Ask how the listener feels, and wait up to `seconds` for one key. Without a terminal, don't ask."""
        if not (self._entry and sys.stdin.isatty() and sys.stderr.isatty()):
            return
        key = ""
        with (
            suppress(KeyboardInterrupt),
            ended_by_signals(lambda: None),
            HeldTerminal(sys.stdin, draws=False, by_key=True).holding() as terminal,
        ):
            # A program in the background that reads keys is stopped until it is brought to the foreground.
            if not terminal.hold():
                return
            # Keys that were pressed while the session played are no answer.
            terminal.forget_typed()
            tell("How do you feel: better (b), same (s) or worse (w)? Any other key skips. ", end=False)
            key = terminal.key(seconds)
        answer = _ANSWERS.get(key.lower(), "")
        tell(answer)
        for feeling in ("better", "same", "worse"):
            if answer == feeling:
                self._log.feel(self._entry, feeling)
