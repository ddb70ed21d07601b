from __future__ import annotations

from collections.abc import Iterator

import pytest

from clipsight.testing.server import TestServer


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[TestServer]:
    with TestServer(tmp_path_factory.mktemp("contract")) as running:
        yield running
