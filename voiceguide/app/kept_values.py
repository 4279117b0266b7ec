"""Check that a value to keep as a default works on this machine, and find its exact spelling here."""

from __future__ import annotations

from voiceguide.choices.kinds import Value
from voiceguide.choices.table import kept_choice
from voiceguide.routine.profiles import require_profile
from voiceguide.sound.beds.chosen import bed_called, is_file_name, require_bed
from voiceguide.speech.registry import AUTO, choose, close_engine, require_engine


def as_known_here(name: str, raw: object, engine: str = AUTO) -> Value:
    """Return a value as it is to be kept: names in their spelling on this machine, paths absolute.

    Args:
        name: one of `table.KEPT`.
        raw: as `Choice.read` takes it.
        engine: the engine that a voice must belong to; `auto` for any.

    Raises:
        UnknownName: no setting, profile, voice, engine or bed has that name. The exception holds the nearest names.
        WrongValue: the setting cannot have such a value.
        FileError: a bed's file is missing, or cannot be used as a bed.
        EngineError: the engine that a voice belongs to does not work here.
    """
    value = kept_choice(name).read(raw)
    match name:
        case "profile":
            assert isinstance(value, tuple)
            return tuple(dict.fromkeys(require_profile(str(each)) for each in value))
        case "engine":
            return require_engine(str(value))
        case "voice" if value:
            chosen = choose(engine, str(value), "en-US")
            close_engine(chosen.engine)
            return chosen.voice.name
        case "bed":
            bed = bed_called(str(value))
            return str(require_bed(bed).absolute()) if is_file_name(bed) else bed
    return value
