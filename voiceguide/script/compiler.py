"""Compiling a Routine to a Script, with the passes listed in `PASSES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import get_args

from voiceguide.choices.model import Choices
from voiceguide.routine.model import Routine
from voiceguide.script.cues import Cue, Hold, Pronunciation, Script
from voiceguide.script.draft import Change, Draft, Plan
from voiceguide.script.passes.excess import refuse_excess
from voiceguide.script.passes.frame import close_session, explain_bell, merge_chapters, merge_pauses, open_session
from voiceguide.script.passes.moves import choose_moves, heed_cautions, order_moves, unroll
from voiceguide.script.passes.sides import order_sides, take_sides
from voiceguide.script.passes.words import put_into_words
from voiceguide.script.wording import wording

PASSES: tuple[Callable[[Draft], Draft], ...] = (
    unroll,
    heed_cautions,
    choose_moves,
    order_moves,
    refuse_excess,
    take_sides,
    order_sides,
    put_into_words,
    explain_bell,
    open_session,
    close_session,
    merge_chapters,
    merge_pauses,
)
"""The passes of the compiler, in their order."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A script, and the changes made to its routine for the listener."""

    script: Script
    changes: tuple[Change, ...]

    @property
    def moves(self) -> tuple[str, ...]:
        """Keys of the moves in the script, each once, in order."""
        return tuple(dict.fromkeys(cue.move for cue in self.script.cues if isinstance(cue, Hold) and cue.move))

    @property
    def has_moves(self) -> bool:
        """Whether the script has any move of the routine."""
        return bool(self.moves)


def compile_routine(routine: Routine, choices: Choices | None = None, plan: Plan | None = None) -> Compiled:
    """Compile a routine that was read without errors.

    Raises:
        UnknownName: a choice names a move that the routine does not have.
        TooLong: the chosen holds make the session too long.
    """
    draft = Draft(routine, choices or Choices(), plan or Plan(), wording(routine.language), routine.steps)
    draft = reduce(lambda done, one_pass: one_pass(done), PASSES, draft)
    cues = tuple(item for item in draft.items if isinstance(item, get_args(Cue)))
    assert len(cues) == len(draft.items), "a pass left a step behind"
    script = Script(
        title=routine.title.value,
        language=routine.language,
        cues=cues,
        pronunciations=tuple(Pronunciation(each.word, each.say, each.ipa) for each in routine.pronounce),
    )
    return Compiled(script, draft.changes)
