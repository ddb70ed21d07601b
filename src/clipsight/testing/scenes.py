"""Moving pictures without a camera: a painting, a hand that holds the camera, and things that move in front of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from clipsight.testing.painting import Canvas, Colour, Picture, Plane, noise, ramp, to_picture

MARGIN = 1.2  # paintings are this much larger than the view, so that the camera can move


class Scene(Protocol):
    """What a shot shows."""

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        """The view ``seconds`` after the start of the shot (may be slightly negative in a transition)."""
        ...


@dataclass(frozen=True, slots=True)
class Camera:
    """How the camera moves over a painting. Shifts are pixels of the painting; 1 means that painting fills the view.

    Attributes:
        zoom: scale at the start and its growth per second.
        pan: shift at the start, right and down.
        speed: shift per second.
        shake: how far the hand trembles.
        turn: degrees at the start, and per second.
    """

    zoom: tuple[float, float] = (1.0, 0.0)
    pan: tuple[float, float] = (0.0, 0.0)
    speed: tuple[float, float] = (0.0, 0.0)
    shake: float = 3.0
    turn: tuple[float, float] = (0.0, 0.0)

    def view(self, painting: Picture, seconds: float, size: tuple[int, int]) -> Picture:
        """Cut the view of the given width and height out of a painting that is :data:`MARGIN` times as large."""
        height, width = painting.shape[:2]
        scale = size[0] / (width / MARGIN) * (self.zoom[0] + self.zoom[1] * seconds)
        angle = math.radians(self.turn[0] + self.turn[1] * seconds)
        tremble_x = self.shake * (math.sin(seconds * 2.1) + 0.6 * math.sin(seconds * 5.3 + 1))
        tremble_y = self.shake * (math.sin(seconds * 1.7 + 2) + 0.6 * math.sin(seconds * 4.7))
        middle_x = width / 2 + self.pan[0] + self.speed[0] * seconds + tremble_x
        middle_y = height / 2 + self.pan[1] + self.speed[1] * seconds + tremble_y
        cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
        matrix = np.array(
            [
                [cos, -sin, size[0] / 2 - cos * middle_x + sin * middle_y],
                [sin, cos, size[1] / 2 - sin * middle_x - cos * middle_y],
            ],
            np.float32,
        )
        shot = cv2.warpAffine(painting, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        return np.asarray(shot, np.uint8)


Movement = Callable[[Picture, float], None]
"""Changes a copy of the painting in place for a moment in seconds."""


@dataclass
class Painted:
    """A painting seen through a moving camera, with optional movement inside the painting."""

    paint: Callable[[], Picture]
    camera: Camera = field(default_factory=Camera)
    movement: Movement | None = None

    @cached_property
    def painting(self) -> Picture:
        return self.paint()

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        painting = self.painting
        if self.movement is not None:
            painting = painting.copy()
            self.movement(painting, seconds)
        return self.camera.view(painting, seconds, size)


@dataclass
class Plain:
    """One colour, for clips that are about something else."""

    colour: tuple[int, int, int] = (96, 110, 120)

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        del seconds
        return np.full((size[1], size[0], 3), self.colour, np.uint8)


@dataclass
class Backdrop:
    """A textured scene that looks like blurred footage: cloudy gradient, rounded shapes, some of which move.

    Attributes:
        seed: every number gives another place with other colours.
        size: width and height of the painting in pixels; the camera scales it.
        camera: how it is filmed.
        moving: number of things that cross the picture.
    """

    seed: int
    size: tuple[int, int] = (432, 768)
    camera: Camera = field(default_factory=lambda: Camera(zoom=(1.0, 0.012), speed=(6, 4), shake=1.2))
    moving: int = 4

    def picture(self, seconds: float, size: tuple[int, int]) -> Picture:
        painting = self._painting.copy()
        for thing in self._things:
            thing.draw(painting, seconds)
        return self.camera.view(painting, seconds, size)

    @cached_property
    def _painting(self) -> Picture:
        rng = np.random.default_rng(self.seed)
        stops = [_colour(rng) for _ in range(3)]
        canvas = Canvas(self.size, stops[0], rng)
        width, height = self.size
        slope = np.linspace(0, 1, height, dtype=np.float32)[:, None] * np.ones((1, width), np.float32)
        cloud = noise(self.size, (width / 3, height / 4), rng, 5)
        canvas.pixels[:] = ramp(np.asarray(slope * 0.5 + cloud * 0.5, np.float32), stops)
        for _ in range(7):
            self._thing_at_rest(canvas)
        canvas.pixels *= (0.85 + 0.3 * noise(self.size, (9, 9), rng, 3))[..., None]
        canvas.light((width * rng.uniform(0.2, 0.8), height * 0.3), height * 0.9, 0.65, 1.15)
        return canvas.finished()

    @cached_property
    def _things(self) -> list[_Thing]:
        rng = np.random.default_rng(self.seed + 10_000)
        return [_Thing.made(rng, self.size) for _ in range(self.moving)]

    def _thing_at_rest(self, canvas: Canvas) -> None:
        rng, (width, height) = canvas.rng, self.size
        centre = (rng.uniform(0, width), rng.uniform(0, height))
        axes = (rng.uniform(0.06, 0.22) * width, rng.uniform(0.06, 0.22) * width)
        mask = canvas.ellipse(centre, axes, rng.uniform(0, 180))
        canvas.shadow(mask, (round(width * 0.015), round(width * 0.025)), width * 0.02, 0.5)
        canvas.ball(mask, _colour(rng), width * 0.04)


@dataclass
class _Thing:
    """Something round that drifts through the picture and comes back on the other side."""

    start: tuple[float, float]
    speed: tuple[float, float]
    radius: int
    colour: tuple[int, int, int]
    size: tuple[int, int]

    @classmethod
    def made(cls, rng: np.random.Generator, size: tuple[int, int]) -> _Thing:
        red, green, blue = (round(part * 255) for part in _colour(rng))
        return cls(
            (rng.uniform(0, size[0]), rng.uniform(0, size[1])),
            (rng.uniform(-0.12, 0.12) * size[0], rng.uniform(-0.08, 0.08) * size[1]),
            round(rng.uniform(0.02, 0.06) * size[0]),
            (red, green, blue),
            size,
        )

    def draw(self, painting: Picture, seconds: float) -> None:
        spots = ((self.start[axis] + self.speed[axis] * seconds) % self.size[axis] for axis in (0, 1))
        x, y = (round(spot) for spot in spots)
        cv2.circle(painting, (x, y), self.radius, self.colour, -1, cv2.LINE_AA)
        bright = tuple(min(255, part + 40) for part in self.colour)
        cv2.circle(
            painting, (x - self.radius // 3, y - self.radius // 3), max(1, self.radius // 3), bright, -1, cv2.LINE_AA
        )


class Steam:
    """Clouds that rise over a painting, brightest at ``centre``.

    Args:
        size: width and height of the painting.
        centre: where the steam is thickest, in pixels.
        reach: distance at which it is gone, in pixels.
        strength: 0..1, how much it whitens.
    """

    def __init__(self, size: tuple[int, int], centre: tuple[float, float], reach: float, strength: float) -> None:
        self.small = (size[0] // 4, size[1] // 4)
        self.cloud: Plane = noise((self.small[0], self.small[1] * 2), (60, 90), np.random.default_rng(71), 4)
        rows, columns = np.indices((self.small[1], self.small[0]), np.float32)
        away = np.hypot(columns * 4 - centre[0], (rows * 4 - centre[1]) * 0.6) / reach
        self.weight: Plane = np.asarray(np.clip(1 - away, 0, 1) * strength * 255, np.float32)
        self.size = size

    def __call__(self, painting: Picture, seconds: float) -> None:
        rise = round((seconds + 2) * 34) % self.small[1]
        cloud = self.cloud[rise : rise + self.small[1]]
        veil = np.asarray(np.clip(cloud * 1.6 - 0.6, 0, 1) * self.weight, np.uint8)
        large: NDArray[np.uint8] = np.asarray(cv2.resize(veil, self.size, interpolation=cv2.INTER_LINEAR), np.uint8)
        cv2.add(painting, cv2.merge((large, large, large)), painting)


def _colour(rng: np.random.Generator) -> Colour:
    """A colour as things have it: neither grey nor glaring."""
    hue, saturation, value = rng.uniform(0, 360), rng.uniform(0.25, 0.7), rng.uniform(0.3, 0.85)
    pixel = np.array([[[hue, saturation, value]]], np.float32)
    red, green, blue = (float(part) for part in cv2.cvtColor(pixel, cv2.COLOR_HSV2RGB)[0, 0])
    return red, green, blue


__all__ = ["MARGIN", "Backdrop", "Camera", "Movement", "Painted", "Plain", "Scene", "Steam", "to_picture"]
