"""What tests of all kinds share: the two databases that the server runs on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from clipsight.testing.postgres import Cluster, NoPostgres, running_cluster

RECURSION_LIMIT = 1000  # Python's own


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server. One that is missing fails where everything must be tested, and skips elsewhere."""
    try:
        with running_cluster() as cluster:
            yield cluster
    except NoPostgres as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def postgres_url(postgres) -> str:
    """A database with all tables, shared by the tests of a module."""
    return postgres.migrated_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request) -> str | None:
    """What :func:`clipsight.testing.store.fresh_services` wants as ``url``: each test runs on both databases."""
    return None if request.param == "sqlite" else request.getfixturevalue("postgres").migrated_database()


def pytest_runtest_setup() -> None:
    """The payment SDK's cryptography raises the limit of its process so far that deeply nested JSON would end it."""
    sys.setrecursionlimit(RECURSION_LIMIT)
