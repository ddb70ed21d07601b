"""Restless footage for the tuning set: strokes and spots that come close to letters; the held-out set has others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from clipsight.testing.painting import Picture, noise
from clipsight.testing.scenes import Camera

WALK = Camera(zoom=(1.0, 0.015), speed=(8, 4), shake=2.0)
FORWARD = Camera(zoom=(1.0, 0.02), speed=(0, 22), shake=3.0)
TURNED = Camera(zoom=(1.05, 0.01), speed=(4, 2), shake=1.5, turn=(8, 0.5))


@dataclass
class Grass:
    """A meadow: long blades that bend in the wind, light over dark."""

    seed: int
    size: tuple[int, int] = (540, 960)
    camera: Camera = WALK

    @cached_property
    def _painting(self) -> Picture:
        rng = np.random.default_rng(self.seed)
        width, height = self.size
        picture = np.full((height, width, 3), (40, 52, 22), np.uint8)
        for foot in np.sort(rng.uniform(0, height * 1.15, 2600)):
            x, long, lean = rng.uniform(0, width), rng.uniform(25, 80), rng.uniform(-14, 14)
            tone = rng.uniform(0.5, 1.35)
            tint = tuple(int(min(255, value * tone)) for value in (96, 142, 52))
            points = [(x + lean * part * part, foot - long * part) for part in (0, 0.35, 0.7, 1)]
            cv2.polylines(picture, [np.array(points, np.int32)], False, tint, int(rng.integers(1, 4)), cv2.LINE_AA)
        return picture

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        rows, columns = np.indices(self._painting.shape[:2], np.float32)
        bent = np.asarray(columns + 4 * np.sin(columns / 90 + rows / 160 + 1.7 * seconds), np.float32)
        level = np.asarray(rows, np.float32)
        waved = cv2.remap(self._painting, bent, level, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        return self.camera.view(np.asarray(waved, np.uint8), seconds, size)


@dataclass
class Gravel:
    """Stones on a path, filmed while walking."""

    seed: int
    size: tuple[int, int] = (540, 960)
    camera: Camera = FORWARD

    @cached_property
    def _painting(self) -> Picture:
        rng = np.random.default_rng(self.seed)
        width, height = self.size
        picture = np.full((height, width, 3), (88, 80, 72), np.uint8)
        for _ in range(3400):
            x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
            axes, turn = (int(rng.integers(4, 15)), int(rng.integers(3, 10))), float(rng.uniform(0, 180))
            grey, warm = rng.uniform(70, 215), rng.uniform(-12, 12)
            cv2.ellipse(picture, (x + 2, y + 3), axes, turn, 0, 360, (38, 34, 30), -1, cv2.LINE_AA)
            tint = (int(grey + warm), int(grey), int(grey - warm))
            cv2.ellipse(picture, (x, y), axes, turn, 0, 360, tint, -1, cv2.LINE_AA)
        return picture

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        return self.camera.view(self._painting, seconds, size)


@dataclass
class Cloth:
    """A checked tablecloth: stripes as wide as strokes, at a slant."""

    seed: int
    size: tuple[int, int] = (540, 960)
    camera: Camera = TURNED

    @cached_property
    def _painting(self) -> Picture:
        rng = np.random.default_rng(self.seed)
        width, height = self.size
        rows, columns = np.indices((height, width))
        step, tint = int(rng.integers(26, 44)), rng.uniform(40, 190, 3)
        stripes = ((rows // step) % 2 + (columns // step) % 2) / 2
        thin = ((rows % step < 3) | (columns % step < 3)) * 0.35
        share = np.clip(stripes * 0.7 + thin, 0, 1)[..., None]
        folds = 0.75 + 0.5 * noise(self.size, (width / 3, height / 5), rng, 3)[..., None]
        return np.asarray(np.clip((tint * share + 225 * (1 - share)) * folds, 0, 255), np.uint8)

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        return self.camera.view(self._painting, seconds, size)


@dataclass
class Lights:
    """A street at night, out of focus: discs of light that come and go and drift."""

    seed: int
    size: tuple[int, int] = (270, 480)
    camera: Camera = WALK

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        rng = np.random.default_rng(self.seed)
        width, height = self.size
        picture = np.full((height, width, 3), (10, 11, 20), np.uint8)
        for _ in range(60):
            x, y, wide = rng.uniform(0, width), rng.uniform(0, height), int(rng.integers(5, 20))
            pace, phase, drift = rng.uniform(0.5, 4), rng.uniform(0, 6), rng.uniform(-9, 9, 2)
            strength = 0.55 + 0.45 * np.sin(seconds * pace + phase)
            tint = tuple(int(value * strength) for value in rng.uniform(60, 255, 3))
            spot = round(x + drift[0] * seconds) % width, round(y + drift[1] * seconds) % height
            disc = np.zeros_like(picture)
            cv2.circle(disc, spot, wide, tint, -1, cv2.LINE_AA)
            cv2.circle(disc, spot, wide, tuple(min(255, round(value * 1.25)) for value in tint), 1, cv2.LINE_AA)
            picture = np.asarray(cv2.add(picture, np.asarray(disc, np.uint8)), np.uint8)
        return self.camera.view(picture, seconds, size)
