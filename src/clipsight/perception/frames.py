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
import numpy.ma  # pyright: ignore[reportUnusedImport] # else NumPy loads it on the way: too late in the sandbox
from numpy.typing import NDArray

from clipsight.timeline import Instant

Pixels = NDArray[np.uint8]


def _studio_to_full() -> Pixels:
    """Table that stretches luma 16..235 and colour 16..240 to 0..255, for pictures in the order Y, V, U."""
    level = np.arange(256, dtype=np.float64)
    luma, colour = (level - 16) * 255 / 219, (level - 128) * 255 / 224 + 128
    return np.clip(np.rint(np.stack([luma, colour, colour], axis=-1)), 0, 255).astype(np.uint8).reshape(1, 256, 3)


_STUDIO_TO_FULL = _studio_to_full()
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
        """Luma with at most :data:`SMALL_LONG_SIDE` pixels on the long side."""
        return shrunk(self.frame.luma, SMALL_LONG_SIDE)

    @cached_property
    def small_bgr(self) -> Pixels:
        """Colours of the small picture, shape (height, width, 3), the same size as :attr:`small`.

        A fraction of the cost of converting at full resolution, and good enough for measuring: every video is taken to be
        BT.601 with luma from 16 to 235. Ask the frame where people will look at the colours.
        """
        blue, red = (shrunk(plane, SMALL_LONG_SIDE) for plane in self.frame.chroma)
        return _colours(self.small, blue, red)


def half_bgr(frame: Frame, top: int, bottom: int) -> Pixels:
    """Colours of the rows from ``top`` to ``bottom`` (exclusive) at half the size, as :attr:`Sample.small_bgr` has them.

    A third of the cost of converting and then shrinking. Safe from several threads.
    """
    height = frame.luma.shape[0]
    parts = (plane[top * plane.shape[0] // height : -(-bottom * plane.shape[0] // height)] for plane in frame.chroma)
    return _colours(halved(frame.luma[top:bottom]), *parts)


def _colours(luma: Pixels, blue: Pixels, red: Pixels) -> Pixels:
    """BGR from planes of BT.601 with luma from 16 to 235; the colour planes are stretched to the size of the luma."""
    height, width = luma.shape
    planes = [luma]
    for plane in (red, blue):
        planes.append(plane if plane.shape == luma.shape else np.asarray(cv2.resize(plane, (width, height)), np.uint8))
    stretched = cv2.LUT(cv2.merge(planes), _STUDIO_TO_FULL)
    return np.asarray(cv2.cvtColor(stretched, cv2.COLOR_YCrCb2BGR), np.uint8)


def shrunk(picture: Pixels, long_side: int) -> Pixels:
    """A plane with at most ``long_side`` pixels on its long side.

    Halves are taken as long as they stay above it, because an exact half costs a tenth of an odd ratio.
    """
    while max(picture.shape) >= 2 * long_side and min(picture.shape) >= 2:
        picture = halved(picture)
    if max(picture.shape) > long_side:
        scale = long_side / max(picture.shape)
        size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
        # Less than a half is left to take away, where bilinear weights do nearly what area means do, ten times as fast.
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.ascontiguousarray(picture)


def shrunk_bgr(picture: Pixels, long_side: int) -> Pixels:
    """A colour picture, shape (height, width, 3), with at most ``long_side`` pixels on its long side, by area means."""
    height, width = picture.shape[:2]
    scale = long_side / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def halved(picture: Pixels) -> Pixels:
    """Half the size by area means; odd last rows and columns are dropped, which keeps OpenCV on its fast path."""
    height, width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
    if height < 2 or width < 2:
        return picture
    even = picture[:height, :width]
    return np.asarray(cv2.resize(even, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)


def sharpness(small: Pixels) -> float:
    """Variance of the Laplacian of luma, 0 for a plain picture (Pech-Pacheco et al. 2000)."""
    _, spread = cv2.meanStdDev(cv2.Laplacian(small, cv2.CV_16S))
    return float(spread[0, 0]) ** 2
