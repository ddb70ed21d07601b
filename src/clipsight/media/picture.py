"""One decoded picture as the visual stages see it: upright, eight bits, planes without a copy where possible."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, cast

import av.error
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from clipsight.errors import UnsupportedCodec
from clipsight.timeline import Instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av.sidedata.sidedata import SideData
    from av.video.plane import VideoPlane
    from typing_extensions import Buffer

Pixels = NDArray[np.uint8]

PLANAR = "yuv420p"  # eight bits, colour at half size: what every stage reads
FULL_RANGE_PLANAR = "yuvj420p"  # the same layout with luma from 0 to 255
FULL_RANGE = 2  # FFmpeg's number for that range
MATRIX_BYTES = 36  # nine 32-bit numbers
UNKNOWN_MATRIX = 2
# BT.709, BT.601 in three notations, SMPTE 240M, BT.2020: what the converter knows. A file may claim any number.
KNOWN_MATRICES = frozenset({1, 4, 5, 6, 7, 9})
TURNS = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}


@dataclass(frozen=True, slots=True)
class Orientation:
    """How the stored picture must be turned before it is shown.

    Attributes:
        quarters: quarter turns counterclockwise, 0..3.
        mirrored: the picture is flipped left to right, before the turn.
    """

    quarters: int = 0
    mirrored: bool = False


UPRIGHT = Orientation()


class Box(Protocol):
    """A rectangle in pixels of the upright picture; ``right`` and ``bottom`` are exclusive."""

    @property
    def left(self) -> int: ...
    @property
    def top(self) -> int: ...
    @property
    def right(self) -> int: ...
    @property
    def bottom(self) -> int: ...


def orientation_of(frame: VideoFrame) -> Orientation:
    """What the container's display matrix asks for, rounded to quarter turns; upright without a usable matrix."""
    matrix = _display_matrix(frame)
    if matrix is None:
        return UPRIGHT
    right_x, right_y, down_x, down_y = (float(matrix[place]) for place in (0, 1, 3, 4))
    mirrored = right_x * down_y - right_y * down_x < 0
    if mirrored:
        right_x, right_y = -right_x, -right_y
    # The picture's y axis points down, so a growing angle turns clockwise.
    quarters = -round(np.arctan2(right_y, right_x) / (np.pi / 2)) % 4
    return Orientation(quarters, mirrored)


def _display_matrix(frame: VideoFrame) -> NDArray[np.int32] | None:
    try:
        for data in cast("Iterable[SideData]", frame.side_data):
            if data.type.name == "DISPLAYMATRIX":
                raw = bytes(cast("Buffer", data))
                return np.frombuffer(raw, np.int32, 9) if len(raw) >= MATRIX_BYTES else None
    except ValueError:  # PyAV does not know every kind of side data; then there is only the angle
        pass
    angle = np.deg2rad(-frame.rotation)
    flat = [np.cos(angle), np.sin(angle), 0, -np.sin(angle), np.cos(angle), 0, 0, 0, 1]
    return np.asarray(np.multiply(flat, 65536), np.int32) if frame.rotation else None


