"""The small pictures that all visual stages share."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.perception.frames import SMALL_LONG_SIDE, Sample, half_bgr, halved, shrunk, shrunk_bgr
from clipsight.testing.frames import ArrayFrame
from clipsight.timeline import Instant


@given(st.integers(1, 2200), st.integers(1, 2200))
def test_a_small_picture_is_small_and_keeps_its_shape(width: int, height: int) -> None:
    picture = shrunk(np.zeros((height, width), np.uint8), SMALL_LONG_SIDE)
    assert picture.flags["C_CONTIGUOUS"]
    if max(width, height) <= SMALL_LONG_SIDE:
        assert picture.shape == (height, width)
    elif min(width, height) >= 8:
        assert max(picture.shape) == pytest.approx(SMALL_LONG_SIDE, abs=1)
        assert picture.shape[1] / picture.shape[0] == pytest.approx(width / height, rel=0.2)


def test_1080p_is_quartered_exactly() -> None:
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 255, (1920, 1088)).astype(np.uint8)[:, :1080]
    small = shrunk(picture, SMALL_LONG_SIDE)
    assert small.shape == (480, 270)
    means = picture.reshape(480, 4, 270, 4).mean(axis=(1, 3))
    assert np.abs(small - means).max() <= 1


def test_halving_drops_odd_rows_and_stops_at_one_pixel() -> None:
    assert halved(np.zeros((7, 5), np.uint8)).shape == (3, 2)
    assert halved(np.zeros((1, 5), np.uint8)).shape == (1, 5)


def test_small_colours_are_those_of_the_picture() -> None:
    studio = np.zeros((60, 40, 3), np.uint8)
    studio[:30] = (0, 0, 255)
    studio[30:] = (200, 120, 40)

    class Frame(ArrayFrame):
        @property
        def luma(self) -> np.ndarray:  # type: ignore[override]
            return np.asarray(np.rint(16 + super().luma * (219 / 255)), np.uint8)

        @property
        def chroma(self) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[override]
            planes = cv2.cvtColor(self.bgr(), cv2.COLOR_BGR2YCrCb)[::2, ::2].astype(float)
            u, v = (np.asarray(np.rint(128 + (planes[:, :, k] - 128) * (224 / 255)), np.uint8) for k in (2, 1))
            return u, v

    half = half_bgr(Frame(0, Instant(0), studio), 20, 60)
    assert half.shape == (20, 20, 3)
    assert np.abs(half[:3].astype(int) - (0, 0, 255)).max() < 6
    assert np.abs(half[-10:].astype(int) - (200, 120, 40)).max() < 6
    small = Sample(Frame(0, Instant(0), studio)).small_bgr
    assert small.shape == (60, 40, 3)
    assert np.abs(small[5:25].astype(int) - (0, 0, 255)).max() < 6
    assert np.abs(small[35:55].astype(int) - (200, 120, 40)).max() < 6


def test_a_colour_picture_is_reduced_to_its_long_side() -> None:
    assert shrunk_bgr(np.zeros((1920, 1080, 3), np.uint8), 960).shape == (960, 540, 3)
    assert shrunk_bgr(np.zeros((100, 50, 3), np.uint8), 960).shape == (100, 50, 3)
