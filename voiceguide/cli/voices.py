"""`voiceguide voices`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from voiceguide.cli.output import say, tell
from voiceguide.cli.report import json_option, print_json, warn

if TYPE_CHECKING:
    from voiceguide.speech.engine import Voice


@click.command()
@click.option("--engine", default="auto", metavar="NAME", help="Only the voices of this engine.")
@click.option("--language", default="", metavar="TAG", help="Only voices of this language, such as en or de-DE.")
@json_option
def voices(engine: str, language: str, as_json: bool) -> None:
    """List the voices installed here.

    \b
    Examples:
      voiceguide voices --language en
      voiceguide play sciatica --voice gmw/en-gb-x-rp
    """
    from voiceguide.app.doctor import voices_of
    from voiceguide.base.errors import EngineError
    from voiceguide.speech.registry import AUTO, engine_names

    found: list[Voice] = []
    complaints: list[str] = []
    for name in engine_names() if engine == AUTO else (engine,):
        try:
            found += voices_of(name)
        except EngineError as cause:
            if engine != AUTO:
                raise
            complaints.append(str(cause))
    if language:
        # "en" stands for every variety of English.
        found = [voice for voice in found if f"{voice.language}-".lower().startswith(f"{language}-".lower())]
    if as_json:
        keys = ("engine", "name", "language", "rate")
        print_json([{key: getattr(voice, key) for key in keys} for voice in found])
    else:
        width = max((len(voice.name) for voice in found), default=0)
        for voice in found:
            say(f"{voice.engine:<7} {voice.name:<{width}}  {voice.language}")
        if not found:
            tell("No such voice is installed. See them all: voiceguide voices")
    warn(complaints)
