"""The pictures of a video as small arrays, and the comparisons that shot decisions are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy import fft
from numpy.typing import NDArray

from clipsight.perception.shots.port import Transition

GRID_LONG_SIDE = 64  # blocks; 30 pixels of a 1920-pixel side each, so small motion and captions touch few of them
CHUNK = 256  # pictures at a time, which bounds the memory of the intermediate arrays
CELL = 8  # blocks
THIN_US = 200_000  # between the pictures that show where the video moves
STILL_LEVELS = 8  # between the darkest and the brightest moment of a block that takes no part
MOVING_LEVELS = 2  # between two of those pictures, in a block that moves
MOVING_TIME = 0.2  # share of the time in which a block changes
MOVING_SHARE = 0.3  # of the blocks that are not still; with less, the picture stands still and only captions come and go
GROUND_SHARE = 0.7  # of the blocks; letters and their plates cover less than the rest
CHANGED_LUMA = 12  # of 255; above the noise of encoding, below the contrast of most edges
CHANGED_CHROMA = 8  # colour spans a smaller range than luma in ordinary video

Floats = NDArray[np.float32]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Border:
    """Where a shot begins: microseconds, kind and length of the transition, confidence 0..1."""

    us: int
    transition: Transition
    transition_us: int
    confidence: float


@dataclass(frozen=True)
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

    def place_at(self, us: int) -> int:
        """The first picture at or after a moment, the last one when there is none."""
        return max(0, min(int(np.searchsorted(self.us, us)), len(self) - 1))

    def ground(self, place: int) -> float:
        """How far luma strays from its median, over most blocks; near zero under words on a plain picture."""
        flat = self.luma[place].reshape(-1).astype(np.float32)
        away = np.sort(np.abs(flat - np.median(flat)))[: max(1, round(GROUND_SHARE * flat.size))]
        return float(np.sqrt(np.square(away).mean()))

    @cached_property
    def spread(self) -> Floats:
        """Standard deviation of luma of each picture, shape (n,); near zero for a plain one."""
        parts = [_flat(self.luma[low : low + CHUNK]).std(axis=1) for low in range(0, len(self), CHUNK)]
        return np.concatenate(parts).astype(np.float32)

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        """Blocks that take part in the video, shape (rows, columns).

        Black bars and still frames around a moving picture do not; where nothing moves for long, everything does.
        """
        thin = self.luma[np.flatnonzero(np.diff(self.us // THIN_US, prepend=-1) > 0)]
        if len(thin) < 2:
            return np.ones(self.luma.shape[1:], np.bool_)
        moving = (np.abs(np.diff(thin.astype(np.int16), axis=0)) > MOVING_LEVELS).mean(axis=0) > MOVING_TIME
        still = np.ptp(self.luma, axis=0) <= STILL_LEVELS
        enough = not still.all() and float(moving.mean()) >= MOVING_SHARE * (1 - float(still.mean()))
        return np.logical_not(still) if enough else np.ones(self.luma.shape[1:], np.bool_)

    def changes(self, first: Places, second: Places) -> tuple[Floats, Floats]:
        """Mean absolute change and share of changed blocks for pairs of pictures, each of shape (pairs,).

        The change is the sum of that of luma and of colour. The share is that of luma or of colour, whichever is larger.
        """
        means, shares = np.zeros(len(first), np.float32), np.zeros(len(first), np.float32)
        alive = self.alive.reshape(-1)
        for low in range(0, len(first), CHUNK):
            part = slice(low, low + CHUNK)
            luma = _apart(self.luma, first[part], second[part])[:, alive]
            chroma = _apart(self.chroma, first[part], second[part])
            means[part] = luma.mean(axis=1, dtype=np.float32) + chroma.mean(axis=1, dtype=np.float32)
            changed = (luma > CHANGED_LUMA).mean(axis=1, dtype=np.float32)
            recoloured = (chroma > CHANGED_CHROMA).mean(axis=1, dtype=np.float32)
            shares[part] = np.maximum(changed, recoloured)
        return means, shares

    def likeness(self, first: Places, second: Places) -> Floats:
        """Normalised correlation of luma for pairs of pictures, -1..1; 0 where one of them is plain."""
        result = np.zeros(len(first), np.float32)
        for low in range(0, len(first), CHUNK):
            part = slice(low, low + CHUNK)
            one, two = (_centred(self.luma[places[part]][:, self.alive]) for places in (first, second))
            result[part] = _correlation(one, two)
        return result

    def mixture(self, middle: Places, before: Places, after: Places) -> Floats:
        """How far the picture in the middle is from the mean of the other two, over how far those two are apart.

        0 for a perfect dissolve in its middle, one half for a cut, shape (triples,). 1 where the two are the same.
        """
        result = np.ones(len(middle), np.float32)
        for low in range(0, len(middle), CHUNK):
            part = slice(low, low + CHUNK)
            here, one, two = (self.luma[places[part]].astype(np.int16) for places in (middle, before, after))
            apart = np.abs(one - two).mean(axis=(1, 2), dtype=np.float32)
            off = np.abs(2 * here - one - two).mean(axis=(1, 2), dtype=np.float32) / 2
            result[part] = np.divide(off, apart, out=np.ones_like(off), where=apart > 0)
        return result

    def shares_of(self, places: Places, before: int, after: int) -> tuple[Floats, Floats]:
        """Each picture as a mixture of two others: the share of the first, and what the mixture leaves unexplained.

        Returns:
            Share (1 where it is the first picture, 0 where it is the second) and the rest, in units of the distance
            between the two pictures; shapes (places,).
        """
        flat = _flat(self.luma[places])
        end = _flat(self.luma[[after]])[0]
        direction = _flat(self.luma[[before]])[0] - end
        length = float(direction @ direction) or 1.0
        share = (flat - end) @ direction / length
        rest = flat - end - share[:, None] * direction
        return share.astype(np.float32), np.sqrt((rest * rest).sum(axis=1) / length).astype(np.float32)

    def touched(self, first: int, second: int, level: float) -> float:
        """Share of the cells, 8 by 8 blocks each, that change by more than ``level`` on average, and by 3 at least."""
        apart = np.where(self.alive, np.abs(self.luma[first].astype(np.int16) - self.luma[second]), 0)
        sums, counts = _cell_sums(apart), _cell_sums(self.alive)
        means = sums[counts > 0] / counts[counts > 0]
        return float((means > max(3.0, level)).mean())

    def best_likeness(self, first: int, second: int) -> float:
        """Correlation of luma as the pictures are or after the best shift, whichever is larger."""
        straight = self.likeness(np.array([first]), np.array([second]))
        return max(float(straight[0]), self.shifted_likeness(first, second))

    def shifted_likeness(self, first: int, second: int) -> float:
        """Correlation of luma after the best shift of one picture over the other, over the part that both show."""
        rows, columns = (np.flatnonzero(self.alive.any(axis=axis)) for axis in (1, 0))
        inside = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        one, two = (self.luma[place][inside].astype(np.float32) for place in (first, second))
        down, right = _best_shift(one, two)
        high, wide = one.shape
        if abs(down) > high * MOST_SHIFT or abs(right) > wide * MOST_SHIFT:
            return 0.0
        one = one[max(0, down) : high + min(0, down), max(0, right) : wide + min(0, right)]
        two = two[max(0, -down) : high - max(0, down), max(0, -right) : wide - max(0, right)]
        return float(_correlation(_centred(one[None]), _centred(two[None]))[0])


MOST_SHIFT = 0.4  # of a side; with less of the picture in common anything can be made to match


def _best_shift(one: Floats, two: Floats) -> tuple[int, int]:
    """Rows and columns by which ``two`` lies further up and left in ``one``, by phase correlation (Kuglin, Hines 1975)."""
    window = np.outer(np.hanning(one.shape[0] + 2)[1:-1], np.hanning(one.shape[1] + 2)[1:-1])
    product = fft.rfft2((one - one.mean()) * window) * np.conj(fft.rfft2((two - two.mean()) * window))
    surface = fft.irfft2(product / np.maximum(np.abs(product), 1e-9), one.shape)
    down, right = (int(place) for place in np.unravel_index(int(surface.argmax()), one.shape))
    rows, columns = one.shape
    return (down - rows if down > rows // 2 else down), (right - columns if right > columns // 2 else right)


def _cell_sums(plane: NDArray[np.int16] | NDArray[np.bool_]) -> NDArray[np.float64]:
    """Sums over cells of 8 by 8 blocks; those at the right and lower edge may be smaller."""
    rows, columns = list(range(0, plane.shape[0], CELL)), list(range(0, plane.shape[1], CELL))
    return np.add.reduceat(np.add.reduceat(plane.astype(np.float64), rows, axis=0), columns, axis=1)


def _apart(planes: NDArray[np.uint8], first: Places, second: Places) -> NDArray[np.int16]:
    difference = planes[first].astype(np.int16) - planes[second].astype(np.int16)
    return np.abs(difference).reshape(len(difference), -1)


def _flat(planes: NDArray[np.uint8] | Floats) -> Floats:
    return planes.reshape(len(planes), -1).astype(np.float32)


def _centred(planes: NDArray[np.uint8] | Floats) -> Floats:
    flat = _flat(planes)
    return flat - flat.mean(axis=1, keepdims=True)


def _correlation(one: Floats, two: Floats) -> Floats:
    norm = np.sqrt((one * one).sum(axis=1) * (two * two).sum(axis=1))
    product = (one * two).sum(axis=1)
    return np.divide(product, norm, out=np.zeros_like(product), where=norm > 0)
