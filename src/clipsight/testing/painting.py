"""Brushes for made-up footage: textures, soft shadows, discs, strands. Colours are RGB, 0..1, as 32-bit floats."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]
Plane = NDArray[np.float32]
"""Shape (height, width), usually 0..1."""
Picture = NDArray[np.uint8]
"""Shape (height, width, 3), RGB, 0..255."""


def noise(size: tuple[int, int], cell: tuple[float, float], rng: np.random.Generator, octaves: int = 4) -> Plane:
    """Value noise in several octaves (Perlin's fractal sum), scaled to 0..1.

    Args:
        size: width and height in pixels.
        cell: width and height of the coarsest detail in pixels; unequal values stretch it like wood grain.
        rng: where the values come from.
        octaves: each one has half the detail size and half the weight of the one before.
    """
    total = np.zeros((size[1], size[0]), np.float32)
    for octave in range(octaves):
        columns = max(2, round(size[0] / cell[0] * 2**octave) + 3)
        rows = max(2, round(size[1] / cell[1] * 2**octave) + 3)
        grid = rng.random((min(rows, size[1]), min(columns, size[0])), np.float32)
        total += np.asarray(cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC), np.float32) / 2**octave
    low, high = float(total.min()), float(total.max())
    return np.asarray((total - low) / max(high - low, 1e-6), np.float32)


class Canvas:
    """A picture that is painted from back to front.

    Args:
        size: width and height in pixels.
        colour: what it is primed with.
        rng: source of all that looks random.
    """

    def __init__(self, size: tuple[int, int], colour: Colour, rng: np.random.Generator) -> None:
        self.size = size
        self.rng = rng
        self.pixels: NDArray[np.float32] = np.empty((size[1], size[0], 3), np.float32)
        self.pixels[:] = colour

    def blank(self) -> NDArray[np.uint8]:
        """An empty mask to draw on, 0..255."""
        return np.zeros((self.size[1], self.size[0]), np.uint8)

    def ellipse(self, centre: tuple[float, float], axes: tuple[float, float], angle: float = 0) -> Plane:
        """Mask of a filled ellipse; ``angle`` in degrees, clockwise."""
        mask = self.blank()
        box = ((round(centre[0]), round(centre[1])), (round(axes[0]), round(axes[1])))
        cv2.ellipse(mask, box[0], box[1], angle, 0, 360, 255, -1, cv2.LINE_AA)
        return as_plane(mask)

    def polygon(self, points: Sequence[tuple[float, float]], round_by: float = 0) -> Plane:
        """Mask of a filled polygon, corners rounded by about ``round_by`` pixels."""
        mask = self.blank()
        cv2.fillPoly(mask, [np.array(points, np.float32).round().astype(np.int32)], 255, cv2.LINE_AA)
        plane = as_plane(mask)
        if round_by:
            plane = np.asarray(np.clip((blurred(plane, round_by) - 0.5) * round_by / 2 + 0.5, 0, 1), np.float32)
        return plane

    def paint(self, mask: Plane, colour: Colour | NDArray[np.float32], opacity: float = 1) -> None:
        """Lay a colour, or a picture of the canvas' size, over what is there."""
        weight = (mask * opacity)[..., None]
        self.pixels += weight * (np.asarray(colour, np.float32) - self.pixels)

    def shade(self, mask: Plane, factor: float) -> None:
        """Darken (``factor`` below 1) or lighten where the mask is."""
        self.pixels *= (1 + mask * (factor - 1))[..., None]

    def shadow(self, mask: Plane, offset: tuple[int, int], blur: float, strength: float = 0.5) -> None:
        """The shadow that something shaped like ``mask`` throws, to be painted before the thing itself."""
        moved = cv2.warpAffine(mask, np.array([[1, 0, offset[0]], [0, 1, offset[1]]], np.float32), self.size)
        self.shade(blurred(np.asarray(moved, np.float32), blur), 1 - strength)

    def ball(self, mask: Plane, colour: Colour, height: float, light: float = 0.35) -> None:
        """Paint ``mask`` as something rounded, lit from the top left; ``height`` is how far it rounds inwards."""
        relief = blurred(mask, height)
        slope = np.roll(relief, -round(height / 2), (0, 1)) - np.roll(relief, round(height / 2), (0, 1))
        lit = np.clip(1 + slope * light * 2, 0.3, 1.6)[..., None] * np.asarray(colour, np.float32)
        self.paint(mask, np.asarray(lit, np.float32))

    def strand(self, points: NDArray[np.float32], width: float, colour: Colour) -> None:
        """A noodle or a stalk: dark edge, body, highlight. ``points`` has shape (n, 2) in pixels."""
        line = (points * 8).round().astype(np.int32)
        for scale, shift, tone in ((1.25, 1.5, 0.5), (1.0, 0.0, 1.0), (0.35, -0.22, 1.22)):
            paint = tuple(min(1.0, part * tone) for part in colour)
            moved = line + round(shift * width / 4 * 8)
            thickness = max(1, round(width * scale))
            cv2.polylines(self.pixels, [moved], False, paint, thickness, cv2.LINE_AA, 3)

    def light(self, centre: tuple[float, float], reach: float, low: float, high: float) -> None:
        """A lamp: everything is multiplied by ``high`` at the centre, falling to ``low`` at ``reach`` pixels and beyond."""
        rows, columns = np.indices((self.size[1], self.size[0]), np.float32)
        away = np.clip(np.hypot(columns - centre[0], rows - centre[1]) / reach, 0, 1)
        self.pixels *= (high + (low - high) * (away * away * (3 - 2 * away)))[..., None]

    def finished(self) -> Picture:
        return to_picture(self.pixels)


def as_plane(mask: NDArray[np.uint8]) -> Plane:
    return np.asarray(mask / np.float32(255), np.float32)


def to_picture(pixels: NDArray[np.float32]) -> Picture:
    return np.asarray(np.clip(pixels * 255 + 0.5, 0, 255), np.uint8)


def blurred(plane: Plane, sigma: float) -> Plane:
    """Gaussian blur, done at a quarter of the size where that makes no visible difference."""
    if sigma < 12:
        return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma), np.float32)
    height, width = plane.shape
    small = cv2.resize(plane, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), sigma / 4)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def ramp(values: Plane, stops: Sequence[Colour]) -> NDArray[np.float32]:
    """Colours for values 0..1: the stops stand at equal distances, in between they are mixed."""
    places = np.linspace(0, 1, len(stops))
    table = np.array(stops, np.float32)
    parts = [np.interp(values, places, table[:, channel]) for channel in range(3)]
    return np.stack(parts, axis=-1).astype(np.float32)


