"""`voiceguide config`."""

from __future__ import annotations

import click

from voiceguide.cli.output import say, tell
from voiceguide.cli.report import json_option, print_json


@click.group(invoke_without_command=True, subcommand_metavar="[COMMAND]")
@json_option
@click.pass_context
def config(context: click.Context, as_json: bool) -> None:
    """Show your defaults, and keep new ones.

    What is kept here counts for every session, until the command line says otherwise. Lines are printed as the file
    has them, with where each value comes from.

    \b
    Examples:
      voiceguide config
      voiceguide config set pace 0.9
      voiceguide config set profile pregnant
      voiceguide config set bed-level -20dB
      voiceguide config unset pace
    """
    if context.invoked_subcommand:
        if as_json:
            raise click.UsageError(f"--json goes behind {context.invoked_subcommand}.")
        return
    from voiceguide.app.choosing import resolve
    from voiceguide.choices.config import config_path, load_config, require_known
    from voiceguide.choices.table import KEPT

    path = config_path()
    require_known(path)
    settings = resolve({}, load_config(path), {}).values()
    if as_json:
        rows = [{"name": each.name, "value": each.value, "origin": each.origin} for each in settings]
        print_json({"path": str(path), "settings": rows})
        return
    say(f"# {path}")
    lines = [KEPT[each.name].line(each.value) for each in settings]
    width = max(len(line) for line in lines)
    for line, setting in zip(lines, settings, strict=True):
        say(f"{line:<{width}}  # {setting.origin}")


# A value may begin with a dash: -18dB.
@config.command("set", context_settings={"ignore_unknown_options": True})
@click.argument("key")
@click.argument("value")
@json_option
def set_(key: str, value: str, as_json: bool) -> None:
    """Keep VALUE as the default of KEY. Several profiles are given with commas.

    \b
    Examples:
      voiceguide config set voice en_US-joe-medium
      voiceguide config set profile pregnant,ankle-injury
    """
    from voiceguide.app.kept_values import as_known_here
    from voiceguide.choices.config import config_path, read_config, set_value
    from voiceguide.choices.table import kept_choice
    from voiceguide.speech.registry import AUTO

    name, path = kept_choice(key).name, config_path()
    # Other mistakes in the file are reported when it is written.
    engine = str(read_config(path)[0].get("engine", AUTO))
    kept = set_value(path, name, as_known_here(name, value, engine))
    if as_json:
        print_json({"name": name, "value": kept, "origin": "config"})
    else:
        say(kept_choice(name).line(kept))


@config.command()
@click.argument("key")
@json_option
def unset(key: str, as_json: bool) -> None:
    """Remove the default of KEY.

    \b
    Examples:
      voiceguide config unset pace
    """
    from voiceguide.choices.config import config_path, unset_value

    removed = unset_value(config_path(), key)
    if as_json:
        print_json({"name": key, "removed": removed})
    elif not removed:
        tell(f"There was no default for {key}.")


@config.command()
@json_option
def path(as_json: bool) -> None:
    """Print where your defaults are kept.

    \b
    Examples:
      voiceguide config path
    """
    from voiceguide.choices.config import config_path, require_known

    require_known(config_path())
    if as_json:
        print_json({"path": str(config_path())})
    else:
        say(config_path())
