"""Whether a text moves along with the picture behind it, as a sign in the street does when the camera pans."""

from __future__ import annotations

import cv2
import numpy as np

from clipsight.perception.frames import Pixels
from clipsight.perception.screen_text.follow import Moment
from clipsight.perception.screen_text.history import History

LEAST = 4.0  # pixels of the small picture; a smaller movement may be the detector's
STRIDE = 3  # ticks between two compared pictures: a hand-held movement is then some pixels
MOST_STEPS = 12  # comparisons; a longer text is sampled


def follows_picture(moments: tuple[Moment, ...], history: History) -> float:
    """How closely a line moved along with the whole picture: 0 not at all or not moved, 1 exactly.

    The picture's own movement is measured by phase correlation (Kuglin and Hines, 1975) between ticks.

    Args:
        moments: consecutive ticks, as a trail gives them.
        history: the ticks.
    """
    there = [moment for moment in moments if moment.present]
    if np.hypot(there[-1].right - there[0].right, there[-1].down - there[0].down) < LEAST:
        return 0.0
    pairs = list(zip(there, there[STRIDE:], strict=False))[:: max(1, len(there) // MOST_STEPS)]
    own, common = np.zeros(2), np.zeros(2)
    for early, late in pairs:
        own += (late.right - early.right, late.down - early.down)
        common += _shift(history.picture(early.tick), history.picture(late.tick))
    length = float(own @ own)
    if length < LEAST:
        return 0.0
    off = float(np.linalg.norm(own - common)) / length**0.5
    return max(0.0, 1.0 - off)


def _shift(early: Pixels, late: Pixels) -> tuple[float, float]:
    first, second = (np.asarray(picture, np.float32) for picture in (early, late))
    window = cv2.createHanningWindow((first.shape[1], first.shape[0]), cv2.CV_32F)
    (right, down), response = cv2.phaseCorrelate(first, second, window)
    return (right, down) if response > 0.05 else (0.0, 0.0)