def wood(canvas: Canvas, dark: Colour, bright: Colour, planks: int) -> None:
    """Cover the canvas with vertical planks."""
    width, height = canvas.size
    grain = noise(canvas.size, (14, 900), canvas.rng, 4) * np.float32(0.7)
    grain += noise(canvas.size, (160, 1200), canvas.rng, 2) * np.float32(0.3)
    plank = width / planks
    number = (np.arange(width) / plank).astype(int)
    tone = canvas.rng.uniform(0.8, 1.1, planks + 1).astype(np.float32)[number]
    gap = np.exp(-(((np.arange(width) % plank) / 2.5) ** 2)).astype(np.float32)
    canvas.pixels[:] = ramp(grain, (dark, bright)) * (tone * (1 - 0.75 * gap))[None, :, None]
    assert canvas.pixels.shape[:2] == (height, width)


def marble(canvas: Canvas, base: Colour, vein: Colour) -> None:
    """Cover the canvas with polished stone."""
    bend = noise(canvas.size, (500, 500), canvas.rng, 5)
    ridges = 1 - np.abs(noise(canvas.size, (700, 420), canvas.rng, 5) * 2 - 1 + (bend - 0.5) * 0.5)
    veins = np.clip((ridges - 0.9) * 9, 0, 1).astype(np.float32)
    cloud = noise(canvas.size, (300, 300), canvas.rng, 4)
    canvas.pixels[:] = np.asarray(base, np.float32) * (0.93 + 0.07 * cloud)[..., None]
    canvas.paint(veins * cloud, vein, 0.8)


def cloth(canvas: Canvas, mask: Plane, colour: Colour) -> None:
    """Woven linen with folds where the mask is."""
    width, height = canvas.size
    rows, columns = np.arange(height)[:, None], np.arange(width)[None, :]
    weave = (np.sin(rows * 1.1) * np.sin(columns * 1.1) * 0.06).astype(np.float32)
    folds = noise(canvas.size, (420, 260), canvas.rng, 3) * 0.35
    tone = 0.82 + weave + folds
    canvas.paint(mask, np.asarray(tone[..., None] * np.asarray(colour, np.float32), np.float32))
