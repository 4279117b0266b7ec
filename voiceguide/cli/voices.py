"""`voiceguide voices`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from voiceguide.cli.report import json_option, print_json, warn

if TYPE_CHECKING:
    from voiceguide.speech.engine import Voice


@click.command()
@click.option("--engine", default="", metavar="NAME", help="Only the voices of this engine.")
@click.option("--language", default="", metavar="TAG", help="Only voices of this language, such as en or de-DE.")
@json_option
def voices(engine: str, language: str, as_json: bool) -> int:
    """List the voices installed here.

    \b
    Examples:
      voiceguide voices --language en
      voiceguide play sciatica --voice gmw/en-gb-x-rp
    """
    from voiceguide.errors import EngineError
    from voiceguide.speech.registry import engine_names, load

    found: list[Voice] = []
    complaints: list[str] = []
    for name in (engine,) if engine else engine_names():
        try:
            made = load(name)
            found += made.voices()
            made.close()
        except EngineError as cause:
            complaints.append(str(cause))
    base = language.lower()
    found = [voice for voice in found if voice.language.lower().startswith(base)]
    if as_json:
        keys = ("engine", "name", "language", "rate")
        print_json([{key: getattr(voice, key) for key in keys} for voice in found])
    else:
        width = max((len(voice.name) for voice in found), default=0)
        for voice in found:
            click.echo(f"{voice.engine:<7} {voice.name:<{width}}  {voice.language}")
    warn(complaints)
    return 3 if engine and complaints else 0
