"""Whether a text moves along with the picture behind it, as a sign in the street does when the camera pans."""

from __future__ import annotations

import cv2
import numpy as np

from clipsight.perception.frames import Pixels
from clipsight.perception.screen_text.follow import Moment
from clipsight.perception.screen_text.geometry import Box
from clipsight.perception.screen_text.history import History

LEAST = 8.0  # pixels of the small picture; a smaller movement may be the detector's
STRIDE = 3  # ticks between two compared pictures: a hand-held movement is then some pixels
CLEARANCE = 4  # pixels around a line that its outline may touch
LEAST_ROWS = 40  # pixels; less picture beside the line says nothing about its movement
SURE_SHIFT = 0.05  # response of the correlation from which a shift is believed
MOST_STEPS = 12  # comparisons; a longer text is sampled


def follows_picture(moments: tuple[Moment, ...], box: Box, history: History) -> float:
    """How closely a line moved along with the whole picture: 0 not at all or not moved, 1 exactly.

    The picture's own movement is measured by phase correlation (Kuglin and Hines, 1975) between ticks.

    Args:
        moments: consecutive ticks, as a trail gives them.
        box: place of the line where it was read.
        history: the ticks; moments that are forgotten do not count.
    """
    there = [moment for moment in moments if moment.present and moment.tick >= history.first]
    if not there or np.hypot(there[-1].right - there[0].right, there[-1].down - there[0].down) < LEAST:
        return 0.0
    pairs = list(zip(there, there[STRIDE:], strict=False))[:: max(1, len(there) // MOST_STEPS)]
    own, common = np.zeros(2), np.zeros(2)
    height = history.shape[0]
    for early, late in pairs:
        own += (late.right - early.right, late.down - early.down)
        rows = _larger_rest(box.moved(early.right, early.down), box.moved(late.right, late.down), height)
        common += _shift(history.picture(early.tick)[rows], history.picture(late.tick)[rows])
    length = float(own @ own)
    if length < LEAST:
        return 0.0
    off = float(np.linalg.norm(own - common)) / length**0.5
    return max(0.0, 1.0 - off)


def _larger_rest(early: Box, late: Box, height: int) -> slice:
    """The rows above the line or those below it: its own sharp strokes must not count as the picture's movement."""
    whole = early.joined(late)
    top, bottom = max(0, int(whole.top) - CLEARANCE), min(height, int(whole.bottom) + CLEARANCE)
    return slice(0, top) if top >= height - bottom else slice(bottom, height)


def _shift(early: Pixels, late: Pixels) -> tuple[float, float]:
    if early.shape[0] < LEAST_ROWS:
        return 0.0, 0.0
    first, second = (np.asarray(picture, np.float32) for picture in (early, late))
    window = cv2.createHanningWindow((first.shape[1], first.shape[0]), cv2.CV_32F)
    (right, down), response = cv2.phaseCorrelate(first, second, window)
    return (right, down) if response > SURE_SHIFT else (0.0, 0.0)
