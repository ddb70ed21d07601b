"""Where text may have appeared: strokes that stand still now and were not there before.

Letters are edges that keep their place, while most of a moving picture's edges do not. The signal compares edges alone, ten
times per second and on the small picture, so it costs less than a millisecond and never waits for the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clipsight.perception.frames import Pixels

EDGE = 48  # gradient (Sobel, sum of both directions) from which a pixel counts as stroke; grain stays below
BLOCK = 15  # pixels of the small picture: about the height of a caption's line
CHANGED = 40  # luma levels between two looks that another letter makes
STILL = 16  # luma levels that grain and compression make on a letter that stays
NEW_PIXELS = 6  # new stroke pixels in a block that make it count
SURE_PIXELS = 30  # the same that leave no doubt: grass and gravel stay below, letters of a caption have 50 to 190
NEW_BLOCKS = 2  # blocks side by side, because text runs sideways and sparks do not
MARGIN = 1.6  # blocks above and below the touched ones that belong to the band

Mask = NDArray[np.uint8]
Rows = tuple[int, int]
"""First row and the row after the last, of the small picture."""


@dataclass(frozen=True, slots=True)
class Bands:
    """Row bands in which strokes are new.

    Attributes:
        sure: many strokes, and they kept their luma, as letters that stand still do.
        perhaps: few, or what is on them changed: moving footage, or letters that are faint, fade or move. Holds the others.
    """

    sure: tuple[Rows, ...] = ()
    perhaps: tuple[Rows, ...] = ()


class ChangeSignal:
    """Compares each picture with the two before it."""

    def __init__(self) -> None:
        self._pictures: list[Pixels] = []
        self._edges: Mask | None = None
        self._steady: Mask | None = None

    def bands(self, small: Pixels) -> Bands:
        """Row bands in which strokes are new and steady. None for the first two pictures.

        Args:
            small: luma, the same shape in every call; kept for two more calls.
        """
        edges = strokes(small)
        earlier, self._pictures = self._pictures, [*self._pictures[-1:], small]
        if self._edges is None:
            self._edges = edges
            return Bands()
        steady = np.asarray(cv2.bitwise_and(edges, self._edges), np.uint8)
        before, self._edges, self._steady = self._steady, edges, steady
        if before is None:
            return Bands()
        still = cv2.threshold(cv2.absdiff(earlier[-1], small), STILL, 255, cv2.THRESH_BINARY_INV)[1]
        known = cv2.dilate(before, np.ones((3, 3), np.uint8))
        if len(earlier) == 2:
            changed = cv2.threshold(cv2.absdiff(earlier[0], small), CHANGED, 255, cv2.THRESH_BINARY)[1]
            # Small letters lie so close that their strokes fill the line: when one caption takes the place of another,
            # only the luma tells, which became another one and stays so.
            known = cv2.bitwise_and(known, cv2.bitwise_not(cv2.bitwise_and(changed, still)))
        new = cv2.bitwise_and(steady, cv2.bitwise_not(known))
        sure = _touched_rows(cv2.bitwise_and(new, still), SURE_PIXELS)
        return Bands(tuple(sure), tuple(_touched_rows(new, NEW_PIXELS)))


def strokes(small: Pixels) -> Mask:
    """255 where the luma changes fast, 0 elsewhere; the shape of the picture."""
    across = cv2.Sobel(small, cv2.CV_16S, 1, 0, ksize=3)
    down = cv2.Sobel(small, cv2.CV_16S, 0, 1, ksize=3)
    strength = cv2.add(cv2.convertScaleAbs(across, alpha=0.5), cv2.convertScaleAbs(down, alpha=0.5))
    return np.asarray(cv2.threshold(strength, EDGE, 255, cv2.THRESH_BINARY)[1], np.uint8)


def _touched_rows(new: NDArray[Any], least: int) -> list[Rows]:
    height, width = new.shape
    rows, columns = -(-height // BLOCK), -(-width // BLOCK)
    padded = np.zeros((rows * BLOCK, columns * BLOCK), np.uint8)
    padded[:height, :width] = new > 0
    counts = padded.reshape(rows, BLOCK, columns, BLOCK).sum(axis=(1, 3), dtype=np.int32)
    full = counts >= least
    beside = np.zeros_like(full)
    beside[:, 1:] |= full[:, :-1]
    beside[:, :-1] |= full[:, 1:]
    touched = np.flatnonzero((full & beside).sum(axis=1) >= NEW_BLOCKS)
    bands: list[Rows] = []
    for row in touched:
        top = max(0, int((row - MARGIN) * BLOCK))
        bottom = min(height, int((row + 1 + MARGIN) * BLOCK))
        if bands and top <= bands[-1][1]:
            bands[-1] = (bands[-1][0], bottom)
        else:
            bands.append((top, bottom))
    return bands