class DecodedFrame:
    """A picture with its moment; satisfies :class:`clipsight.perception.frames.Frame`.

    It holds on to the decoder's buffer: keep only a few at a time. Reading is safe from several threads.

    Raises:
        UnsupportedCodec: the pixels are in a form that cannot be converted.
    """

    def __init__(self, index: int, time: Instant, source: VideoFrame, orientation: Orientation = UPRIGHT) -> None:
        self._index = index
        self._time = time
        self._orientation = orientation
        full = source.format.name == FULL_RANGE_PLANAR or source.color_range == FULL_RANGE
        self._range = FULL_RANGE if full else 1
        if source.colorspace not in KNOWN_MATRICES:
            source.colorspace = UNKNOWN_MATRIX
        self._colorspace = source.colorspace
        self._source = source if source.format.name in {PLANAR, FULL_RANGE_PLANAR} else _planar(source)

    @property
    def index(self) -> int:
        """Number of the picture among those decoded, from 0."""
        return self._index

    @property
    def time(self) -> Instant:
        """Presentation time, the first picture of the video at zero."""
        return self._time

    @property
    def luma(self) -> Pixels:
        """Brightness, shape (height, width); a view of the decoder's buffer unless the picture had to be turned."""
        return self._luma

    @property
    def chroma(self) -> tuple[Pixels, Pixels]:
        """U and V, each half the size of the luma, rounded up; 128 is neutral."""
        return self._chroma

    @cached_property
    def _luma(self) -> Pixels:
        return self._plane(0)

    @cached_property
    def _chroma(self) -> tuple[Pixels, Pixels]:
        return self._plane(1), self._plane(2)

    def bgr(self, box: Box | None = None) -> Pixels:
        """Colours of the whole picture or of a box inside it, shape (height, width, 3); the box is clipped to the picture.

        The cost grows with the size of the box.

        Raises:
            ValueError: nothing of the box lies inside the picture.
        """
        height, width = self.luma.shape
        left, top, right, bottom = (0, 0, width, height) if box is None else _clipped(box, width, height)
        # Colour has one value per two by two pixels, so the converted part begins and ends on even numbers.
        even_left, even_top = left // 2 * 2, top // 2 * 2
        planes = self._cut(even_left, even_top, right, bottom)
        frame = VideoFrame.from_ndarray(planes, format=PLANAR)
        frame.colorspace = self._colorspace
        colours = VideoReformatter().reformat(frame, format="bgr24", src_color_range=self._range, threads=1)
        picture = np.asarray(colours.to_ndarray(), np.uint8)
        return picture[top - even_top : bottom - even_top, left - even_left : right - even_left]

    def _cut(self, left: int, top: int, right: int, bottom: int) -> Pixels:
        """The three planes of a part in one array, as PyAV takes them: even sizes, colour below the luma."""
        width, height = (right - left + 1) // 2 * 2, (bottom - top + 1) // 2 * 2
        cut = np.empty((height * 3 // 2, width), np.uint8)
        _fill(cut[:height], self.luma[top : top + height, left : left + width])
        half = cut[height:].reshape(2, height // 2, width // 2)
        for target, plane in zip(half, self.chroma, strict=True):
            _fill(target, plane[top // 2 : top // 2 + height // 2, left // 2 : left // 2 + width // 2])
        return cut

    def _plane(self, number: int) -> Pixels:
        plane = _view(self._source.planes[number])
        if self._orientation.mirrored:
            plane = np.asarray(cv2.flip(plane, 1), np.uint8)
        turn = TURNS.get(self._orientation.quarters)
        return plane if turn is None else np.asarray(cv2.rotate(plane, turn), np.uint8)


def _planar(source: VideoFrame) -> VideoFrame:
    try:
        return VideoReformatter().reformat(source, format=PLANAR, threads=1)
    except av.error.FFmpegError as reason:
        raise UnsupportedCodec from reason


def _view(plane: VideoPlane) -> Pixels:
    """The pixels of a plane without the padding that its rows may have."""
    rows = np.frombuffer(memoryview(cast("Buffer", plane)), np.uint8, plane.line_size * plane.height)
    return rows.reshape(plane.height, plane.line_size)[:, : plane.width]


def _fill(target: Pixels, part: Pixels) -> None:
    """Copy a part that may lack the last row or column; the missing ones repeat the neighbour."""
    rows, columns = part.shape
    target[:rows, :columns] = part
    target[:rows, columns:] = target[:rows, columns - 1 : columns]
    target[rows:] = target[rows - 1 : rows]


def _clipped(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    left, top = max(0, box.left), max(0, box.top)
    right, bottom = min(width, box.right), min(height, box.bottom)
    if left >= right or top >= bottom:
        raise ValueError("the box lies outside the picture")
    return left, top, right, bottom
