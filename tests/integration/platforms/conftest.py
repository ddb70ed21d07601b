"""One small clip with picture and sound for all simulated posts."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from clipsight.testing.clips import ClipRecipe, Noise, Plain, Shot, render

CLIP = ClipRecipe(
    shots=(Shot(Plain((96, 110, 120)), 1), Shot(Plain((200, 60, 40)), 1)),
    sounds=(Noise(0, 2),),
    size=(144, 256),
    fps=Fraction(15),
)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("platforms") / "clip.mp4"
    render(CLIP, path)
    return path
