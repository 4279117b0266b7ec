"""A place to play to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pulse import Pulse, pulse


@pytest.fixture(scope="package")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pulse]:
    """A sound server with one sink."""
    with pulse(tmp_path_factory.mktemp("pulse")) as server:
        yield server
