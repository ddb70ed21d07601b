"""The pictures of a video as small arrays, and the comparisons that shot decisions are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clipsight.perception.shots.port import Transition

GRID_LONG_SIDE = 64  # blocks; 30 pixels of a 1920-pixel side each, so small motion and captions touch few of them

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Border:
    """Where a shot begins: microseconds, kind and length of the transition, confidence 0..1."""

    us: int
    transition: Transition
    transition_us: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Grids:
    """One grid per picture.

    Attributes:
        us: times in microseconds, shape (n,), strictly growing.
        luma: shape (n, rows, columns).
        chroma: shape (n, 2, about rows / 2, about columns / 2).
    """

    us: NDArray[np.int64]
    luma: NDArray[np.uint8]
    chroma: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.us)

    def changes(self, first: NDArray[np.intp], second: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Mean absolute change and share of changed blocks for pairs of pictures, each of shape (pairs,)."""
        means, shares = np.zeros(len(first), np.float32), np.zeros(len(first), np.float32)
        for low in range(0, len(first), CHUNK):
            part = slice(low, low + CHUNK)
            luma = _apart(self.luma, first[part], second[part])
            chroma = _apart(self.chroma, first[part], second[part])
            means[part] = luma.mean(axis=1, dtype=np.float32) + chroma.mean(axis=1, dtype=np.float32)
            changed = (luma > CHANGED_LUMA).mean(axis=1, dtype=np.float32)
            recoloured = (chroma > CHANGED_CHROMA).mean(axis=1, dtype=np.float32)
            shares[part] = np.maximum(changed, recoloured)
        return means, shares

    def likeness(self, first: NDArray[np.intp], second: NDArray[np.intp]) -> Floats:
        """Normalised correlation of luma for pairs of pictures, -1..1; 0 where one of them is plain."""
        result = np.zeros(len(first), np.float32)
        for low in range(0, len(first), CHUNK):
            part = slice(low, low + CHUNK)
            one, two = (_centred(self.luma[places[part]]) for places in (first, second))
            norm = np.sqrt((one * one).sum(axis=1) * (two * two).sum(axis=1))
            product = (one * two).sum(axis=1)
            result[part] = np.divide(product, norm, out=np.zeros_like(product), where=norm > 0)
        return result


CHUNK = 256  # pairs at a time, which bounds the memory of the intermediate arrays
CHANGED_LUMA = 12  # of 255; above the noise of encoding, below the contrast of most edges
CHANGED_CHROMA = 8  # colour spans a smaller range than luma in ordinary video


def _apart(planes: NDArray[np.uint8], first: NDArray[np.intp], second: NDArray[np.intp]) -> NDArray[np.int16]:
    difference = planes[first].astype(np.int16) - planes[second].astype(np.int16)
    return np.abs(difference).reshape(len(difference), -1)


def _centred(planes: NDArray[np.uint8]) -> Floats:
    flat = planes.reshape(len(planes), -1).astype(np.float32)
    return flat - flat.mean(axis=1, keepdims=True)
