"""Frames made from arrays, for tests and benches that need no encoded video."""

from __future__ import annotations

from functools import cached_property

import cv2
import numpy as np

from clipsight.perception.frames import PixelBox, Pixels
from clipsight.timeline import Instant


class ArrayFrame:
    """A :class:`clipsight.perception.frames.Frame` on a picture in memory.

    Args:
        index: number of the picture.
        time: its presentation time.
        picture: colours in OpenCV's order, shape (height, width, 3), 0..255. Not copied.
    """

    def __init__(self, index: int, time: Instant, picture: Pixels) -> None:
        self._index, self._time, self._picture = index, time, picture

    @property
    def index(self) -> int:
        return self._index

    @property
    def time(self) -> Instant:
        return self._time

    @cached_property
    def luma(self) -> Pixels:
        return np.asarray(cv2.cvtColor(self._picture, cv2.COLOR_BGR2GRAY), np.uint8)

    @cached_property
    def chroma(self) -> tuple[Pixels, Pixels]:
        half = (max(1, self._picture.shape[1] // 2), max(1, self._picture.shape[0] // 2))
        small = cv2.resize(self._picture, half, interpolation=cv2.INTER_AREA)
        yuv = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2YUV), np.uint8)
        return np.ascontiguousarray(yuv[:, :, 1]), np.ascontiguousarray(yuv[:, :, 2])

    def bgr(self, box: PixelBox | None = None) -> Pixels:
        if box is None:
            return self._picture
        return self._picture[box.top : box.bottom, box.left : box.right]
