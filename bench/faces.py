"""Faces: how many real ones are found in single pictures, and how often one is seen where there is none.

Each face is laid into a photograph, 36 to 180 pixels of 480 wide, with noise and the traces of an encoder. The crops end
at the chin and the forehead, which makes them harder than faces in a video.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clipsight.perception.faces import FaceBox, FaceFinder
from clipsight.perception.frames import Pixels
from clipsight.testing.scores import Detection
from photographs import Photographs

TALL, WIDE = (270, 480), (480, 270)
SMALLEST, LARGEST = 36, 180  # pixels
SAME = 0.35  # of the area that both boxes cover, from which they are of one face; detectors draw theirs differently
NOISE = 3.0  # levels
QUALITY = 70  # of JPEG
WITHOUT = 150  # pictures without a face, per set
OTHER_PICTURES = 5_000  # seeds from which those are drawn

Box = tuple[float, float, float, float]
Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FaceScore:
    """Faces of one set: matches in pictures with a face, and what was seen in those without."""

    with_face: Detection
    pictures: int
    false: int

    @property
    def recall(self) -> float:
        return self.with_face.recall

    @property
    def false_per_hundred(self) -> float:
        return 100 * self.false / self.pictures


def score_faces(photographs: Photographs, *, held_out: bool) -> FaceScore:
    """The detector on one half of the faces; the other half belongs to the other set."""
    finder, half = FaceFinder.load(), len(photographs.faces) // 2
    chosen = range(half, 2 * half) if held_out else range(half)
    matched = found = 0
    for number in chosen:
        picture, box = _with_face(photographs, number)
        seen = _boxes(finder.find(picture), picture)
        matched += any(overlap(box, other) > SAME for other in seen)
        found += len(seen)
    numbers = range(OTHER_PICTURES + WITHOUT * held_out, OTHER_PICTURES + WITHOUT * (1 + held_out))
    wrong = sum(len(finder.find(_finished(*_ground(photographs, number)))) for number in numbers)
    return FaceScore(Detection(matched, len(chosen), found), len(chosen) + WITHOUT, found - matched + wrong)


def overlap(one: Box, other: Box) -> float:
    """What two boxes ``(left, top, width, height)`` share, over what they cover together."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(0.0, wide) * max(0.0, high)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def _with_face(photographs: Photographs, number: int) -> tuple[Pixels, Box]:
    picture, rng = _ground(photographs, number)
    side = round(math.exp(rng.uniform(math.log(SMALLEST), math.log(LARGEST))))
    face = cv2.resize(photographs.faces[number] * 255, (side, side), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.5:
        face = np.ascontiguousarray(face[:, ::-1])
    edge = max(1, side // 20)
    weight = np.zeros((side, side), np.float32)
    weight[edge:-edge, edge:-edge] = 1
    weight = cv2.GaussianBlur(weight, (0, 0), side / 40)
    left, top = (int(rng.integers(0, room - side + 1)) for room in picture.shape[::-1])
    part = picture[top : top + side, left : left + side]
    part += weight * (face - part)
    return _finished(picture, rng), (left, top, side, side)


def _ground(photographs: Photographs, number: int) -> tuple[Levels, np.random.Generator]:
    rng = np.random.default_rng(number)
    photograph = photographs.grounds[int(rng.integers(len(photographs.grounds)))]
    width, height = WIDE if number % 3 == 0 else TALL
    scale = max(width / photograph.shape[1], height / photograph.shape[0]) * rng.uniform(1.0, 1.8)
    size = (math.ceil(photograph.shape[1] * scale), math.ceil(photograph.shape[0] * scale))
    large = cv2.resize(photograph, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    top, left = int(rng.integers(0, size[1] - height + 1)), int(rng.integers(0, size[0] - width + 1))
    return np.array(large[top : top + height, left : left + width], np.float32), rng


def _finished(picture: Levels, rng: np.random.Generator) -> Pixels:
    noisy = np.clip(picture + rng.normal(0, NOISE, picture.shape), 0, 255).astype(np.uint8)
    _, encoded = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)


def _boxes(seen: Sequence[FaceBox], picture: Pixels) -> list[Box]:
    high, wide = picture.shape
    return [(box.left * wide, box.top * high, box.width * wide, box.height * high) for box in seen]
