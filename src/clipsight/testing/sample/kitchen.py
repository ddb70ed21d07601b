"""The seven shots of the sample: a kitchen that was never there, painted from noise, discs and strands.

Coordinates are pixels of a painting of 1296 x 2304, of which the camera sees the middle 1080 x 1920.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from clipsight.testing.painting import Canvas, Colour, Picture, Plane, blurred, cloth, marble, noise, wood
from clipsight.testing.scenes import Camera, Painted, Steam

SIZE = (1296, 2304)
NOODLE: Colour = (0.93, 0.78, 0.45)
GARLIC: Colour = (0.96, 0.92, 0.82)
OIL: Colour = (0.80, 0.50, 0.10)
HERB: Colour = (0.22, 0.48, 0.16)
CHILLI: Colour = (0.80, 0.16, 0.08)
Point = tuple[float, float]


def opening() -> Painted:
    """A finished bowl on a wooden table, from above; the camera comes closer."""

    def paint() -> Picture:
        canvas = Canvas(SIZE, (0, 0, 0), np.random.default_rng(1))
        wood(canvas, (0.27, 0.16, 0.09), (0.55, 0.36, 0.21), 6)
        napkin = canvas.polygon([(-60, 1500), (620, 1330), (900, 2200), (180, 2500)], 8)
        canvas.shadow(napkin, (14, 18), 18, 0.45)
        cloth(canvas, napkin, (0.42, 0.55, 0.66))
        _bowl(canvas, (660, 1290), 500, (0.90, 0.89, 0.85))
        _noodles(canvas, (660, 1290), 385, 190)
        _sprinkle(canvas, (660, 1290), 330)
        _chopsticks(canvas, (1010, 640), (1250, 1990))
        canvas.light((420, 760), 1900, 0.5, 1.22)
        return canvas.finished()

    return Painted(paint, Camera(zoom=(1.0, 0.035), speed=(2, 8)), Steam(SIZE, (660, 1080), 620, 0.5))


def ingredients() -> Painted:
    """Noodles, garlic and a small bowl of oil on marble; the camera glides."""

    def paint() -> Picture:
        canvas = Canvas(SIZE, (0, 0, 0), np.random.default_rng(2))
        marble(canvas, (0.90, 0.89, 0.87), (0.60, 0.59, 0.60))
        _dry_noodles(canvas, (420, 1560), 74)
        for centre, turn in (((850, 1370), 20), ((1000, 1480), -35), ((830, 1570), 70), ((1010, 1660), 10)):
            _clove(canvas, centre, turn)
        _oil_bowl(canvas, (860, 1960))
        _sprig(canvas, (250, 2080), 24)
        canvas.light((300, 500), 2300, 0.72, 1.08)
        return canvas.finished()

    return Painted(paint, Camera(zoom=(1.04, 0.006), pan=(-30, -40), speed=(12, 16), turn=(-1.5, 0.4)))


class _Sizzle:
    """Bubbles that come and go in hot oil, and bits of garlic that slide around."""

    def __init__(self, centre: Point, radius: float) -> None:
        rng = np.random.default_rng(33)
        self.centre, self.radius = centre, radius
        self.bubbles = rng.random((150, 4))
        self.bits = rng.random((46, 3))

    def __call__(self, painting: Picture, seconds: float) -> None:
        for away, angle, phase, pace in self.bubbles:
            age = (seconds * (0.7 + pace) + phase) % 1
            x, y = self._spot(math.sqrt(away) * 0.97, angle * math.tau + seconds * 0.08)
            size = max(2, round(22 * math.sin(math.pi * age) * (0.35 + pace)))
            cv2.circle(painting, (x, y), size, (250, 226, 140), -1, cv2.LINE_AA)
            cv2.circle(painting, (x, y), size, (205, 158, 62), 2, cv2.LINE_AA)
            cv2.circle(painting, (x - size // 3, y - size // 3), max(1, size // 4), (255, 252, 235), -1, cv2.LINE_AA)
        for away, angle, phase in self.bits:
            swing = seconds * 0.35 + 0.25 * math.sin(seconds * 2 + phase * math.tau)
            x, y = self._spot(math.sqrt(away) * 0.85, angle * math.tau + swing)
            turn = phase * 360 + seconds * 40
            cv2.ellipse(painting, (x + 3, y + 5), (19, 11), turn, 0, 360, (140, 92, 30), -1, cv2.LINE_AA)
            cv2.ellipse(painting, (x, y), (19, 11), turn, 0, 360, (246, 226, 176), -1, cv2.LINE_AA)

    def _spot(self, away: float, angle: float) -> tuple[int, int]:
        reach = away * self.radius
        return round(self.centre[0] + reach * math.cos(angle)), round(self.centre[1] + reach * math.sin(angle))


def sizzling() -> Painted:
    """Garlic in hot oil in a dark pan, the camera in the hand."""

    def paint() -> Picture:
        canvas = Canvas(SIZE, (0.16, 0.16, 0.17), np.random.default_rng(3))
        canvas.pixels *= (0.7 + 0.5 * noise(SIZE, (5, 5), canvas.rng, 2))[..., None]
        _burner(canvas, (640, 1260))
        _pan(canvas, (640, 1260), 520)
        puddle = canvas.ellipse((640, 1260), (400, 390))
        wavy = np.clip(blurred(puddle, 40) * 1.6 - 0.45 + (noise(SIZE, (180, 180), canvas.rng, 3) - 0.5) * 0.5, 0, 1)
        canvas.paint(np.asarray(np.clip(wavy * 5, 0, 1), np.float32), (0.86, 0.62, 0.16), 0.95)
        canvas.light((470, 980), 1500, 0.55, 1.3)
        return canvas.finished()

    return Painted(paint, Camera(zoom=(1.02, 0.02), shake=9, turn=(2, -1.2)), _Sizzle((640, 1260), 385))


class _Boil:
    """Rolling bubbles and steam over a pot of water."""

    def __init__(self, centre: Point, radius: float) -> None:
        self.centre, self.radius = centre, radius
        self.bubbles = np.random.default_rng(44).random((260, 4))
        self.steam = Steam(SIZE, (centre[0], centre[1] - 350), 760, 0.42)

    def __call__(self, painting: Picture, seconds: float) -> None:
        for away, angle, phase, pace in self.bubbles:
            age = (seconds * (0.9 + pace) + phase) % 1
            reach = math.sqrt(away) * self.radius * (0.8 + 0.2 * age)
            x = round(self.centre[0] + reach * math.cos(angle * math.tau))
            y = round(self.centre[1] + reach * math.sin(angle * math.tau))
            size = max(2, round((10 + 26 * pace) * age))
            self._bubble(painting, x, y, size)
        self.steam(painting, seconds)

    @staticmethod
    def _bubble(painting: Picture, x: int, y: int, size: int) -> None:
        """A dome of water: lighter inside, dark where it meets the surface, a glint towards the lamp."""
        part = painting[max(0, y - size) : y + size + 1, max(0, x - size) : x + size + 1]
        dome = np.zeros(part.shape[:2], np.uint8)
        cv2.circle(dome, (min(x, size), min(y, size)), size, 70, -1, cv2.LINE_AA)
        part += np.asarray((255 - part) * (dome[..., None] / 255.0), np.uint8)
        cv2.ellipse(painting, (x, y), (size, size), 0, 20, 110, (150, 158, 150), 2, cv2.LINE_AA)
        cv2.ellipse(
            painting,
            (x - size // 3, y - size // 3),
            (size // 4 + 1, size // 6 + 1),
            -35,
            0,
            360,
            (255, 255, 255),
            -1,
            cv2.LINE_AA,
        )


def boiling() -> Painted:
    """Noodles in a pot of boiling water."""

    def paint() -> Picture:
        canvas = Canvas(SIZE, (0.34, 0.42, 0.44), np.random.default_rng(4))
        _tiles(canvas)
        outer, inner = canvas.ellipse((670, 1330), (560, 560)), canvas.ellipse((670, 1330), (505, 505))
        canvas.shadow(outer, (26, 40), 40, 0.6)
        canvas.ball(outer, (0.74, 0.75, 0.77), 30)
        brushed = noise(SIZE, (6, 600), canvas.rng, 2)
        canvas.paint(outer, np.asarray((0.5 + 0.45 * brushed)[..., None] * np.array([0.8, 0.82, 0.85], np.float32)), 0.5)
        canvas.paint(inner, (0.50, 0.55, 0.52))
        _noodles(canvas, (670, 1330), 450, 120, colour=(0.86, 0.78, 0.56))
        canvas.paint(inner, (0.72, 0.76, 0.70), 0.38)
        canvas.shade(np.asarray(inner - blurred(inner, 60) * inner, np.float32), 0.55)
        canvas.light((560, 900), 1900, 0.6, 1.2)
        return canvas.finished()

    return Painted(paint, Camera(zoom=(1.1, -0.012), speed=(0, -12), shake=5), _Boil((670, 1330), 470))


class _Toss:
    """A layer of noodles that is pushed round and back by tongs."""

    def __init__(self, centre: Point) -> None:
        self.centre = centre
        canvas = Canvas(SIZE, (0.35, 0.24, 0.10), np.random.default_rng(55))
        _noodles(canvas, centre, 380, 210, colour=(0.95, 0.76, 0.36))
        _sprinkle(canvas, centre, 340)
        self.layer = canvas.finished()
        self.mask = canvas.ellipse(centre, (430, 420))

    def __call__(self, painting: Picture, seconds: float) -> None:
        angle = 38 * math.sin(seconds * 2.3) + seconds * 14
        matrix = cv2.getRotationMatrix2D(self.centre, angle, 1 + 0.03 * math.sin(seconds * 5))
        left, top, right, bottom = 190, 830, 1110, 1730
        shift = np.array([[1, 0, -left], [0, 1, -top]], np.float64)
        moved = shift @ np.vstack([matrix, [0, 0, 1]])
        size = (right - left, bottom - top)
        layer = cv2.warpAffine(self.layer, moved, size, flags=cv2.INTER_LINEAR)
        mask = self.mask[top:bottom, left:right, None]
        part = painting[top:bottom, left:right]
        part[:] = np.asarray(part + mask * (layer.astype(np.float32) - part), np.uint8)
        self._tongs(painting, seconds)

    def _tongs(self, painting: Picture, seconds: float) -> None:
        x = round(self.centre[0] + 130 * math.sin(seconds * 2.3))
        y = round(self.centre[1] + 60 * math.cos(seconds * 2.3))
        for gap in (-46, 46):
            ends = (x + gap, y), (x + 430 + gap // 3, y + 1050)
            cv2.line(painting, ends[0], ends[1], (70, 66, 62), 44, cv2.LINE_AA)
            cv2.line(painting, ends[0], ends[1], (196, 190, 182), 34, cv2.LINE_AA)
            cv2.line(painting, (ends[0][0] - 7, y), (ends[1][0] - 7, ends[1][1]), (240, 238, 232), 8, cv2.LINE_AA)


def tossing() -> Painted:
    """Noodles turned in the pan with tongs."""

    def paint() -> Picture:
        canvas = Canvas(SIZE, (0.15, 0.14, 0.14), np.random.default_rng(5))
        wood(canvas, (0.42, 0.33, 0.25), (0.72, 0.60, 0.47), 4)
        _pan(canvas, (650, 1280), 530)
        canvas.paint(canvas.ellipse((650, 1280), (430, 420)), (0.35, 0.24, 0.10))
        canvas.light((850, 900), 1800, 0.55, 1.25)
        return canvas.finished()

    return Painted(paint, Camera(zoom=(1.06, 0.01), shake=7, turn=(-2, 0.5)), _Toss((650, 1280)))


def served() -> Painted:
    """The bowl on dark slate with a red cloth; the camera draws back."""

    def paint() -> Picture:
        canvas = Canvas(SIZE, (0.17, 0.19, 0.21), np.random.default_rng(6))
        canvas.pixels *= (0.55 + 0.9 * noise(SIZE, (260, 90), canvas.rng, 6))[..., None]
        towel = canvas.polygon([(760, 300), (1420, 120), (1500, 1180), (1010, 1160)], 10)
        canvas.shadow(towel, (10, 16), 16, 0.5)
        cloth(canvas, towel, (0.62, 0.18, 0.14))
        _bowl(canvas, (560, 1440), 480, (0.30, 0.42, 0.47))
        _noodles(canvas, (560, 1440), 370, 180)
        _sprinkle(canvas, (560, 1440), 330, chilli=46)
        _clove(canvas, (1080, 1900), 30)
        _clove(canvas, (1160, 1780), -50)
        _sprig(canvas, (250, 700), 22)
        canvas.light((900, 700), 2000, 0.5, 1.3)
        return canvas.finished()

    return Painted(paint, Camera(zoom=(1.14, -0.02), pan=(20, 30), speed=(-8, 0)), Steam(SIZE, (560, 1200), 560, 0.4))


class _Lift:
    """Chopsticks that lift a bundle of noodles out of the bowl; the strands swing."""

    def __init__(self) -> None:
        self.strands = np.random.default_rng(77).random((34, 4))
        self.steam = Steam(SIZE, (650, 1150), 700, 0.4)

    def __call__(self, painting: Picture, seconds: float) -> None:
        lift = 70 * math.sin(seconds * 1.1)
        top = 1010 - lift
        for place, swing, tone, bulge in self.strands:
            rows = np.linspace(0, 1, 14)
            sway = np.sin(rows * 3 + swing * 6 + seconds * 2.4) * 22 * rows
            x = 560 + place * 190 + (place - 0.5) * 120 * rows * (0.5 + bulge) + sway
            line = np.stack([x, top + rows * (1680 - top)], 1)
            points = (line * 8).round().astype(np.int32)
            body = tuple(round(255 * part * (0.78 + 0.25 * tone)) for part in NOODLE)
            cv2.polylines(painting, [points], False, (126, 86, 36), 20, cv2.LINE_AA, 3)
            cv2.polylines(painting, [points], False, body, 15, cv2.LINE_AA, 3)
            cv2.polylines(painting, [points - 24], False, (255, 236, 178), 3, cv2.LINE_AA, 3)
        for tilt in (0, 46):
            ends = (430, round(top + 34 - tilt)), (1500, round(top - 330 + tilt))
            cv2.line(painting, ends[0], ends[1], (52, 24, 16), 28, cv2.LINE_AA)
            cv2.line(painting, (ends[0][0], ends[0][1] - 5), (ends[1][0], ends[1][1] - 5), (134, 66, 40), 12, cv2.LINE_AA)
        part = painting[1580:1760, 150:1150]
        part[:] = np.where(self._rim(part), (62, 98, 110), part)
        self.steam(painting, seconds)

    @staticmethod
    def _rim(part: Picture) -> NDArray[np.bool_]:
        """The near edge of the bowl hides the feet of the strands."""
        rows, columns = np.indices(part.shape[:2])
        edge = 40 + 70 * np.sqrt(np.clip(1 - ((columns - 500) / 470.0) ** 2, 0, 1))
        inside = (rows > edge) & (np.abs(columns - 500) < 466)
        return np.asarray(inside[..., None], np.bool_)


def lifting() -> Painted:
    """The bowl from the side, chopsticks, warm lights out of focus behind."""

    def paint() -> Picture:
        canvas = Canvas(SIZE, (0.10, 0.10, 0.16), np.random.default_rng(7))
        slope = np.linspace(0, 1, SIZE[1], dtype=np.float32)[:, None, None]
        canvas.pixels[:] = (
            np.array([0.09, 0.10, 0.19], np.float32) * (1 - slope) + np.array([0.30, 0.17, 0.14], np.float32) * slope
        )
        for _ in range(26):
            x, y, size = canvas.rng.uniform(0, 1296), canvas.rng.uniform(0, 1350), canvas.rng.uniform(30, 95)
            glow = blurred(canvas.ellipse((x, y), (size, size)), 5)
            canvas.paint(glow, (1.0, canvas.rng.uniform(0.55, 0.85), 0.35), canvas.rng.uniform(0.12, 0.4))
        table = canvas.polygon([(-10, 1830), (1310, 1830), (1310, 2310), (-10, 2310)])
        grain = noise(SIZE, (700, 12), canvas.rng, 4)
        canvas.paint(table, np.asarray((0.5 + 0.6 * grain)[..., None] * np.array([0.40, 0.24, 0.14], np.float32)))
        body = canvas.polygon([(180, 1640), (1116, 1640), (1010, 1960), (850, 2080), (450, 2080), (290, 1960)], 30)
        canvas.shadow(body, (30, 50), 40, 0.6)
        canvas.ball(body, (0.25, 0.40, 0.45), 90, 0.6)
        canvas.paint(canvas.ellipse((648, 1640), (468, 110)), (0.16, 0.24, 0.26))
        _noodles(canvas, (648, 1625), 400, 120, squash=0.22)
        canvas.light((380, 1350), 1700, 0.62, 1.3)
        return canvas.finished()

    return Painted(paint, Camera(zoom=(1.0, 0.012), shake=5), _Lift())


def _bowl(canvas: Canvas, centre: Point, radius: float, colour: Colour) -> None:
    rim = canvas.ellipse(centre, (radius, radius))
    canvas.shadow(rim, (34, 46), 44, 0.62)
    canvas.ball(rim, colour, 26, 0.5)
    inner = canvas.ellipse(centre, (radius * 0.9, radius * 0.9))
    canvas.ball(inner, (colour[0] * 0.85, colour[1] * 0.85, colour[2] * 0.84), 120, -0.5)


def _noodles(
    canvas: Canvas, centre: Point, radius: float, count: int, *, colour: Colour = NOODLE, squash: float = 1.0
) -> None:
    """A nest: arcs of circles around points near the middle, the later the brighter."""
    rng = canvas.rng
    nest = blurred(canvas.ellipse(centre, (radius, radius * squash)), 10)
    canvas.shade(nest, 0.45)
    for number in range(count):
        away, around = radius * 0.62 * math.sqrt(rng.random()), rng.uniform(0, math.tau)
        loop = rng.uniform(0.14, 0.40) * radius
        start, length = rng.uniform(0, math.tau), rng.uniform(1.6, 5.2)
        angle = np.linspace(start, start + length, 26)
        wobble = loop * (1 + 0.14 * np.sin(angle * rng.integers(2, 5) + rng.uniform(0, 6)))
        x = centre[0] + away * math.cos(around) + wobble * np.cos(angle)
        y = centre[1] + (away * math.sin(around) + wobble * np.sin(angle)) * squash
        tone = (0.62 + 0.42 * number / count) * rng.uniform(0.92, 1.06)
        shade = (colour[0] * tone, colour[1] * tone, colour[2] * tone)
        canvas.strand(np.stack([x, y], 1).astype(np.float32), radius * 0.042, shade)


def _sprinkle(canvas: Canvas, centre: Point, radius: float, chilli: int = 16) -> None:
    """Chopped herbs, garlic and chilli."""
    rng = canvas.rng
    for count, colour, long, wide in ((90, HERB, 17, 7), (26, GARLIC, 16, 11), (chilli, CHILLI, 12, 6)):
        for _ in range(count):
            away, around = radius * math.sqrt(rng.random()), rng.uniform(0, math.tau)
            spot = round(centre[0] + away * math.cos(around)), round(centre[1] + away * math.sin(around))
            tone = rng.uniform(0.7, 1.25)
            paint = tuple(min(1.0, part * tone) for part in colour)
            turn, size = rng.uniform(0, 180), (round(long * rng.uniform(0.6, 1.2)), round(wide * rng.uniform(0.6, 1.2)))
            cv2.ellipse(canvas.pixels, (spot[0] + 3, spot[1] + 5), size, turn, 0, 360, (0.2, 0.13, 0.05), -1, cv2.LINE_AA)
            cv2.ellipse(canvas.pixels, spot, size, turn, 0, 360, paint, -1, cv2.LINE_AA)


def _chopsticks(canvas: Canvas, start: Point, end: Point) -> None:
    for shift in (0, 52):
        width = 13
        stick = canvas.polygon(
            [
                (start[0] + shift - 7, start[1]),
                (start[0] + shift + 7, start[1]),
                (end[0] + width, end[1]),
                (end[0] - width, end[1]),
            ]
        )
        canvas.shadow(stick, (12, 16), 8, 0.5)
        canvas.ball(stick, (0.36, 0.15, 0.10), 6, 0.8)


def _dry_noodles(canvas: Canvas, centre: Point, count: int) -> None:
    """A bundle of straight noodles, held by a paper band."""
    rng = canvas.rng
    bundle = canvas.polygon([(centre[0] - 210, centre[1] - 560), (centre[0] + 130, centre[1] - 560),
                             (centre[0] + 210, centre[1] + 380), (centre[0] - 150, centre[1] + 380)], 12)  # fmt: skip
    canvas.shadow(bundle, (20, 26), 18, 0.4)
    for place in np.sort(rng.random(count)):
        top, foot = rng.uniform(-590, -540), rng.uniform(360, 410)
        line = [(centre[0] - 205 + place * 330 + rng.uniform(-12, 12), centre[1] + top),
                (centre[0] - 140 + place * 300, centre[1] - 40),
                (centre[0] - 145 + place * 350 + rng.uniform(-12, 12), centre[1] + foot)]  # fmt: skip
        tone = rng.uniform(0.86, 1.04)
        canvas.strand(np.array(line, np.float32), 9, (0.94 * tone, 0.82 * tone, 0.55 * tone))
    band = canvas.polygon([(centre[0] - 170, centre[1] - 110), (centre[0] + 200, centre[1] - 110),
                           (centre[0] + 205, centre[1] + 20), (centre[0] - 165, centre[1] + 20)], 6)  # fmt: skip
    canvas.ball(band, (0.70, 0.24, 0.18), 40, 0.6)


def _clove(canvas: Canvas, centre: Point, turn: float) -> None:
    body = canvas.ellipse(centre, (74, 46), turn)
    tip = (centre[0] + 74 * math.cos(math.radians(turn)), centre[1] + 74 * math.sin(math.radians(turn)))
    body = np.maximum(body, canvas.ellipse(tip, (20, 12), turn))
    canvas.shadow(body, (14, 20), 12, 0.42)
    canvas.ball(body, GARLIC, 30, 0.6)
    for spread in (-14, 0, 14):
        cv2.ellipse(canvas.pixels, (round(centre[0]), round(centre[1])), (66, abs(spread) + 2), turn,
                    180 if spread < 0 else 0, 360 if spread < 0 else 180, (0.86, 0.76, 0.70), 2, cv2.LINE_AA)  # fmt: skip


def _oil_bowl(canvas: Canvas, centre: Point) -> None:
    rim = canvas.ellipse(centre, (235, 235))
    canvas.shadow(rim, (22, 30), 24, 0.45)
    canvas.ball(rim, (0.62, 0.72, 0.75), 18, 0.6)
    canvas.ball(canvas.ellipse(centre, (212, 212)), (0.56, 0.67, 0.70), 50, -0.4)
    oil = canvas.ellipse((centre[0] + 4, centre[1] + 6), (176, 176))
    canvas.paint(oil, OIL)
    canvas.shade(np.asarray(oil - blurred(oil, 40) * oil, np.float32), 0.55)
    for spot, size in (((-60, -84), (46, 15)), ((-100, -40), (14, 9)), ((70, 96), (40, 8))):
        glint = canvas.ellipse((centre[0] + spot[0], centre[1] + spot[1]), size, -28)
        canvas.paint(blurred(glint, 3), (1.0, 0.93, 0.72), 0.85)


def _sprig(canvas: Canvas, centre: Point, leaves: int) -> None:
    rng = canvas.rng
    for _ in range(leaves):
        spot = (centre[0] + rng.normal(0, 85), centre[1] + rng.normal(0, 85))
        leaf = canvas.ellipse(spot, (rng.uniform(28, 48), rng.uniform(14, 22)), rng.uniform(0, 180))
        canvas.shadow(leaf, (6, 9), 5, 0.4)
        tone = rng.uniform(0.75, 1.25)
        canvas.ball(leaf, (HERB[0] * tone, HERB[1] * tone, HERB[2] * tone), 8, 0.5)


def _pan(canvas: Canvas, centre: Point, radius: float) -> None:
    handle = canvas.polygon([(centre[0] + 250, centre[1] + 420), (centre[0] + 350, centre[1] + 380),
                             (centre[0] + 640, centre[1] + 1080), (centre[0] + 520, centre[1] + 1120)], 16)  # fmt: skip
    rim = canvas.ellipse(centre, (radius, radius))
    canvas.shadow(np.maximum(rim, handle), (26, 36), 36, 0.6)
    canvas.ball(handle, (0.13, 0.12, 0.12), 40, 0.8)
    canvas.ball(rim, (0.42, 0.42, 0.43), 16, 0.7)
    well = canvas.ellipse(centre, (radius * 0.95, radius * 0.95))
    rings = _rings(canvas, centre)
    canvas.paint(well, np.asarray((0.17 + 0.03 * rings)[..., None] * np.array([1.0, 0.97, 0.95], np.float32)))
    canvas.shade(np.asarray(well - blurred(well, 50) * well, np.float32), 0.35)


def _rings(canvas: Canvas, centre: Point) -> Plane:
    """Fine turning marks, as metal pans have."""
    rows, columns = np.indices((canvas.size[1], canvas.size[0]), np.float32)
    away = np.hypot(columns - centre[0], rows - centre[1])
    return np.asarray(np.sin(away * 0.9) * np.clip(away / 300, 0, 1), np.float32)


def _burner(canvas: Canvas, centre: Point) -> None:
    for radius in (620, 560):
        ring = canvas.ellipse(centre, (radius, radius)) - canvas.ellipse(centre, (radius - 14, radius - 14))
        canvas.paint(np.clip(ring, 0, 1), (0.30, 0.30, 0.31), 0.8)


def _tiles(canvas: Canvas) -> None:
    """Glazed tiles, each with its own tone."""
    width, height = canvas.size
    step = 216
    tones = canvas.rng.uniform(0.8, 1.15, (height // step + 2, width // step + 2)).astype(np.float32)
    rows, columns = np.arange(height), np.arange(width)
    canvas.pixels *= tones[(rows // step)[:, None], (columns // step)[None, :]][..., None]
    joint = np.minimum((rows % step)[:, None], 216) < 9
    joint = joint | ((columns % step)[None, :] < 9)
    canvas.paint(blurred(joint.astype(np.float32), 1.5), (0.78, 0.77, 0.72), 0.8)
    canvas.pixels *= (0.9 + 0.2 * noise(canvas.size, (50, 50), canvas.rng, 3))[..., None]
