"""One small clip with picture and sound for all simulated posts."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipsight.testing.clips import render
from clipsight.testing.platforms.matrix import CLIP


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("platforms") / "clip.mp4"
    render(CLIP, path)
    return path
