"""Photographs and real faces out of the wheel of scikit-image, fetched when they are needed; nothing of them is kept here.

``lfw_subset.npy`` holds 100 faces of Labeled Faces in the Wild (Huang et al. 2007), 25 by 25 pixels, half frontal or nearly
so and lit as chance had it. The photographs, none with a face, are what they are shown on.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from clipsight.perception.frames import Pixels
from voices import ROOT

WHEEL = "scikit-image==0.26.0"
STORE = ROOT / "build" / "bench" / "photographs"
INSIDE = "skimage/data/"
FACES = 100  # of the 200 crops; the others show no face
PHOTOGRAPHS = (
    "coffee.png", "chelsea.png", "rocket.jpg", "motorcycle_left.png", "grass.png", "brick.png", "hubble_deep_field.jpg",
    "coins.png", "page.png", "ihc.png", "retina.jpg", "gravel.png", "color.png", "clock_motion.png", "moon.png",
    "motorcycle_right.png", "horse.png", "text.png",
)  # fmt: skip


class NoPhotographs(Exception):
    """The wheel is not there and could not be fetched; the message says so."""


@dataclass(frozen=True, slots=True)
class Photographs:
    """Grey pictures: ``faces`` of shape (n, 25, 25), 0..1, and ``grounds`` without a face, any size, 0..255."""

    faces: NDArray[np.float32]
    grounds: tuple[Pixels, ...]

    @classmethod
    def load(cls) -> Photographs:
        """Raises:
        NoPhotographs: there is no wheel.
        """
        with zipfile.ZipFile(_wheel()) as wheel:
            crops = np.load(BytesIO(wheel.read(f"{INSIDE}lfw_subset.npy")), allow_pickle=False)
            grounds = [_grey(wheel.read(f"{INSIDE}{name}")) for name in PHOTOGRAPHS]
        return cls(np.asarray(crops[:FACES], np.float32), tuple(grounds))


def _wheel() -> Path:
    STORE.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest"]
    if not list(STORE.glob("*.whl")):
        done = subprocess.run([*command, str(STORE), WHEEL], capture_output=True, check=False)
        if done.returncode:
            raise NoPhotographs(f"the wheel of {WHEEL} could not be fetched; it has real faces in it")
    return next(STORE.glob("*.whl"))


def _grey(content: bytes) -> Pixels:
    return np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
