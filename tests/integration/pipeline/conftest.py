"""One warm perception process for all tests of a worker: loading models takes longer than the clips."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clipsight.pipeline.perceiver import Perceiver


@pytest.fixture(scope="session")
def perceiver() -> Iterator[Perceiver]:
    with Perceiver() as warm:
        yield warm
