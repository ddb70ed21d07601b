"""Plain borders around the picture that last the whole video."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipsight.perception.frames import Pixels
from clipsight.perception.picture.port import LetterboxFinding

PLAIN = 10  # levels between the darkest and the brightest pixel of a plain row, noise of encoding included
SMALLEST_SHARE = 0.02  # of the side; a narrower border is a rounding of the encoder
LEVEL_CHANGE = 12  # levels by which a border may change through the video


class Borders:
    """Rows and columns that are plain and keep their level in every picture."""

    def __init__(self) -> None:
        self._rows: NDArray[np.bool_] | None = None
        self._columns: NDArray[np.bool_] | None = None
        self._levels: tuple[NDArray[np.int16], NDArray[np.int16]] | None = None

    def see(self, small: Pixels) -> None:
        """Take in one small luma picture, shape (height, width). A picture of another shape starts over."""
        level = small[:, 0].astype(np.int16), small[0, :].astype(np.int16)
        rows = np.ptp(small, axis=1) <= PLAIN
        columns = np.ptp(small, axis=0) <= PLAIN
        if self._rows is None or self._columns is None or self._levels is None or len(rows) != len(self._rows):
            self._rows, self._columns, self._levels = rows, columns, level
            return
        self._rows &= rows & (np.abs(level[0] - self._levels[0]) <= LEVEL_CHANGE)
        self._columns &= columns & (np.abs(level[1] - self._levels[1]) <= LEVEL_CHANGE)

    def finish(self) -> LetterboxFinding | None:
        """The borders, or None when no side has one (a plain video has no border either)."""
        if self._rows is None or self._columns is None or self._rows.all() or self._columns.all():
            return None
        top, bottom = _ends(self._rows)
        left, right = _ends(self._columns)
        found = LetterboxFinding(top, bottom, left, right)
        return found if max(top, bottom, left, right) > 0 else None


def _ends(plain: NDArray[np.bool_]) -> tuple[float, float]:
    busy = np.flatnonzero(~plain)
    first, last = busy[0] / len(plain), 1 - (busy[-1] + 1) / len(plain)
    return tuple(round(float(share), 4) if share >= SMALLEST_SHARE else 0.0 for share in (first, last))  # pyright: ignore[reportReturnType] # two ends
