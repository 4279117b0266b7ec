"""The command that installs an extra."""

from __future__ import annotations

import shlex
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from voiceguide.base.extras import install_command

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.skipif(sys.platform == "win32", reason="only on POSIX, whose quoting is taken apart here")
@pytest.mark.parametrize("extra", PROJECT["optional-dependencies"])
def test_the_command_names_the_libraries_for_this_very_python(extra: str) -> None:
    python, *pip = shlex.split(install_command(extra))[:4]
    assert (python, pip) == (sys.executable, ["-m", "pip", "install"])
    named = [Requirement(each) for each in shlex.split(install_command(extra))[4:]]
    declared = [Requirement(each) for each in PROJECT["optional-dependencies"][extra]]
    here = [each for each in declared if each.marker is None or each.marker.evaluate()]
    assert {(each.name, each.specifier) for each in named} == {(each.name, each.specifier) for each in here}
    assert all(each.marker is None for each in named)


def test_an_unknown_extra_is_left_to_pip() -> None:
    assert install_command("no-such").endswith("voiceguide[no-such]'")
