"""The options that say what the listener wants, shared by play, export, compile and show."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from voiceguide.routine.choices import FASTEST, SLOWEST, Choices


def wishes(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the listener's options; it gets them as one `choices` argument."""

    @click.option("--engine", default="auto", metavar="NAME", help="Speech engine: auto, piper, system or tone.")
    @click.option("--voice", default="", metavar="NAME", help="Voice, as `voiceguide voices` lists it.")
    @click.option(
        "--pace",
        type=click.FloatRange(SLOWEST, FASTEST),
        default=1.0,
        metavar="NUMBER",
        help="Pace of speech; 0.9 is slower. Holds and pauses keep their length.",
    )
    @wraps(function)
    def with_choices(*args: object, engine: str, voice: str, pace: float, **options: object) -> object:
        return function(*args, choices=Choices(engine=engine, voice=voice, pace=pace), **options)

    return with_choices
