"""Viola and Jones' cascade (2001) with the weights that OpenCV 4 ships, frontal faces only."""

from __future__ import annotations

import cv2
import cv2.data
import numpy as np

from clipsight.errors import BackendMissing
from clipsight.perception.faces.port import FaceBox
from clipsight.perception.frames import Pixels

WEIGHTS = "haarcascade_frontalface_alt2.xml"
LONG_SIDE = 400  # pixels; faces down to a twentieth of the long side are found, for 0.04 CPU-seconds
SCALE_STEP = 1.2
NEIGHBOURS = 2  # overlapping hits that make a face
SMALLEST = 20  # pixels, the cascade's own window
SURE_NEIGHBOURS = 20  # overlapping hits from which nothing more is learnt
# Light is evened out part by part (Zuiderveld 1994). The histogram of the whole picture says little about a face in it:
# evened out by that, an eighth of the real faces were lost that are found as the picture stands.
CONTRAST_LIMIT, TILES = 2.0, (4, 4)

BACKEND = f"opencv {cv2.__version__} haar alt2"


class FaceFinder:
    """Frontal faces; satisfies :class:`clipsight.perception.faces.port.FaceDetector`."""

    def __init__(self, cascade: cv2.CascadeClassifier) -> None:
        self._cascade = cascade
        self._light = cv2.createCLAHE(CONTRAST_LIMIT, TILES)

    @classmethod
    def load(cls) -> FaceFinder:
        """Read the weights; no file is opened afterwards.

        Raises:
            BackendMissing: this OpenCV has no cascades (version 5 dropped them).
        """
        if not hasattr(cv2, "CascadeClassifier"):
            raise BackendMissing
        cascade = cv2.CascadeClassifier(cv2.data.haarcascades + WEIGHTS)
        if cascade.empty():
            raise BackendMissing
        return cls(cascade)

    def find(self, bgr: Pixels) -> list[FaceBox]:
        """Faces that look towards the camera, largest first."""
        luma = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), np.uint8) if bgr.ndim == 3 else bgr
        height, width = luma.shape[0], luma.shape[1]
        scale = LONG_SIDE / max(height, width)
        if scale < 1:
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            luma = np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)
        luma = np.asarray(self._light.apply(luma), np.uint8)
        rows, columns = luma.shape
        found, hits = self._cascade.detectMultiScale2(
            luma, scaleFactor=SCALE_STEP, minNeighbors=NEIGHBOURS, minSize=(SMALLEST, SMALLEST)
        )
        boxes = [
            FaceBox(
                float(left) / columns,
                float(top) / rows,
                float(wide) / columns,
                float(high) / rows,
                min(1.0, 0.5 + 0.5 * float(hit) / SURE_NEIGHBOURS),
            )
            for (left, top, wide, high), hit in zip(found, hits, strict=True)
        ]
        return sorted(boxes, key=lambda box: -box.width * box.height)
