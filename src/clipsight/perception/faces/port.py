"""What every face detector does; ``tests/conformance/visual`` holds each one to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clipsight.perception.frames import Pixels
from clipsight.timeline import Span


@dataclass(frozen=True, slots=True)
class FaceBox:
    """A rectangle in fractions of the picture, origin top left, and how sure the detector is (0..1)."""

    left: float
    top: float
    width: float
    height: float
    confidence: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class FaceFinding:
    """A stretch with faces.

    Attributes:
        span: when; never across a cut.
        left, top, width, height: the smallest box around all faces of the stretch, in fractions of the picture.
        count: most faces seen at once, at least 1.
        confidence: 0..1.
    """

    span: Span
    left: float
    top: float
    width: float
    height: float
    count: int
    confidence: float


class FaceDetector(Protocol):
    """Finds faces in single pictures. Loaded before the first video; one thread at a time."""

    def find(self, bgr: Pixels) -> list[FaceBox]:
        """Faces that look towards the camera, largest first.

        Args:
            bgr: colours as OpenCV has them, shape (height, width, 3); or luma alone, shape (height, width).
        """
        ...
