"""Finds shots by comparing pictures as coarse grids of colour blocks.

The grids are taken while the video is decoded; all decisions fall at the end, when each moment can be seen together with
what comes before and after it. The method is our own: a cut is a change of most blocks that stands out from its
neighbourhood and stays; a gradual transition is a stretch whose pictures are mixtures of the two pictures at its ends.
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from clipsight.perception.frames import Pixels, Sample, halved
from clipsight.perception.shots.cuts import find_cuts
from clipsight.perception.shots.dissolves import find_dissolves
from clipsight.perception.shots.fades import joined_fades, settle_plain
from clipsight.perception.shots.grids import GRID_LONG_SIDE, Border, Grids
from clipsight.perception.shots.port import ShotFinding
from clipsight.timeline import ZERO, Instant, Span

BACKEND = "clipsight blocks 2"


class ShotDetector:
    """Collects one grid per picture; satisfies :class:`clipsight.perception.shots.port.ShotStage`.

    Memory: about 3.5 kB per picture.
    """

    def __init__(self) -> None:
        self._size: tuple[int, int] | None = None
        self._luma: list[Pixels] = []
        self._chroma: list[Pixels] = []
        self._times: list[int] = []

    def see(self, sample: Sample) -> None:
        """Take in one picture."""
        columns, rows = self._grid_size(sample.small)
        luma = sample.small
        while min(luma.shape[0] // rows, luma.shape[1] // columns) >= 4:
            luma = halved(luma)
        self._luma.append(np.asarray(cv2.resize(luma, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8))
        self._chroma.append(_colours(sample.frame.chroma, (columns + 1) // 2, (rows + 1) // 2))
        self._times.append(sample.time.us)

    def finish(self, end: Instant) -> list[ShotFinding]:
        """The shots in order, without gap or overlap, from zero to ``end``."""
        if not self._times:
            return [ShotFinding(Span(ZERO, end), "start", 0, 1.0)]
        grids = Grids(np.asarray(self._times, np.int64), np.stack(self._luma), np.stack(self._chroma))
        return _between(decide(grids, end), end)

    def _grid_size(self, small: Pixels) -> tuple[int, int]:
        """Columns and rows; the first picture decides for the whole video, so that all grids can be compared."""
        if self._size is None:
            rows, columns = small.shape
            scale = GRID_LONG_SIDE / max(rows, columns)
            self._size = (max(4, round(columns * scale)), max(4, round(rows * scale)))
        return self._size


def _colours(planes: tuple[Pixels, Pixels], columns: int, rows: int) -> NDArray[np.uint8]:
    """Both colour planes as grids, shape (2, rows, columns)."""
    result = np.empty((2, rows, columns), np.uint8)
    for place, plane in enumerate(planes):
        # Skipping pixels instead of averaging halves the cost; colour is smooth, and each block still averages many.
        step = max(1, min(plane.shape[0] // (rows * 4), plane.shape[1] // (columns * 4)))
        thin = np.ascontiguousarray(plane[::step, ::step])
        result[place] = cv2.resize(thin, (columns, rows), interpolation=cv2.INTER_AREA)
    return result


def decide(grids: Grids, end: Instant) -> list[Border]:
    """All borders between shots, in time order, inside the video."""
    cuts = find_cuts(grids)
    gradual = joined_fades(grids, find_dissolves(grids, cuts))
    borders = settle_plain(grids, sorted([*cuts, *gradual], key=lambda border: border.us))
    return [border for border in borders if 0 < border.us < end.us]


def _between(borders: list[Border], end: Instant) -> list[ShotFinding]:
    shots: list[ShotFinding] = []
    first = Border(0, "start", 0, 1.0)
    for border, following in pairwise([first, *borders, Border(end.us, "cut", 0, 1.0)]):
        span = Span(Instant(border.us), Instant(following.us))
        shots.append(ShotFinding(span, border.transition, border.transition_us, border.confidence))
    return shots
