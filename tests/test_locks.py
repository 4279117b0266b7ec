"""The locks: pins and hashes only, in agreement with pyproject.toml, and complete."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from _stamp import LOCKS
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).resolve().parents[1]


def pins(lock: str) -> dict[str, str]:
    """Version by name of what a lock pins."""
    lines = Path(LOCKS, lock).read_text(encoding="utf-8").splitlines()
    return dict(line.partition(" ")[0].split("==") for line in lines if "==" in line and not line.startswith("    "))


@pytest.mark.parametrize("lock", ["base.txt", "neural.txt", "formats.txt", "dev.txt", "ci.txt"])
def test_locks_are_pins_and_hashes_and_nothing_else(lock: str) -> None:
    comment, *lines = Path(LOCKS, lock).read_text(encoding="utf-8").splitlines()
    assert comment.startswith("# Made by scripts/lock")
    for line in lines:
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; [\w '\"<>=.!*]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line), (
            line
        )


def test_locks_agree_with_pyproject_and_with_each_other() -> None:
    pyproject = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    project = pyproject["project"]
    extras = project["optional-dependencies"]
    wanted = {
        "base.txt": [*project["dependencies"], *pyproject["build-system"]["requires"]],
        "neural.txt": extras["neural"],
        "formats.txt": [*extras["formats"], *extras["pydub"]],
        "dev.txt": pyproject["dependency-groups"]["dev"],
        "ci.txt": extras["simpleaudio"],
    }
    seen: dict[str, str] = {}
    for lock, requirements in wanted.items():
        pinned = pins(lock)
        for requirement in map(Requirement, requirements):
            assert pinned[canonicalize_name(requirement.name)] in requirement.specifier, (
                f"run scripts/lock: {requirement}"
            )
        assert pinned == pinned | {name: version for name, version in seen.items() if name in pinned}
        seen |= pinned


@pytest.mark.skipif(sys.platform == "darwin", reason="only on Linux and Windows: of pyobjc the locks take one part")
def test_the_locks_are_complete() -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
