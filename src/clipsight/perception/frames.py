"""What the visual stages look at: pictures in time order, prepared once and shared by all of them.

``media`` decodes and satisfies :class:`Frame`; nothing here knows how. A :class:`Sample` adds the small pictures that
several stages need, computed at most once per frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from clipsight.timeline import Instant

Pixels = NDArray[np.uint8]

SMALL_LONG_SIDE = 480  # pixels; text strokes, shots and motion are still visible, and halving 1920 twice gives it exactly


@dataclass(frozen=True, slots=True)
class PixelBox:
    """A rectangle in full-resolution pixels, origin top left; ``right`` and ``bottom`` are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


class Frame(Protocol):
    """One decoded picture, rotation applied. Valid as long as it is referenced; safe to read from several threads."""

    @property
    def index(self) -> int:
        """Number of the picture among those decoded, from 0."""
        ...

    @property
    def time(self) -> Instant:
        """Presentation time on the stream's own clock; the first picture of the video is at zero."""
        ...

    @property
    def luma(self) -> Pixels:
        """Brightness, shape (height, width), 0..255. Often a view without a copy; do not write to it."""
        ...

    @property
    def chroma(self) -> tuple[Pixels, Pixels]:
        """U and V, each at most half the size of the luma in either direction, 128 is neutral."""
        ...

    def bgr(self, box: PixelBox | None = None) -> Pixels:
        """Colours as OpenCV has them, shape (height, width, 3), of the whole picture or of a box inside it.

        Converting costs milliseconds: ask for boxes, or only for the few pictures that need it.
        """
        ...


class Sample:
    """A frame with the smaller pictures that stages share. Lazy and not locked: make them on the decoding thread.

    Attributes:
        frame: the picture at full resolution.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    @property
    def time(self) -> Instant:
        return self.frame.time

    @cached_property
    def small(self) -> Pixels:
        """Luma with at most :data:`SMALL_LONG_SIDE` pixels on the long side.

        Halves are taken as long as they stay above it, because an exact half costs a tenth of an odd ratio.
        """
        picture = np.ascontiguousarray(self.frame.luma)
        while max(picture.shape) >= 2 * SMALL_LONG_SIDE:
            picture = halved(picture)
        long_side = max(picture.shape)
        if long_side > SMALL_LONG_SIDE:
            scale = SMALL_LONG_SIDE / long_side
            size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        return picture


def halved(picture: Pixels) -> Pixels:
    """Half the size by area means; odd last rows and columns are dropped, which keeps OpenCV on its fast path."""
    height, width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
    if height < 2 or width < 2:
        return picture
    even = picture[:height, :width]
    return np.asarray(cv2.resize(even, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)
