"""Tiny encoded clips and the descriptors to read them by."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clipsight.testing.clips import Backdrop, ClipRecipe, Encoding, Shot, render

Opener = Callable[[Path], int]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Opens files for reading and closes them at the end."""
    descriptors: list[int] = []

    def open_one(path: Path) -> int:
        descriptors.append(os.open(path, os.O_RDONLY))
        return descriptors[-1]

    yield open_one
    for descriptor in descriptors:
        os.close(descriptor)


@pytest.fixture(scope="session")
def plain_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of H.264, one cut at one second, silent AAC."""
    path = tmp_path_factory.mktemp("clips") / "plain.mp4"
    recipe = ClipRecipe((Shot(Backdrop(1), 1), Shot(Backdrop(2), 1)), sounds=(), size=(180, 320), encoding=Encoding(crf=28))
    render(recipe, path)
    return path
