from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clipsight.testing.s3 import CREDENTIALS, s3_client, s3_server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests that share the S3 service run in one process, so that it is started once."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("blobs"))


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    with s3_server() as url:
        yield url


_numbers = itertools.count()


@pytest.fixture
def client(endpoint) -> Any:
    return s3_client(endpoint)


@pytest.fixture
def bucket(client, monkeypatch) -> str:
    """A bucket that no other test uses, with credentials in the environment."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    name = f"blobs-{next(_numbers)}"
    client.create_bucket(Bucket=name)
    return name
