from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from clipsight.testing.server import TestServer

FIRST_ID = 7301234567890123456


@dataclass(frozen=True)
class Clip:
    """A video that no other test uses."""

    video_id: str

    @property
    def link(self) -> str:
        return f"https://www.tiktok.com/@scout2015/video/{self.video_id}"

    @property
    def key(self) -> str:
        return f"tiktok:{self.video_id}"


_numbers = itertools.count(FIRST_ID)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests that share the server run in one process, so that it is started once."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("server"))


@pytest.fixture
def clip() -> Clip:
    return Clip(str(next(_numbers)))


@pytest.fixture
def other_clip() -> Clip:
    return Clip(str(next(_numbers)))


@pytest.fixture
def third_clip() -> Clip:
    return Clip(str(next(_numbers)))


BOTH = ["sqlite", "postgresql"]


def settings(request) -> dict[str, str]:
    """Two workers on the database that the parameter names."""
    chosen = {"CLIPSIGHT_WORKERS": "2"}
    if request.param == "postgresql":
        chosen["CLIPSIGHT_DATABASE_URL"] = request.getfixturevalue("postgres").new_database()
    return chosen


@pytest.fixture(scope="session", params=BOTH)
def shared_server(request, tmp_path_factory) -> Iterator[TestServer]:
    with TestServer(tmp_path_factory.mktemp("server"), settings(request)) as running:
        yield running


@pytest.fixture
def server(shared_server) -> Iterator[TestServer]:
    """The server that all tests share; what one told the pipeline is forgotten before the next."""
    yield shared_server
    for order in ("hold", "fail", "die"):
        for path in shared_server.folder.glob(f"{order}-*"):
            path.unlink()


@pytest.fixture(params=BOTH)
def own_server(request, tmp_path) -> Iterator[TestServer]:
    """A server that a test may stop and kill."""
    with TestServer(tmp_path, settings(request)) as running:
        yield running
