from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clipsight.testing.server import TestServer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests that share the server run in one process, so that it is started once."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("contract"))


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[TestServer]:
    with TestServer(tmp_path_factory.mktemp("contract")) as running:
        yield running
