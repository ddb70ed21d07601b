"""What the picture looked like before: the small luma ten times per second, and every frame as coarse cells.

With the first, lines are followed both ways after they were read; with the second, the frame is found at which they came.
The first are large and are kept for half a minute, so that memory does not grow with the length of the video.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import cv2
import numpy as np
from numpy.typing import NDArray

from clipsight.perception.frames import Pixels, halved
from clipsight.perception.screen_text.geometry import Box
from clipsight.timeline import Instant

TICK_US = 100_000  # ten looks per second; the frame between two of them is found with the cells
EARLY_US = 8_000  # a frame this much before its tick counts as on it: time stamps are rounded
CELL = 8  # pixels of the small picture per cell: half the height of small letters, and a frame takes 2 kB
CELLS_EVERY_US = 15_000  # frames closer than that (above 60 per second) are not kept


class History:
    """Ticks in time order. One thread writes; any thread may read what is already there."""

    def __init__(self) -> None:
        self._times: list[Instant] = []
        self._pictures: dict[int, Pixels] = {}
        self._first = 0
        self._shape: tuple[int, int] = (0, 0)
        self._next_us = 0
        self._cell_times: list[Instant] = []
        self._cells: list[Pixels] = []

    def __len__(self) -> int:
        """Number of ticks."""
        return len(self._times)

    def note(self, time: Instant, small: Pixels) -> int | None:
        """Keep the cells of a frame, and the whole of it when it is the next tick.

        Returns:
            The number of the tick, None between two ticks.
        """
        if not self._cell_times or time.us - self._cell_times[-1].us >= CELLS_EVERY_US:
            self._cells.append(_cells_of(small))
            self._cell_times.append(time)
        if self._times and time.us < self._next_us - EARLY_US:
            return None
        # Pictures before the times: a reader that sees the tick finds its picture.
        self._pictures[len(self._times)] = small
        self._shape = small.shape[0], small.shape[1]
        self._times.append(time)
        self._next_us = (time.us + EARLY_US) // TICK_US * TICK_US + TICK_US
        return len(self._times) - 1

    @property
    def first(self) -> int:
        """The earliest tick whose picture is still kept."""
        return self._first

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the small pictures; zeros before the first."""
        return self._shape

    def forget(self, tick: int) -> None:
        """Drop the pictures before a tick; their times and cells stay."""
        for old in range(self._first, tick):
            del self._pictures[old]
        self._first = max(self._first, tick)

    def picture(self, tick: int) -> Pixels:
        """Luma of a tick that is not forgotten, at most :data:`clipsight.perception.frames.SMALL_LONG_SIDE` pixels long."""
        return self._pictures[tick]

    def time(self, tick: int) -> Instant:
        return self._times[tick]

    def cells(self, box: Box, first: Instant, last: Instant) -> tuple[list[Instant], NDArray[np.float32]]:
        """The coarse luma under a box in every frame from ``first`` to ``last``, both included.

        Returns:
            The times of the frames, and their cells as rows of one array.
        """
        start, stop = bisect_left(self._cell_times, first), bisect_right(self._cell_times, last)
        if start >= stop:
            return [], np.zeros((0, 0), np.float32)
        place = Box(box.left / CELL, box.top / CELL, box.right / CELL, box.bottom / CELL)
        left, top, right, bottom = place.pixels(self._cells[start])
        under = np.stack([cells[top:bottom, left:right].ravel() for cells in self._cells[start:stop]])
        return self._cell_times[start:stop], under.astype(np.float32)


def _cells_of(small: Pixels) -> Pixels:
    """Means of the cells; what does not fill a cell at the right and lower edge is left out."""
    if min(small.shape) < CELL:
        size = (max(1, small.shape[1] // CELL), max(1, small.shape[0] // CELL))
        return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.uint8)
    return halved(halved(halved(small)))  # a third of the cost of one step, and every frame pays it
