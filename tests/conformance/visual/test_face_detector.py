"""Every face detector finds a drawn face where it is, and nothing where there is none."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from clipsight.perception.faces import BACKEND, FaceDetector, FaceFinder
from clipsight.perception.frames import Pixels
from clipsight.testing.clips import Backdrop

DETECTORS: list[Callable[[], FaceDetector]] = [FaceFinder.load]
SKIN, SHINE, SHADE, HAIR, LIPS = (150, 175, 215), (165, 190, 230), (95, 115, 150), (45, 50, 60), (90, 95, 170)


def with_face(width: int, height: int, centre: tuple[int, int], radius: int) -> Pixels:
    """A plain wall with a schematic face: dark eyes under brows, bright cheeks and nose, a mouth."""
    picture = np.full((height, width, 3), (90, 110, 100), np.uint8)

    def blob(x: float, y: float, wide: float, high: float, colour: tuple[int, int, int]) -> None:
        middle = (round(centre[0] + x * radius), round(centre[1] + y * radius))
        axes = (max(1, round(wide * radius)), max(1, round(high * radius)))
        cv2.ellipse(picture, middle, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)

    blob(0, -0.15, 0.95, 1.15, HAIR)
    blob(0, 0.1, 0.78, 1.0, SKIN)
    blob(0, -0.35, 0.6, 0.25, SHINE)
    for side in (-1, 1):
        blob(side * 0.32, -0.12, 0.2, 0.1, SHADE)
        blob(side * 0.32, -0.22, 0.2, 0.045, HAIR)
        blob(side * 0.32, -0.1, 0.13, 0.06, (225, 230, 235))
        blob(side * 0.32, -0.1, 0.06, 0.06, (30, 30, 35))
        blob(side * 0.4, 0.3, 0.18, 0.14, SHINE)
    blob(0, 0.12, 0.09, 0.25, SHINE)
    blob(0, 0.32, 0.14, 0.06, (115, 140, 180))
    blob(0, 0.58, 0.3, 0.08, LIPS)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), radius / 40 + 0.5), np.uint8)


@pytest.fixture(scope="module", params=DETECTORS)
def detector(request: pytest.FixtureRequest) -> FaceDetector:
    return request.param()


@pytest.mark.parametrize(("size", "radius"), [((270, 480), 60), ((480, 270), 50), ((1080, 1920), 240)])
def test_a_face_is_found_where_it_is(detector: FaceDetector, size: tuple[int, int], radius: int) -> None:
    centre = (size[0] // 2, size[1] // 2)
    for picture in (with_face(*size, centre, radius), cv2.cvtColor(with_face(*size, centre, radius), cv2.COLOR_BGR2GRAY)):
        (face,) = detector.find(np.asarray(picture, np.uint8))
        assert (face.left + face.right) / 2 == pytest.approx(0.5, abs=0.06)
        assert (face.top + face.bottom) / 2 == pytest.approx(0.5, abs=0.08)
        assert 1.0 * radius < face.width * size[0] < 2.6 * radius
        assert 0 <= face.left < face.right <= 1
        assert 0 <= face.top < face.bottom <= 1
        assert 0 < face.confidence <= 1


def test_the_larger_face_comes_first(detector: FaceDetector) -> None:
    picture = with_face(480, 270, (130, 135), 70)
    picture[:, 280:] = with_face(480, 270, (380, 135), 40)[:, 280:]
    large, small = detector.find(picture)
    assert large.right < small.left
    assert large.width > small.width


@pytest.mark.parametrize("seed", range(6))
def test_a_scene_without_faces_has_none(detector: FaceDetector, seed: int) -> None:
    assert detector.find(Backdrop(seed, (216, 384)).picture(0, (270, 480))) == []


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 400, 3), (16, 16)])
def test_tiny_pictures_are_no_trouble(detector: FaceDetector, shape: tuple[int, ...]) -> None:
    assert detector.find(np.zeros(shape, np.uint8)) == []


def test_the_backend_says_its_version() -> None:
    assert cv2.__version__ in BACKEND
