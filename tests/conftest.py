"""Fixtures for all tests: parts that a machine may lack, golden files, and folders in place of the user's."""

from __future__ import annotations

import difflib
import os
import shutil
import signal
from collections.abc import Callable, Generator
from importlib.util import find_spec
from pathlib import Path

import hypothesis
import pytest

GOLDEN = Path(__file__).parent / "golden"
IN_CI = os.environ.get("CI") == "true"
FINE_TO_SKIP = "only on "
"""How the reason of a skip begins that is right even in CI: `only on Windows`."""

# The time limit on tests is enough; machines are not equally fast, and CI must not fail by chance.
hypothesis.settings.register_profile("voiceguide", deadline=None, derandomize=IN_CI)
hypothesis.settings.load_profile("voiceguide")


def require(part: str, present: bool, why: str) -> None:
    """Go on only where `part` is present: else the test is skipped, and in CI, which installs everything, it fails."""
    if not present:
        reason = f"{part} is missing: {why}"
        if IN_CI:
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


def require_command(name: str, why: str = "the test runs it") -> str:
    """The path of a program. Skips or fails as `require` does."""
    path = shutil.which(name)
    require(f"the program {name}", path is not None, why)
    return path or ""


def require_module(name: str, why: str = "the test needs it") -> None:
    """Skips or fails as `require` does where a Python module cannot be imported."""
    require(f"the Python module {name}", find_spec(name) is not None, why)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test skipped by any other road fails too."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _no_skipping(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a module that skips itself fails too."""
    report = yield
    if report.skipped:
        _no_skipping(report)
    return report


def _no_skipping(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
    if IN_CI and not reason.startswith(FINE_TO_SKIP):
        report.outcome = "failed"
        report.longrepr = f"Skipped in CI, where nothing may be missing: {reason}"


@pytest.fixture(autouse=True, scope="session")
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """Keep the tests out of the user's folders, and let them share one clip cache, whichever process they run in."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Each worker has a folder of its own in that of the run.
        shared = shared.parent
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VOICEGUIDE_CACHE_DIR", str(shared / "cache"))
        patch.setenv("VOICEGUIDE_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.delenv("VOICEGUIDE_ROUTINES", raising=False)
        yield


def pytest_configure() -> None:
    """Let a closed terminal end the programs that the tests start, also in a run that `nohup` started."""
    # Not when this module is imported: a worker process of ours imports it to find its task.
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --update-goldens."""
    parser.addoption("--update-goldens", action="store_true", help="rewrite tests/golden from what the tests get")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)` holds `text` against tests/golden/NAME, or writes it there with --update-goldens."""
    update = bool(request.config.getoption("--update-goldens"))

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        if not path.exists():
            pytest.fail(f"tests/golden/{name} does not exist: scripts/test --update-goldens writes it", pytrace=False)
        expected = path.read_text(encoding="utf-8")
        if text != expected:
            lines = difflib.unified_diff(
                expected.splitlines(), text.splitlines(), f"tests/golden/{name}", "now", lineterm=""
            )
            # Lines can agree where the texts do not: at the last line's end.
            diff = "\n".join(lines) or "the last line's end differs"
            pytest.fail(f"{diff}\nIf this is what should be: scripts/test --update-goldens", pytrace=False)

    return compare
