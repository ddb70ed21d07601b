"""Held-out footage: drawn otherwise than the scenes of ``clipsight.testing``, with textures that fool readers of text.

Nothing in here was looked at while a threshold was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from clipsight.testing.painting import Picture
from clipsight.testing.scenes import Camera, Scene

SLOW = Camera(zoom=(1.0, 0.01), speed=(5, 3), shake=1.0)
WHITE = 255


@dataclass
class Street:
    """Houses with rows of windows, and cars that cross the picture: regular strokes that are no letters."""

    seed: int
    size: tuple[int, int] = (540, 960)
    camera: Camera = SLOW
    cars: int = 3

    @cached_property
    def _painting(self) -> Picture:
        rng = np.random.default_rng(self.seed)
        width, height = self.size
        picture = np.empty((height, width, 3), np.uint8)
        picture[:] = np.linspace((200, 215, 235), (120, 120, 125), height)[:, None]
        left = 0
        while left < width:
            wide, top = int(rng.integers(width // 6, width // 3)), int(rng.integers(height // 8, height // 2))
            wall = tuple(int(value) for value in rng.integers(60, 200, 3))
            cv2.rectangle(picture, (left, top), (left + wide - 4, height * 4 // 5), wall, -1)
            _windows(picture, (left, top, wide, height * 4 // 5 - top), rng)
            left += wide
        return cv2.GaussianBlur(picture, (3, 3), 0).astype(np.uint8)

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        painting = self._painting.copy()
        rng = np.random.default_rng(self.seed + 1)
        width, height = self.size
        for _ in range(self.cars):
            speed, lane, colour = rng.uniform(-0.4, 0.4), rng.uniform(0.82, 0.93), rng.integers(20, 235, 3)
            x = round((rng.uniform(0, 1) + speed * seconds) % 1.2 * width) - width // 10
            y, tint = round(lane * height), tuple(int(value) for value in colour)
            cv2.rectangle(painting, (x, y), (x + width // 7, y + height // 30), tint, -1)
            for wheel in (width // 35, width // 9):
                cv2.circle(painting, (x + wheel, y + height // 30), height // 90, (15, 15, 15), -1, cv2.LINE_AA)
        return self.camera.view(painting, seconds, size)


def _windows(picture: Picture, house: tuple[int, int, int, int], rng: np.random.Generator) -> None:
    left, top, wide, high = house
    step = int(rng.integers(18, 34))
    for y in range(top + step // 2, top + high - step, step):
        for x in range(left + step // 2, left + wide - step, step):
            light = (235, 225, 160) if rng.random() < 0.3 else (35, 45, 60)
            cv2.rectangle(picture, (x, y), (x + step * 5 // 9, y + step * 2 // 3), light, -1)


@dataclass
class Leaves:
    """A hedge in the wind: thousands of small edges in every direction."""

    seed: int
    size: tuple[int, int] = (540, 960)
    camera: Camera = SLOW

    @cached_property
    def _painting(self) -> Picture:
        rng = np.random.default_rng(self.seed)
        width, height = self.size
        picture = np.full((height, width, 3), (18, 32, 14), np.uint8)
        hue = rng.uniform(0.6, 1.4)
        for _ in range(4200):
            centre = int(rng.integers(0, width)), int(rng.integers(0, height))
            green = rng.uniform(60, 190)
            tint = (int(green * 0.55 * hue), int(green), int(green * 0.35))
            axes = int(rng.integers(5, 15)), int(rng.integers(2, 6))
            cv2.ellipse(picture, centre, axes, float(rng.uniform(0, 180)), 0, 360, tint, -1, cv2.LINE_AA)
        return picture

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        painting = self._painting
        rows, columns = np.indices(painting.shape[:2], np.float32)
        swept = np.asarray(columns + 3 * np.sin(rows / 70 + 2.3 * seconds), np.float32)
        level = np.asarray(rows, np.float32)
        swayed = cv2.remap(painting, swept, level, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        return self.camera.view(swayed.astype(np.uint8), seconds, size)


@dataclass
class Water:
    """Waves that run through each other: everything moves, nothing has an edge."""

    seed: int
    size: tuple[int, int] = (270, 480)
    camera: Camera = SLOW

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        rng = np.random.default_rng(self.seed)
        rows, columns = np.indices((self.size[1], self.size[0]), np.float32)
        surface = np.zeros(rows.shape, np.float32)
        for _ in range(6):
            across, along, pace, phase = rng.uniform((-0.12, 0.02, 1, 0), (0.12, 0.16, 3, 6))
            surface += np.sin(columns * across + rows * along + seconds * pace + phase).astype(np.float32)
        deep, bright = rng.uniform(10, 70, 3), rng.uniform(140, 235, 3)
        share = np.clip(surface / 8 + 0.5, 0, 1)[..., None]
        return self.camera.view((deep + (bright - deep) * share).astype(np.uint8), seconds, size)


@dataclass
class Bricks:
    """A wall, evenly lit: the lines of mortar are as thick as letters."""

    seed: int
    size: tuple[int, int] = (540, 960)
    camera: Camera = SLOW

    @cached_property
    def _painting(self) -> Picture:
        rng = np.random.default_rng(self.seed)
        width, height = self.size
        brick_width, brick_height = int(rng.integers(46, 80)), int(rng.integers(20, 32))
        clay, picture = rng.uniform(70, 190, 3), np.full((height, width, 3), 178, np.uint8)
        for row, top in enumerate(range(0, height, brick_height)):
            for left in range(-brick_width * (row % 2) // 2, width, brick_width):
                tint = tuple(int(value) for value in np.clip(clay * rng.uniform(0.75, 1.2), 0, WHITE))
                cv2.rectangle(picture, (left + 2, top + 2), (left + brick_width - 3, top + brick_height - 3), tint, -1)
        rough = rng.normal(0, 9, picture.shape[:2])[..., None]
        return np.clip(picture + rough, 0, WHITE).astype(np.uint8)

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        return self.camera.view(self._painting, seconds, size)


@dataclass
class Flashing:
    """A scene that turns white for a moment, as a photographer's flash makes it. That is not a cut."""

    scene: Scene
    moments: tuple[float, ...]
    seconds: float = 0.07
    strength: float = 0.85

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        picture = self.scene.picture(seconds, size)
        if not any(0 <= seconds - moment < self.seconds for moment in self.moments):
            return picture
        return cv2.addWeighted(picture, 1 - self.strength, np.full_like(picture, WHITE), self.strength, 0).astype(np.uint8)


@dataclass
class Whipped:
    """A scene over which the camera swings within a third of a second. That is not a cut either."""

    scene: Scene
    at: float
    seconds: float = 0.35
    shift: float = 0.8

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        wide = self.scene.picture(seconds, (size[0] * 2, size[1] * 2))
        part = min(1.0, max(0.0, (seconds - self.at) / self.seconds))
        swing = self.shift * part * part * (3 - 2 * part)
        left, top = round(size[0] * swing), size[1] // 2
        return np.ascontiguousarray(wide[top : top + size[1], left : left + size[0]])
