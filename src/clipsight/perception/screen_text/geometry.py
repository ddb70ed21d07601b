"""Rectangles on the small picture, where lines are followed, and the quads of the engine mapped onto it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from clipsight.perception.frames import Pixels
from clipsight.perception.screen_text.port import Quad


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the small picture, origin top left. Sides may lie between pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, quad: Quad) -> Box:
        left, top = quad.min(axis=0)
        right, bottom = quad.max(axis=0)
        return cls(float(left), float(top), float(right), float(bottom))

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def shared(self, other: Box) -> float:
        """Area that both cover."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def overlap(self, other: Box) -> float:
        """Shared area over joined area, 0..1."""
        shared = self.shared(other)
        return shared / (self.area + other.area - shared) if shared else 0.0

    def inside(self, other: Box) -> float:
        """Part of this rectangle that the other one covers, 0..1."""
        return self.shared(other) / self.area if self.area else 0.0

    def moved(self, right: float, down: float) -> Box:
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def joined(self, other: Box) -> Box:
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def pixels(self, picture: Pixels) -> tuple[int, int, int, int]:
        """Left, top, right, bottom as whole pixels inside the picture; at least one pixel each way."""
        height, width = picture.shape[:2]
        left = int(np.clip(round(self.left), 0, width - 1))
        top = int(np.clip(round(self.top), 0, height - 1))
        right = int(np.clip(round(self.right), left + 1, width))
        bottom = int(np.clip(round(self.bottom), top + 1, height))
        return left, top, right, bottom


def tilt(quad: Quad) -> float:
    """Degrees by which the upper side of a quad is turned clockwise."""
    right, down = quad[1] - quad[0]
    return float(np.degrees(np.arctan2(down, right)))


def straightened(picture: Pixels, quad: Quad, most: float = 128.0) -> Pixels:
    """The inside of a quad as an upright rectangle.

    Args:
        picture: colours, shape (height, width, 3).
        quad: corners in pixels of the picture, clockwise from the top left.
        most: pixels of the shorter side; larger quads are made smaller, because no reader needs letters that high.
    """
    sides = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    across, along = float(max(sides[0], sides[2])), float(max(sides[1], sides[3]))
    scale = min(1.0, most / max(1.0, min(across, along)))
    width, height = max(1, round(across * scale)), max(1, round(along * scale))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    upright = cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(upright, np.uint8)
